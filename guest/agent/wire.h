/* Protocol buffers' wire format: just the parts our messages use, and length-delimited framing. */
#ifndef WIRE_H
#define WIRE_H

#include "bytes.h"

#include <stdbool.h>

#define MAX_MESSAGE (1u << 20)

/* ---- writing: a field whose value is the default is still written where the reader needs to see it. */
void put_varint(struct bytes *to, unsigned field, uint64_t value);
void put_fixed64(struct bytes *to, unsigned field, uint64_t value);
void put_bytes(struct bytes *to, unsigned field, const void *data, size_t length);
void put_text(struct bytes *to, unsigned field, const char *text);
void put_message(struct bytes *to, unsigned field, const struct bytes *message);
/* A bare varint: the length before a message on a stream. */
void put_length(struct bytes *to, uint64_t length);

/* ---- reading */
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};
struct field {
    unsigned number;
    uint64_t number_value;  /* of a varint or a fixed */
    struct cursor content;  /* of a length-delimited one */
};
/* Reads the next field. Returns false at the end, or at bytes that are no field (then `broken` is set). */
bool next_field(struct cursor *from, struct field *field, bool *broken);
/* A list of texts, ended by NULL. */
struct texts {
    char **items;
    size_t count;
};
void texts_add(struct texts *texts, const struct cursor *content);
/* The same for text of our own. */
void texts_add_text(struct texts *texts, const char *text);
char *field_text(const struct field *field);

/* Reads one length-delimited message from standard input, or refuses. */
struct bytes read_request(void);

#endif
