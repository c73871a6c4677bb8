#include "libc.h"
#include "messages.h"
#include "agent.h"
#include "sensor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---------------------------------------------------------------- requests */

static struct cursor whole(const struct bytes *request)
{
    return (struct cursor){request->data, request->data + request->length};
}

static void check(bool broken, uint64_t version)
{
    if (broken) refuse("the request is malformed");
    if (version != PROTOCOL_VERSION) refuse("the request is of another protocol version than 1");
}

static struct nonce decode_nonce(const struct cursor *content)
{
    struct nonce nonce = {.length = (size_t)(content->end - content->at)};
    if (nonce.length > MAX_NONCE) refuse("the nonce is too long");
    memcpy(nonce.bytes, content->at, nonce.length);
    return nonce;
}

static struct limits decode_limits(struct cursor from, bool *broken)
{
    struct limits limits = {0};
    struct field field;
    while (next_field(&from, &field, broken)) {
        switch (field.number) {
        case 1: limits.wall_ms = field.number_value; break;
        case 2: limits.processes = field.number_value; break;
        case 3: limits.memory_bytes = field.number_value; break;
        case 4: limits.file_bytes = field.number_value; break;
        case 5: limits.output_bytes = field.number_value; break;
        case 6: limits.trace_bytes = field.number_value; break;
        case 7: limits.linger_ms = field.number_value; break;
        }
    }
    return limits;
}

static struct tracer_option decode_tracer_option(struct cursor from, bool *broken)
{
    struct tracer_option option = {0};
    struct field field;
    while (next_field(&from, &field, broken)) {
        if (field.number == 1) option.text = field_text(&field);
        if (field.number == 2) option.since = (uint32_t)field.number_value;
    }
    if (!option.text) *broken = true;
    return option;
}

static void decode_tracer(struct cursor from, struct command *command, bool *broken)
{
    struct field field;
    while (next_field(&from, &field, broken)) {
        if (field.number == 1) texts_add(&command->tracer_program, &field.content);
        if (field.number != 2) continue;
        command->tracer_options = reallocarray(command->tracer_options, command->tracer_option_count + 1,
                                               sizeof *command->tracer_options);
        if (!command->tracer_options) fail("memory");
        command->tracer_options[command->tracer_option_count++] = decode_tracer_option(field.content, broken);
    }
}

struct command decode_command(const struct bytes *request)
{
    struct command command = {0};
    uint64_t version = 0;
    bool broken = false;
    struct cursor from = whole(request);
    struct field field;
    while (next_field(&from, &field, &broken)) {
        switch (field.number) {
        case 1: version = field.number_value; break;
        case 2: command.nonce = decode_nonce(&field.content); break;
        case 3: texts_add(&command.argv, &field.content); break;
        case 4: command.cwd = field_text(&field); break;
        case 5: texts_add(&command.env, &field.content); break;
        case 6: command.user = field_text(&field); break;
        case 7: command.network = (enum network)field.number_value; break;
        case 8: command.limits = decode_limits(field.content, &broken); break;
        case 9: command.tty = field.number_value != 0; break;
        case 10: decode_tracer(field.content, &command, &broken); break;
        case 11: command.without_sensor = field.number_value != 0; break;
        }
    }
    check(broken, version);
    if (!command.argv.count || !command.cwd || !command.user || !command.tracer_program.count)
        refuse("argv, cwd, user and tracer are needed");
    return command;
}

struct tree_request decode_tree_request(const struct bytes *request)
{
    struct tree_request tree = {0};
    uint64_t version = 0;
    bool broken = false;
    struct cursor from = whole(request);
    struct field field;
    while (next_field(&from, &field, &broken)) {
        switch (field.number) {
        case 1: version = field.number_value; break;
        case 2: tree.nonce = decode_nonce(&field.content); break;
        case 3: tree.since_ns = (int64_t)field.number_value; break;
        case 4: tree.first_ns = (int64_t)field.number_value; break;
        }
    }
    check(broken, version);
    return tree;
}

