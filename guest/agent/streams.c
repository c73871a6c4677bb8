/*
 * What comes out of the command: four streams, each read only when everything before was handed to the host, so
 * that a slow host slows the command instead of losing a byte.
 */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void launch_marker(const struct nonce *nonce, char *marker, size_t size)
{
    size_t length = (size_t)snprintf(marker, size, "/.bh/");
    for (size_t i = 0; i < nonce->length && length + 16 < size; i++)
        length += (size_t)snprintf(marker + length, size - length, "%02x", nonce->bytes[i]);
    snprintf(marker + length, size - length, "/launch");
}

void streams_begin(struct streams *streams, const struct command *command)
{
    launch_marker(&command->nonce, streams->marker, sizeof streams->marker);
    for (int i = 0; i < STREAM_COUNT; i++) {
        struct source *source = &streams->source[i];
        sha256_begin(&source->hash);
        source->cap = i == STREAM_TRACE ? command->limits.trace_bytes : command->limits.output_bytes;
        source->skipping = i == STREAM_TRACE;
    }
}

/*
 * The first lines of a trace are our launcher's, up to and with its marker call; they are no evidence about the
 * command and would look like an escape (setns, setuid). Returns where the command's own lines begin in `skipped`,
 * or 0 while the marker's line has not ended.
 */
static size_t end_of_launch(struct source *source, const char *marker)
{
    struct bytes *seen = &source->skipped;
    uint8_t *found = seen->length ? memmem(seen->data, seen->length, marker, strlen(marker)) : NULL;
    if (!found) return 0;
    uint8_t *line_end = memchr(found, '\n', seen->length - (size_t)(found - seen->data));
    return line_end ? (size_t)(line_end + 1 - seen->data) : 0;
}

static void count_lines(struct source *source, const uint8_t *data, size_t length)
{
    const uint8_t *end = data + length;
    while ((data = memchr(data, '\n', (size_t)(end - data)))) {
        source->total.lines++;
        if (++data == end) return;
    }
}

static void hand_over(struct source *source, enum stream stream, const uint8_t *data, size_t length,
                      struct outbox *outbox)
{
    uint64_t room = source->cap ? source->cap - source->total.bytes : length;
    size_t kept = length < room ? length : (size_t)room;
    source->total.dropped += length - kept;
    if (kept == 0) return;
    sha256_add(&source->hash, data, kept);
    count_lines(source, data, kept);
    source->total.bytes += kept;
    send_chunk(outbox, stream, data, kept);
}

static void hand_over_skipped(struct source *source, enum stream stream, size_t from, struct outbox *outbox)
{
    while (from < source->skipped.length) {
        size_t length = source->skipped.length - from < MAX_CHUNK ? source->skipped.length - from : MAX_CHUNK;
        hand_over(source, stream, source->skipped.data + from, length, outbox);
        from += length;
    }
    source->skipping = false;
    bytes_free(&source->skipped);
}

void streams_read(struct streams *streams, enum stream stream, struct outbox *outbox)
{
    static uint8_t buffer[MAX_CHUNK];
    struct source *source = &streams->source[stream];
    ssize_t got = read(source->fd, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) { /* a terminal ends with EIO */
        close(source->fd);
        source->fd = -1;
        return;
    }
    if (!source->skipping) {
        hand_over(source, stream, buffer, (size_t)got, outbox);
        return;
    }
    bytes_append(&source->skipped, buffer, (size_t)got);
    size_t begin = end_of_launch(source, streams->marker);
    if (begin) hand_over_skipped(source, stream, begin, outbox);
}

bool streams_ended(const struct streams *streams)
{
    for (int i = 0; i < STREAM_COUNT; i++)
        if (streams->source[i].fd >= 0) return false;
    return true;
}

void streams_end(struct streams *streams, struct stream_total totals[STREAM_COUNT])
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        totals[i] = streams->source[i].total;
        sha256_end(&streams->source[i].hash, totals[i].sha256);
    }
}
