#include "bytes.h"
#include "agent.h"

#include <stdlib.h>
#include <string.h>

uint8_t *bytes_reserve(struct bytes *to, size_t extra)
{
    size_t needed = to->length + extra;
    if (needed > to->capacity) {
        size_t capacity = to->capacity ? to->capacity * 2 : 256;
        if (capacity < needed) capacity = needed;
        uint8_t *grown = realloc(to->data, capacity);
        if (!grown) fail("memory");
        to->data = grown;
        to->capacity = capacity;
    }
    return to->data + to->length;
}

void bytes_append(struct bytes *to, const void *data, size_t length)
{
    if (length == 0) return;
    memcpy(bytes_reserve(to, length), data, length);
    to->length += length;
}

void bytes_consume(struct bytes *from, size_t count)
{
    memmove(from->data, from->data + count, from->length - count);
    from->length -= count;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

char *text_copy(const uint8_t *data, size_t length)
{
    char *text = malloc(length + 1);
    if (!text) fail("memory");
    if (length) memcpy(text, data, length);
    text[length] = 0;
    return text;
}