static struct canary decode_canary(struct cursor from, bool *broken)
{
    struct canary canary = {0};
    struct field field;
    while (next_field(&from, &field, broken)) {
        if (field.number == 1) canary.name = field_text(&field);
        if (field.number == 2) canary.value = field_text(&field);
    }
    if (!canary.name || !canary.value) *broken = true;
    return canary;
}

struct personality decode_personality(const struct bytes *request)
{
    struct personality personality = {0};
    uint64_t version = 0;
    bool broken = false;
    struct cursor from = whole(request);
    struct field field;
    while (next_field(&from, &field, &broken)) {
        switch (field.number) {
        case 1: version = field.number_value; break;
        case 2: personality.hostname = field_text(&field); break;
        case 3: personality.user = field_text(&field); break;
        case 4: personality.unix_ns = field.number_value; break;
        case 5: personality.random_seed = field.content; break;
        case 6:
            personality.canaries =
                reallocarray(personality.canaries, personality.canary_count + 1, sizeof *personality.canaries);
            if (!personality.canaries) fail("memory");
            personality.canaries[personality.canary_count++] = decode_canary(field.content, &broken);
            break;
        }
    }
    check(broken, version);
    return personality;
}

/* ---------------------------------------------------------------- frames */

enum body { HELLO = 2, CHUNK = 3, EXIT = 4, BYE = 5, TREE = 6, FAULT = 7, PROGRAMS = 8, SENSED = 9 };

static void send_frame(struct outbox *to, enum body body, struct bytes *message)
{
    struct bytes frame = {0};
    put_varint(&frame, 1, to->frames++);
    put_message(&frame, body, message);
    put_length(&to->pending, frame.length);
    bytes_append(&to->pending, frame.data, frame.length);
    bytes_free(&frame);
    bytes_free(message);
}

