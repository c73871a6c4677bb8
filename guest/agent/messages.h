/* The messages of proto/evidence.proto: requests as structs, frames as functions that write them. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "wire.h"

#include <stdint.h>
#include <sys/types.h>

#define MAX_NONCE 64
#define MAX_CHUNK (64 * 1024)

enum network { NETWORK_DENY = 0, NETWORK_INDEX = 1, NETWORK_SINKHOLE = 2 };
enum stream { STREAM_TRACE = 0, STREAM_STDOUT = 1, STREAM_STDERR = 2, STREAM_HINT = 3, STREAM_COUNT = 4 };
enum entry_type { ENTRY_OTHER = 0, ENTRY_FILE = 1, ENTRY_DIRECTORY = 2, ENTRY_SYMLINK = 3 };

struct nonce {
    uint8_t bytes[MAX_NONCE];
    size_t length;
};

/* Zero means: no such limit. */
struct limits {
    uint64_t wall_ms;
    uint64_t processes;
    uint64_t memory_bytes;
    uint64_t file_bytes;
    uint64_t output_bytes;
    uint64_t trace_bytes;
    uint64_t linger_ms;
};

struct tracer_option {
    char *text;
    uint32_t since;
};

struct command {
    struct nonce nonce;
    struct texts argv;
    struct texts env;
    char *cwd;
    char *user;
    enum network network;
    struct limits limits;
    bool tty;
    bool without_sensor;
    struct texts tracer_program;
    struct tracer_option *tracer_options;
    size_t tracer_option_count;
};

/* Nanoseconds since 1970 by this machine's clock; zero means: all there is. */
struct tree_request {
    struct nonce nonce;
    int64_t since_ns;
    int64_t first_ns;
};

struct canary {
    char *name;
    char *value;
};

struct personality {
    char *hostname;
    char *user;
    uint64_t unix_ns;
    struct cursor random_seed;
    struct canary *canaries;
    size_t canary_count;
};

/* Each refuses (and so ends the agent) what is not a request of our version. The request's bytes must outlive it. */
struct command decode_command(const struct bytes *request);
struct tree_request decode_tree_request(const struct bytes *request);
struct personality decode_personality(const struct bytes *request);

/* Frames on their way to standard output. */
struct outbox {
    struct bytes pending;
    uint32_t frames;
};

struct tracer_facts {
    char name[128];
    uint32_t version;
    struct texts argv;
};
void send_hello(struct outbox *to, const struct nonce *nonce, const struct tracer_facts *tracer);
void send_chunk(struct outbox *to, enum stream stream, const uint8_t *data, size_t length);

/* Programs that the second sensor saw start, gathered and sent. */
void add_program(struct bytes *programs, const char *name);
void send_programs(struct outbox *to, struct bytes *programs);
struct sensed;
void send_sensed(struct outbox *to, const struct sensed *sensed);

struct survivor {
    pid_t pid;
    size_t length;
    char command[1024];
};
struct survivors {
    struct survivor *items;
    size_t count;
    bool more;
};
struct ending {
    int wait_status;
    bool timed_out;
    struct texts caps;
    struct survivors survivors;
    uint64_t duration_ms;
    uint64_t cpu_ms;
};
void send_exit(struct outbox *to, const struct ending *ending);

struct stream_total {
    uint64_t bytes;
    uint64_t lines;
    uint64_t dropped;
    uint8_t sha256[32];
};
/* `totals` has one entry per stream, or is NULL. */
void send_bye(struct outbox *to, const struct stream_total *totals, uint32_t entries);
void send_fault(struct outbox *to, const char *reason);

struct tree_entry {
    const char *path;
    enum entry_type type;
    uint64_t bytes;
    uint32_t mode;
    int64_t ctime_ns;
    const char *target; /* NULL when it has none */
    const uint8_t *sha256; /* NULL when it was not hashed */
    uint32_t uid;
    uint32_t gid;
    uint64_t device;
    uint64_t inode;
    uint32_t links;
    bool whole;
    bool unread;
};
void add_tree_entry(struct bytes *tree, const struct tree_entry *entry);
void send_tree(struct outbox *to, struct bytes *tree);

/* Writes out what is pending, waiting as long as it takes. Exits when the host has gone. */
void flush_outbox(struct outbox *to);

#endif
