#include "wire.h"
#include "agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum wire_type { VARINT = 0, FIXED64 = 1, DELIMITED = 2, FIXED32 = 5 };

void put_length(struct bytes *to, uint64_t value)
{
    uint8_t encoded[10];
    size_t length = 0;
    for (; value >= 0x80; value >>= 7) encoded[length++] = (uint8_t)value | 0x80;
    encoded[length++] = (uint8_t)value;
    bytes_append(to, encoded, length);
}

static void put_tag(struct bytes *to, unsigned field, enum wire_type type)
{
    put_length(to, (uint64_t)field << 3 | type);
}

void put_varint(struct bytes *to, unsigned field, uint64_t value)
{
    put_tag(to, field, VARINT);
    put_length(to, value);
}

void put_fixed64(struct bytes *to, unsigned field, uint64_t value)
{
    uint8_t encoded[8];
    for (int i = 0; i < 8; i++) encoded[i] = (uint8_t)(value >> (8 * i));
    put_tag(to, field, FIXED64);
    bytes_append(to, encoded, sizeof encoded);
}

void put_bytes(struct bytes *to, unsigned field, const void *data, size_t length)
{
    put_tag(to, field, DELIMITED);
    put_length(to, length);
    bytes_append(to, data, length);
}

void put_text(struct bytes *to, unsigned field, const char *text)
{
    put_bytes(to, field, text, strlen(text));
}

void put_message(struct bytes *to, unsigned field, const struct bytes *message)
{
    put_bytes(to, field, message->data, message->length);
}

static bool get_varint(struct cursor *from, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && from->at < from->end; shift += 7) {
        uint8_t byte = *from->at++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

static bool get_fixed(struct cursor *from, unsigned size, uint64_t *value)
{
    if ((size_t)(from->end - from->at) < size) return false;
    *value = 0;
    for (unsigned i = 0; i < size; i++) *value |= (uint64_t)*from->at++ << (8 * i);
    return true;
}

static bool get_content(struct cursor *from, struct cursor *content)
{
    uint64_t length;
    if (!get_varint(from, &length) || length > (uint64_t)(from->end - from->at)) return false;
    *content = (struct cursor){from->at, from->at + length};
    from->at += length;
    return true;
}

static bool get_value(struct cursor *from, unsigned type, struct field *field)
{
    switch (type) {
    case VARINT: return get_varint(from, &field->number_value);
    case FIXED64: return get_fixed(from, 8, &field->number_value);
    case FIXED32: return get_fixed(from, 4, &field->number_value);
    case DELIMITED: return get_content(from, &field->content);
    default: return false;
    }
}

bool next_field(struct cursor *from, struct field *field, bool *broken)
{
    if (from->at == from->end) return false;
    uint64_t tag;
    *field = (struct field){0};
    if (!get_varint(from, &tag) || tag >> 3 > 0xffff || !get_value(from, tag & 7, field)) {
        *broken = true;
        return false;
    }
    field->number = (unsigned)(tag >> 3);
    return true;
}

static void texts_push(struct texts *texts, char *text)
{
    char **grown = realloc(texts->items, (texts->count + 2) * sizeof *grown);
    if (!grown) fail("memory");
    texts->items = grown;
    texts->items[texts->count++] = text;
    texts->items[texts->count] = NULL;
}

void texts_add(struct texts *texts, const struct cursor *content)
{
    texts_push(texts, text_copy(content->at, (size_t)(content->end - content->at)));
}

void texts_add_text(struct texts *texts, const char *text)
{
    texts_push(texts, text_copy((const uint8_t *)text, strlen(text)));
}

char *field_text(const struct field *field)
{
    return text_copy(field->content.at, (size_t)(field->content.end - field->content.at));
}

static void read_exactly(uint8_t *to, size_t length)
{
    while (length > 0) {
        ssize_t got = read(STDIN_FILENO, to, length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) refuse("the request ends early");
        to += got;
        length -= (size_t)got;
    }
}

struct bytes read_request(void)
{
    uint64_t length = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte;
        read_exactly(&byte, 1);
        length |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) break;
        if (shift >= 21) refuse("the request is too long");
    }
    if (length > MAX_MESSAGE) refuse("the request is too long");
    struct bytes request = {0};
    read_exactly(bytes_reserve(&request, length ? length : 1), length);
    request.length = length;
    return request;
}
