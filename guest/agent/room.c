/*
 * The room: namespaces in which the command runs, and an init that holds them open.
 *
 *   agent run ──┬── init             pid 1 of the room: reaps; when it is killed, all in the room is gone
 *               └── tracer           outside of the room (so nothing in it can signal or even see the tracer),
 *                     └── launcher   but its children are born inside; becomes the command
 */
#include "libc.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAUNCH_TIMEOUT_MS 60000

/* ---------------------------------------------------------------- init, inside of the room */

static void bring_up_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    ioctl(fd, SIOCSIFFLAGS, &request);
    close(fd);
}

/* Ours is not for the command's eyes. */
static int hide(const char *folder)
{
    if (access(folder, F_OK)) return 0;
    return mount("none", folder, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k,mode=0755");
}

/* A command that runs as root must not reach the kernel's knobs: core_pattern alone would run it outside of the room. */
static int seal(const char *path)
{
    if (access(path, F_OK)) return 0;
    if (mount(path, path, NULL, MS_BIND | MS_REC, NULL)) return -1;
    return mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static const char *furnish(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return "mounts cannot be made private";
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) return "/proc cannot be mounted";
    if (hide(AGENT_FOLDER) || hide(RELAY_FOLDER)) return "the agent cannot be hidden";
    if (seal("/proc/sys") || seal("/proc/sysrq-trigger") || seal("/proc/irq") || seal("/proc/bus") || seal("/sys") ||
        seal("/sys/fs/cgroup"))
        return "the kernel's settings cannot be made read-only";
    bring_up_loopback();
    return NULL;
}

static _Noreturn void reap_for_ever(void)
{
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, NULL);
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0) continue;
        sigwaitinfo(&child_ended, NULL);
    }
}

static _Noreturn void be_init(int ready_fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* What a package expects to find at pid 1. */
    prctl(PR_SET_NAME, "systemd");
    show_as("/sbin/init");
    const char *problem = furnish();
    if (dprintf(ready_fd, "%s", problem ? problem : "ready") < 0) _exit(1);
    close_from(0);
    reap_for_ever();
}

static const char *start_init(struct room *room, bool own_network)
{
    static char said[128];
    int ready[2];
    if (pipe2(ready, O_CLOEXEC)) return "no pipe";
    unsigned long namespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | (own_network ? CLONE_NEWNET : 0);
    room->init = (pid_t)syscall(SYS_clone, namespaces | SIGCHLD, 0, 0, 0, 0);
    if (room->init < 0) return "namespaces cannot be made";
    if (room->init == 0) be_init(ready[1]);
    close(ready[1]);
    ssize_t length = read(ready[0], said, sizeof said - 1);
    close(ready[0]);
    if (length <= 0) return "the room's init died";
    said[length] = 0;
    return strcmp(said, "ready") ? said : NULL;
}

/* ---------------------------------------------------------------- the tracer, outside of it */

static int write_config(const struct launch_config *config, const struct bytes *request)
{
    int fd = memfd_create("launch", 0);
    if (fd < 0) return -1;
    if (write(fd, config, sizeof *config) != (ssize_t)sizeof *config) return -1;
    if (write(fd, request->data, request->length) != (ssize_t)request->length) return -1;
    return fd;
}

static void keep_over_exec(int fd)
{
    fcntl(fd, F_SETFD, 0);
}

static _Noreturn void be_tracer(const struct tracer_facts *tracer, const struct launch_config *config,
                                const struct bytes *request, const struct pipes *pipes)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO); /* standard error stays the agent's: the host shows what the tracer complains of */
    keep_over_exec(pipes->trace[1]);
    keep_over_exec(config->out_fd);
    keep_over_exec(config->err_fd);
    keep_over_exec(config->hint_fd);
    keep_over_exec(config->control_fd);
    keep_over_exec(config->init_fd);
    char config_fd[16];
    snprintf(config_fd, sizeof config_fd, "%d", write_config(config, request));
    struct texts argv = {0};
    for (size_t i = 0; i < tracer->argv.count; i++) texts_add_text(&argv, tracer->argv.items[i]);
    const char *const launcher[] = {"--", AGENT_PATH, "launch", config_fd};
    for (size_t i = 0; i < 4; i++) texts_add_text(&argv, launcher[i]);
    if (setns(config->init_fd, CLONE_NEWPID)) fail("entering the pid namespace");
    char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    execve(argv.items[0], argv.items, environment);
    fail("the tracer cannot be started");
}

/*
 * The command may open its outputs by name (/dev/stdout), as after any login. A terminal it reads as well; a pipe it may
 * only write to: what it took out of one would be missing.
 */
static int share_outputs(const struct pipes *pipes, bool tty, uid_t uid)
{
    if (tty) return fchown(pipes->out[1], uid, (gid_t)-1);
    return fchmod(pipes->out[1], 0622) || fchmod(pipes->err[1], 0622) ? -1 : 0;
}

/* The launcher's word carries its pid, which the kernel translates to what we see from outside. */
static const char *meet_launcher(struct room *room)
{
    struct pollfd ready = {.fd = room->control_fd, .events = POLLIN};
    if (poll(&ready, 1, LAUNCH_TIMEOUT_MS) <= 0) return "the launcher did not answer";
    static char word[160];
    char space[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec data = {word, sizeof word - 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    if (recvmsg(room->control_fd, &message, 0) < 1) return "the tracer did not start the launcher";
    if (strcmp(word, LAUNCHER_READY)) return word;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_type != SCM_CREDENTIALS) return "the launcher did not say who it is";
    struct ucred credentials;
    memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
    room->command = credentials.pid;
    return NULL;
}

const char *room_open(struct room *room, const struct command *command, const struct bytes *request,
                      const struct pipes *pipes, const struct tracer_facts *tracer, bool group_has_limits)
{
    struct account account;
    if (!find_account(command->user, 0, &account)) return "there is no such user";
    if (share_outputs(pipes, command->tty, account.uid)) return "the command cannot have its outputs";
    const char *problem = start_init(room, command->network == NETWORK_DENY);
    if (problem) return problem;
    int control[2], yes = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control)) return "no socket";
    setsockopt(control[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes);
    room->control_fd = control[0];
    struct launch_config config = {
        .uid = account.uid,
        .gid = account.gid,
        .out_fd = pipes->out[1],
        .err_fd = pipes->err[1],
        .hint_fd = pipes->hint[1],
        .control_fd = control[1],
        .init_fd = (int)syscall(SYS_pidfd_open, room->init, 0),
        .group_has_limits = group_has_limits,
        .request_length = request->length,
    };
    room->tracer = fork();
    if (room->tracer < 0) return "no process for the tracer";
    if (room->tracer == 0) be_tracer(tracer, &config, request, pipes);
    close(control[1]);
    close(config.init_fd);
    return meet_launcher(room);
}

void room_go(const struct room *room)
{
    if (write(room->control_fd, "g", 1) != 1) fail("the launcher cannot be reached");
}