void send_hello(struct outbox *to, const struct nonce *nonce, const struct tracer_facts *tracer)
{
    struct bytes hello = {0};
    put_varint(&hello, 1, PROTOCOL_VERSION);
    put_bytes(&hello, 2, nonce->bytes, nonce->length);
    if (tracer) {
        put_text(&hello, 3, tracer->name);
        for (size_t i = 0; i < tracer->argv.count; i++) put_text(&hello, 4, tracer->argv.items[i]);
    }
    struct utsname kernel;
    if (!uname(&kernel)) {
        struct bytes text = {0};
        bytes_append(&text, kernel.sysname, strlen(kernel.sysname));
        bytes_append(&text, " ", 1);
        bytes_append(&text, kernel.release, strlen(kernel.release));
        put_message(&hello, 5, &text);
        bytes_free(&text);
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    put_fixed64(&hello, 6, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
    send_frame(to, HELLO, &hello);
}

void send_chunk(struct outbox *to, enum stream stream, const uint8_t *data, size_t length)
{
    struct bytes chunk = {0};
    put_varint(&chunk, 1, stream);
    put_bytes(&chunk, 2, data, length);
    send_frame(to, CHUNK, &chunk);
}

void add_program(struct bytes *programs, const char *name)
{
    put_text(programs, 1, name);
}

void send_programs(struct outbox *to, struct bytes *programs)
{
    send_frame(to, PROGRAMS, programs);
}

static void put_count(struct bytes *to, const char *name, uint64_t count)
{
    struct bytes call = {0};
    put_text(&call, 1, name);
    put_varint(&call, 2, count);
    put_message(to, 2, &call);
    bytes_free(&call);
}

void send_sensed(struct outbox *to, const struct sensed *sensed)
{
    struct bytes message = {0};
    if (sensed->absent) put_text(&message, 1, sensed->absent);
    for (unsigned number = 0; number <= SENSOR_CALLS; number++) {
        char unnamed[16];
        const char *name = call_name(number);
        snprintf(unnamed, sizeof unnamed, "call-%u", number);
        if (sensed->calls[number]) put_count(&message, name ? name : unnamed, sensed->calls[number]);
    }
    put_varint(&message, 3, sensed->forks);
    put_varint(&message, 4, sensed->execs);
    put_varint(&message, 5, sensed->unnamed);
    put_varint(&message, 6, sensed->missed);
    send_frame(to, SENSED, &message);
}

static void put_signal(struct bytes *to, int signal_number)
{
    const char *name = signal_name(signal_number);
    struct bytes text = {0};
    bytes_append(&text, name, strlen(name));
    put_message(to, 2, &text);
    bytes_free(&text);
}

void send_exit(struct outbox *to, const struct ending *ending)
{
    struct bytes message = {0};
    if (WIFSIGNALED(ending->wait_status)) put_signal(&message, WTERMSIG(ending->wait_status));
    else put_varint(&message, 1, (uint64_t)WEXITSTATUS(ending->wait_status));
    put_varint(&message, 3, ending->timed_out);
    for (size_t i = 0; i < ending->caps.count; i++) put_text(&message, 4, ending->caps.items[i]);
    for (size_t i = 0; i < ending->survivors.count; i++) {
        const struct survivor *survivor = &ending->survivors.items[i];
        struct bytes inner = {0};
        put_varint(&inner, 1, (uint64_t)survivor->pid);
        put_bytes(&inner, 2, survivor->command, survivor->length);
        put_message(&message, 5, &inner);
        bytes_free(&inner);
    }
    put_varint(&message, 6, ending->duration_ms);
    put_varint(&message, 7, ending->cpu_ms);
    send_frame(to, EXIT, &message);
}

void send_bye(struct outbox *to, const struct stream_total *totals, uint32_t entries)
{
    struct bytes bye = {0};
    put_varint(&bye, 1, to->frames);
    for (unsigned stream = 0; totals && stream < STREAM_COUNT; stream++) {
        struct bytes total = {0};
        put_varint(&total, 1, stream);
        put_varint(&total, 2, totals[stream].bytes);
        put_varint(&total, 3, totals[stream].lines);
        put_bytes(&total, 4, totals[stream].sha256, sizeof totals[stream].sha256);
        put_varint(&total, 5, totals[stream].dropped);
        put_message(&bye, 2, &total);
        bytes_free(&total);
    }
    put_varint(&bye, 3, entries);
    send_frame(to, BYE, &bye);
}

void send_fault(struct outbox *to, const char *reason)
{
    struct bytes fault = {0};
    put_text(&fault, 1, reason);
    send_frame(to, FAULT, &fault);
}

void add_tree_entry(struct bytes *tree, const struct tree_entry *entry)
{
    struct bytes message = {0};
    put_text(&message, 1, entry->path);
    put_varint(&message, 2, entry->type);
    put_varint(&message, 3, entry->bytes);
    put_varint(&message, 4, entry->mode);
    put_fixed64(&message, 5, (uint64_t)entry->ctime_ns);
    if (entry->target) put_text(&message, 6, entry->target);
    if (entry->sha256) put_bytes(&message, 7, entry->sha256, 32);
    put_varint(&message, 8, entry->uid);
    put_varint(&message, 9, entry->gid);
    put_varint(&message, 10, entry->device);
    put_varint(&message, 11, entry->inode);
    put_varint(&message, 12, entry->links);
    if (entry->whole) put_varint(&message, 13, 1);
    if (entry->unread) put_varint(&message, 14, 1);
    put_message(tree, 1, &message);
    bytes_free(&message);
}

void send_tree(struct outbox *to, struct bytes *tree)
{
    send_frame(to, TREE, tree);
}

void flush_outbox(struct outbox *to)
{
    while (to->pending.length) {
        ssize_t written = write(STDOUT_FILENO, to->pending.data, to->pending.length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("standard output");
        bytes_consume(&to->pending, (size_t)written);
    }
}
