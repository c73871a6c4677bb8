/*
 * The launcher: the last steps before the command, already under the tracer. It enters the room, gives up what the
 * command must not have, makes its marker call (the trace before it is ours, see streams.c) and becomes the command.
 */
#include "libc.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HINT_FD 3
#define HINT_VARIABLE "PROBE_FD=3"
#define CONTROL_FD 4

/* A root command may own files and change users, as an installer does. It may not touch the kernel or the room. */
static const int root_capabilities[] = {
    CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_NET_BIND_SERVICE,
    CAP_SYS_CHROOT,
};

static int control_fd;

/* Tells the agent, not the command's streams, what went wrong: it is no result of the command. */
static _Noreturn void give_up(const char *what)
{
    dprintf(control_fd, "%s: %s", what, strerror(errno));
    _exit(EXIT_OUR_FAULT);
}

static struct command read_config(int fd, struct launch_config *config)
{
    static struct bytes request;
    if (pread(fd, config, sizeof *config, 0) != (ssize_t)sizeof *config) fail("launch configuration");
    bytes_reserve(&request, config->request_length);
    request.length = config->request_length;
    if (pread(fd, request.data, request.length, sizeof *config) != (ssize_t)request.length)
        fail("launch configuration");
    return decode_command(&request);
}

static void report_and_wait(void)
{
    char go;
    if (write(control_fd, LAUNCHER_READY, 1) != 1 || read(control_fd, &go, 1) != 1) give_up("the agent does not answer");
}

static void enter_room(const struct launch_config *config, enum network network)
{
    int namespaces = CLONE_NEWNS | CLONE_NEWIPC | (network == NETWORK_DENY ? CLONE_NEWNET : 0);
    if (setns(config->init_fd, namespaces)) give_up("the room cannot be entered");
}

/* What is no probe of ours finds neither the stream nor its name. */
static bool gives_hints(const struct command *command)
{
    for (size_t i = 0; i < command->env.count; i++)
        if (!strcmp(command->env.items[i], HINT_VARIABLE)) return true;
    return false;
}

/* Leaves 0, 1, 2, the hint stream of a probe and (until the command starts) the control socket. */
static void arrange_descriptors(const struct launch_config *config, const struct command *command)
{
    int moved[4];
    int in = command->tty ? config->out_fd : open("/dev/null", O_RDONLY);
    const int wanted[4] = {in, config->out_fd, config->err_fd, config->hint_fd};
    /* First out of the way, so that no descriptor is overwritten before it was copied. */
    int control = fcntl(control_fd, F_DUPFD, 64);
    for (int i = 0; i < 4; i++) moved[i] = fcntl(wanted[i], F_DUPFD, 64);
    for (int i = 0; i < 4; i++)
        if (dup2(moved[i], i) < 0) give_up("standard streams");
    if (!gives_hints(command)) close(HINT_FD);
    if (dup3(control, CONTROL_FD, O_CLOEXEC) < 0) give_up("control socket");
    control_fd = CONTROL_FD;
    close_from(CONTROL_FD + 1);
}

static void begin_session(bool tty)
{
    setsid();
    if (tty) ioctl(STDIN_FILENO, TIOCSCTTY, 0);
    umask(022);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
}

static void limit_root(void)
{
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++) {
        bool kept = false;
        for (size_t i = 0; i < sizeof root_capabilities / sizeof *root_capabilities; i++)
            kept |= root_capabilities[i] == capability;
        if (!kept && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EINVAL) give_up("capabilities");
    }
}

static void become(const struct launch_config *config)
{
    if (config->uid == 0) limit_root();
    if (setgroups(1, &config->gid) || setresgid(config->gid, config->gid, config->gid) ||
        setresuid(config->uid, config->uid, config->uid))
        give_up("the user cannot be changed to");
}

/* From here on, what fails is the command's own: its exit status and standard error say so, as a shell's would. */
static int start(const struct command *command)
{
    char marker[2 * MAX_NONCE + 32], nowhere[1];
    launch_marker(&command->nonce, marker, sizeof marker);
    /* By this call on every architecture: the host takes it off what the second sensor counted. */
    if (syscall(SYS_readlinkat, AT_FDCWD, marker, nowhere, sizeof nowhere) != -1) return EXIT_OUR_FAULT;
    if (chdir(command->cwd)) {
        fprintf(stderr, "cannot enter %s: %s\n", command->cwd, strerror(errno));
        return 126;
    }
    execvp(command->argv.items[0], command->argv.items);
    fprintf(stderr, "cannot start %s: %s\n", command->argv.items[0], strerror(errno));
    return errno == ENOENT ? 127 : 126;
}

int agent_launch(int config_fd)
{
    struct launch_config config;
    struct command command = read_config(config_fd, &config);
    control_fd = config.control_fd;
    enter_room(&config, command.network);
    arrange_descriptors(&config, &command);
    begin_session(command.tty);
    write_text("/proc/self/oom_score_adj", "500"); /* rather the command than the tracer; not all kernels let us */
    apply_rlimits(&command.limits, config.group_has_limits);
    become(&config);
    environ = command.env.items;
    if (install_guard()) give_up("the guard cannot be installed");
    report_and_wait();
    return start(&command);
}
