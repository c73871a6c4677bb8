/* The agent's subcommands, and what all of its files share. Each returns the exit status. */
#ifndef AGENT_H
#define AGENT_H

#include <stddef.h>
#include <sys/types.h>

#define AGENT_VERSION "1"
#define PROTOCOL_VERSION 1u
#define AGENT_FOLDER "/run/agent"
#define AGENT_PATH AGENT_FOLDER "/agent"
#define RELAY_FOLDER "/run/relay"
#define ORDINARY_UID 1000u

/* sysexits.h has no names for all of these; the host only tells 0 from the rest and shows standard error. */
#define EXIT_REFUSED 78 /* the request is not in a version we speak, or makes no sense */
#define EXIT_OUR_FAULT 70

int agent_run(void);
int agent_launch(int config_fd);
int agent_tree(void);
int agent_put(const char *name, const char *size);
int agent_personalise(void);
int agent_relay(const char *port, const char *socket_path);

/* Says `what: strerror(errno)` on standard error and exits. */
_Noreturn void fail(const char *what);
/* Says `what` on standard error and exits with EXIT_REFUSED. */
_Noreturn void refuse(const char *what);

struct account {
    uid_t uid;
    gid_t gid;
    char name[64];
    char home[320];
};
/* Looks an account up in /etc/passwd by name, or by uid when `name` is NULL. Returns 0 when there is none. */
int find_account(const char *name, uid_t uid, struct account *found);

/* setxattrat, of Linux 6.13: the guard lets nothing from here on happen, since the tracer would not show it. */
#define FIRST_UNTRACED_CALL 463
/* Forbids what would let a call run unseen (evidence.md appendix). Returns 0 or -1 with errno. */
int install_guard(void);

/* Remembers where this process's command line stands: before anything else, and once. */
void keep_command_line(int argc, char **argv);
/* Makes this process's command line, which anybody may read, a `name` that is shorter than it was. */
void show_as(const char *name);

/* Writes all of `text` to the file at `path`. Returns 0 or -1 with errno. */
int write_text(const char *path, const char *text);

/* Replaces `@CANARY:name@` marks in the regular files under `home`. */
struct personality;
void fill_baits(const char *home, const struct personality *personality);

#endif
