/* The parts of `agent run`, in the order in which a command meets them. */
#ifndef RUN_H
#define RUN_H

#include "agent.h"
#include "messages.h"
#include "sha256.h"

/* ---- tracer.c: how the tracer is called */
/* Asks the tracer for its version and composes its arguments up to `-o`; the launcher follows. */
struct tracer_facts probe_tracer(const struct command *command, int trace_fd);

/* ---- streams.c: what comes out of the command */
struct source {
    int fd; /* -1 once it has ended */
    uint64_t cap; /* 0: none */
    bool skipping; /* the launcher's own calls are still coming */
    struct bytes skipped;
    struct stream_total total;
    struct sha256 hash;
};
struct streams {
    struct source source[STREAM_COUNT];
    char marker[2 * MAX_NONCE + 32];
};
void streams_begin(struct streams *streams, const struct command *command);
/* Reads once from a ready stream; sends at most one chunk. */
void streams_read(struct streams *streams, enum stream stream, struct outbox *outbox);
bool streams_ended(const struct streams *streams);
void streams_end(struct streams *streams, struct stream_total totals[STREAM_COUNT]);
/* The path nobody has whose readlink() is the launcher's last call before the command. */
void launch_marker(const struct nonce *nonce, char *marker, size_t size);

/* ---- limits.c: cgroup v2 and rlimits */
struct cgroup {
    int root, folder; /* -1: this machine has no cgroup v2 */
    bool has_limits;  /* else it only says who belongs to the command */
    char name[32];
};
struct cgroup group_create(const struct limits *limits);
bool group_add(const struct cgroup *group, pid_t pid);
/* Adds `memory` and `processes` to `caps` where the kernel had to enforce them. */
void group_end(const struct cgroup *group, struct texts *caps);
void apply_rlimits(const struct limits *limits, bool group_has_limits);

/* ---- room.c: the namespaces, their init, and the tracer around the launcher */
struct pipes {
    int trace[2], out[2], err[2], hint[2]; /* [0] is ours, [1] the command's; out and err may be one terminal */
};
/* What the launcher says when it is ready; anything else is why it is not. */
#define LAUNCHER_READY "l"
/* What the launcher is told, through a file that has no name; the Command's bytes follow it. */
struct launch_config {
    uid_t uid;
    gid_t gid;
    int out_fd, err_fd, hint_fd;
    int control_fd; /* it says "here I am", or what it could not do, and waits for a go */
    int init_fd;    /* pidfd of the room's init, whose namespaces it enters */
    bool group_has_limits;
    size_t request_length;
};
struct room {
    pid_t init;    /* pid 1 of the room; our child */
    pid_t tracer;  /* our child, outside of the room: the command can neither see nor stop it */
    pid_t command; /* as we see it, from outside */
    int control_fd;
};
/* Makes the namespaces and starts tracer and launcher. Returns NULL, or what could not be done. */
const char *room_open(struct room *room, const struct command *command, const struct bytes *request,
                      const struct pipes *pipes, const struct tracer_facts *tracer, bool group_has_limits);
/* Lets the launcher go on, once it is in its group: all that is left for it to do is the marker call and to become the
 * command. */
void room_go(const struct room *room);

/* ---- survivors.c */
struct survivors find_survivors(const struct room *room);

#endif
