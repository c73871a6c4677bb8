/* A growing byte buffer. Running out of memory ends the agent, which the host sees as a lost stream. */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t length;
    size_t capacity;
};

void bytes_append(struct bytes *to, const void *data, size_t length);
/* Makes room for `extra` more and returns where they go; the caller adds to `length` what it used. */
uint8_t *bytes_reserve(struct bytes *to, size_t extra);
/* Forgets the first `count` bytes. */
void bytes_consume(struct bytes *from, size_t count);
void bytes_free(struct bytes *bytes);
/* A copy ended by a NUL, owned by the caller. */
char *text_copy(const uint8_t *data, size_t length);

#endif
