/*
 * `agent run`: the life of one command, from request to Bye.
 *
 * One loop waits for everything: output of the command, room on the wire, the end of the command or of the tracer,
 * the clock, and the host going away. Output is read only while nothing waits to be sent.
 */
#include "run.h"
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE_MS 2000        /* between TERM and KILL */
#define TRACER_END_MS 60000  /* of silence, once everything in the room was killed */
#define TRACE_PIPE_BYTES (1 << 20)
/* A tracer writes each line in two pieces. Little output is left to gather for a moment: one frame instead of many. */
#define GATHER_MS 20
#define GATHER_BELOW (32 * 1024)
/* Names in one frame: the host takes no more than 1024 fields. */
#define MOST_PROGRAMS 512

enum state {
    RUNNING,     /* the command is there */
    TERMINATING, /* its time is over and it was told so */
    LINGERING,   /* it has ended, descendants may still work */
    CLOSING      /* everything in the room was killed; the tracer writes its last lines */
};

struct run {
    struct command command;
    struct room room;
    struct streams streams;
    struct outbox outbox;
    struct cgroup group;
    struct sensor sensor;
    struct ending ending;
    enum state state;
    int command_fd, tracer_fd; /* pidfds; -1 once ended */
    uint64_t started, deadline; /* milliseconds; a deadline of 0 is none */
    uint64_t gather_until;
    char fault[160];
};

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---------------------------------------------------------------- beginning */

static void open_terminal(struct pipes *pipes)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), unlock = 0;
    if (terminal < 0 || ioctl(terminal, TIOCSPTLCK, &unlock)) fail("terminal");
    int other_side = ioctl(terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (other_side < 0) fail("terminal");
    ioctl(terminal, TIOCSWINSZ, &size);
    pipes->out[0] = terminal;
    pipes->out[1] = pipes->err[1] = other_side;
    pipes->err[0] = -1;
}

static struct pipes open_pipes(bool tty)
{
    struct pipes pipes;
    if (pipe2(pipes.trace, O_CLOEXEC) || pipe2(pipes.hint, O_CLOEXEC)) fail("pipe");
    fcntl(pipes.trace[0], F_SETPIPE_SZ, TRACE_PIPE_BYTES);
    if (tty) open_terminal(&pipes);
    else if (pipe2(pipes.out, O_CLOEXEC) || pipe2(pipes.err, O_CLOEXEC)) fail("pipe");
    return pipes;
}

static void close_command_ends(const struct pipes *pipes)
{
    close(pipes->trace[1]);
    close(pipes->hint[1]);
    close(pipes->out[1]);
    if (pipes->err[1] != pipes->out[1]) close(pipes->err[1]);
}

static void begin(struct run *run, const struct bytes *request)
{
    struct pipes pipes = open_pipes(run->command.tty);
    struct tracer_facts tracer = probe_tracer(&run->command, pipes.trace[1]);
    send_hello(&run->outbox, &run->command.nonce, &tracer);
    streams_begin(&run->streams, &run->command);
    run->streams.source[STREAM_TRACE].fd = pipes.trace[0];
    run->streams.source[STREAM_STDOUT].fd = pipes.out[0];
    run->streams.source[STREAM_STDERR].fd = pipes.err[0];
    run->streams.source[STREAM_HINT].fd = pipes.hint[0];
    run->group = group_create(&run->command.limits);
    if (run->command.without_sensor) run->sensor.absent = "it was not asked for";
    else run->sensor = sensor_start(run->group.folder);
    const char *problem =
        room_open(&run->room, &run->command, request, &pipes, &tracer, run->group.has_limits);
    close_command_ends(&pipes);
    run->command_fd = run->tracer_fd = -1;
    if (problem) {
        snprintf(run->fault, sizeof run->fault, "%s", problem);
        return;
    }
    run->command_fd = (int)syscall(SYS_pidfd_open, run->room.command, 0);
    run->tracer_fd = (int)syscall(SYS_pidfd_open, run->room.tracer, 0);
    if (!group_add(&run->group, run->room.command)) snprintf(run->fault, sizeof run->fault, "the command's group");
    run->started = now_ms();
    if (run->command.limits.wall_ms) run->deadline = run->started + run->command.limits.wall_ms;
    room_go(&run->room);
}

/* ---------------------------------------------------------------- what can happen */

static void kill_room(struct run *run)
{
    if (run->room.init > 0) kill(run->room.init, SIGKILL);
    run->state = CLOSING;
    run->deadline = now_ms() + TRACER_END_MS;
}

static _Noreturn void host_has_gone(struct run *run)
{
    kill_room(run);
    if (run->room.tracer > 0) kill(run->room.tracer, SIGKILL);
    struct texts unread = {0};
    waitpid(run->room.init, NULL, 0);
    group_end(&run->group, &unread);
    _exit(EXIT_OUR_FAULT);
}

static void close_room(struct run *run)
{
    if (run->state == CLOSING) return;
    run->ending.survivors = find_survivors(&run->room);
    if (run->ending.survivors.more) texts_add_text(&run->ending.caps, "survivors");
    kill_room(run);
}

static void on_command_end(struct run *run)
{
    run->ending.duration_ms = now_ms() - run->started;
    close(run->command_fd);
    run->command_fd = -1;
    if (run->state == TERMINATING) close_room(run);
    if (run->state != RUNNING) return;
    run->state = LINGERING;
    run->deadline = now_ms() + run->command.limits.linger_ms;
}

static void on_tracer_end(struct run *run)
{
    struct pollfd command = {.fd = run->command_fd, .events = POLLIN};
    if (run->command_fd >= 0 && poll(&command, 1, 0) > 0) on_command_end(run);
    waitpid(run->room.tracer, &run->ending.wait_status, 0);
    close(run->tracer_fd);
    run->tracer_fd = -1;
    if (run->state == CLOSING) return;
    /* A tracer ends by itself only after the last process it traced. */
    close_room(run);
    if (run->command_fd >= 0 || run->ending.survivors.count)
        snprintf(run->fault, sizeof run->fault, "the tracer ended before what it traced");
}

static void on_deadline(struct run *run)
{
    switch (run->state) {
    case RUNNING:
        run->ending.timed_out = true;
        run->state = TERMINATING;
        run->deadline = now_ms() + GRACE_MS;
        kill(-run->room.command, SIGTERM);
        break;
    case TERMINATING:
    case LINGERING: close_room(run); break;
    case CLOSING:
        snprintf(run->fault, sizeof run->fault, "the tracer did not end");
        kill(run->room.tracer, SIGKILL);
        break;
    }
}

static void on_control(struct run *run)
{
    ssize_t length = read(run->room.control_fd, run->fault, sizeof run->fault - 1);
    if (length > 0) run->fault[length] = 0;
    close(run->room.control_fd);
    run->room.control_fd = -1;
}

/* Our own standard input says nothing after the request, but its end says that the host has gone. */
static void on_host(struct run *run)
{
    char ignored[256];
    if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) host_has_gone(run);
}

static void on_writable(struct run *run)
{
    ssize_t written = write(STDOUT_FILENO, run->outbox.pending.data, run->outbox.pending.length);
    if (written >= 0) bytes_consume(&run->outbox.pending, (size_t)written);
    else if (errno != EAGAIN && errno != EINTR) host_has_gone(run);
}

static void on_output(struct run *run, enum stream stream)
{
    struct source *source = &run->streams.source[stream];
    size_t before = run->outbox.pending.length;
    streams_read(&run->streams, stream, &run->outbox);
    if (run->outbox.pending.length - before < GATHER_BELOW && run->tracer_fd >= 0)
        run->gather_until = now_ms() + GATHER_MS;
    if (stream == STREAM_TRACE && source->total.dropped) close_room(run);
    if (run->state == CLOSING && run->deadline) run->deadline = now_ms() + TRACER_END_MS;
}

/* ---------------------------------------------------------------- the loop */

enum { STDIN, STDOUT, COMMAND, TRACER, CONTROL, FIRST_STREAM, POLLED = FIRST_STREAM + STREAM_COUNT };

/* While something waits to be sent no deadline is acted upon, so it is none to wake up for. */
static int milliseconds_left(const struct run *run, bool sending)
{
    uint64_t now = now_ms(), next = run->deadline && !sending ? run->deadline : now + 3600000;
    if (run->gather_until > now && run->gather_until < next) next = run->gather_until;
    if (next <= now) return 0;
    return next - now > 3600000 ? 3600000 : (int)(next - now);
}

static void pass_programs_on(struct run *run)
{
    char name[SENSOR_NAME];
    struct bytes programs = {0};
    for (int taken = 0; taken < MOST_PROGRAMS && sensor_take_name(&run->sensor, name); taken++)
        add_program(&programs, name);
    if (programs.length) send_programs(&run->outbox, &programs);
}

static void step(struct run *run)
{
    bool sending = run->outbox.pending.length > 0;
    bool reading = !sending && (now_ms() >= run->gather_until || run->tracer_fd < 0);
    struct pollfd polled[POLLED] = {
        [STDIN] = {STDIN_FILENO, POLLIN, 0},
        [STDOUT] = {sending ? STDOUT_FILENO : -1, POLLOUT, 0},
        [COMMAND] = {run->command_fd, POLLIN, 0},
        [TRACER] = {run->tracer_fd, POLLIN, 0},
        [CONTROL] = {run->room.control_fd, POLLIN, 0},
    };
    for (int i = 0; i < STREAM_COUNT; i++)
        polled[FIRST_STREAM + i] = (struct pollfd){reading ? run->streams.source[i].fd : -1, POLLIN, 0};
    if (poll(polled, POLLED, milliseconds_left(run, sending)) < 0 && errno != EINTR) fail("poll");
    if (!sending) pass_programs_on(run);
    if (polled[STDIN].revents) on_host(run);
    if (polled[STDOUT].revents) on_writable(run);
    if (polled[CONTROL].revents) on_control(run);
    for (int i = 0; i < STREAM_COUNT; i++)
        if (polled[FIRST_STREAM + i].revents) on_output(run, (enum stream)i);
    if (polled[COMMAND].revents) on_command_end(run);
    if (polled[TRACER].revents) on_tracer_end(run);
    if (run->deadline && now_ms() >= run->deadline && !sending) on_deadline(run);
}

static bool has_ended(const struct run *run)
{
    return run->fault[0] || (run->tracer_fd < 0 && streams_ended(&run->streams));
}

static void report_caps(struct run *run, const struct stream_total *totals)
{
    static const char *const names[STREAM_COUNT] = {"trace-bytes", "stdout-bytes", "stderr-bytes", "hint-bytes"};
    for (int i = 0; i < STREAM_COUNT; i++)
        if (totals[i].dropped) texts_add_text(&run->ending.caps, names[i]);
    group_end(&run->group, &run->ending.caps);
}

static uint64_t milliseconds_of(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_usec / 1000;
}

static void end(struct run *run)
{
    struct stream_total totals[STREAM_COUNT];
    streams_end(&run->streams, totals);
    kill_room(run);
    if (run->fault[0] && run->room.tracer > 0) kill(run->room.tracer, SIGKILL);
    if (run->room.init > 0) waitpid(run->room.init, NULL, 0);
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    run->ending.cpu_ms = milliseconds_of(usage.ru_utime) + milliseconds_of(usage.ru_stime);
    report_caps(run, totals);
    if (run->fault[0]) {
        send_fault(&run->outbox, run->fault);
        return;
    }
    size_t before;
    do {
        before = run->outbox.pending.length;
        pass_programs_on(run);
    } while (run->outbox.pending.length > before);
    const struct sensed sensed = sensor_read(&run->sensor);
    send_sensed(&run->outbox, &sensed);
    send_exit(&run->outbox, &run->ending);
    send_bye(&run->outbox, totals, 0);
}

int agent_run(void)
{
    static struct run run = {.room = {.control_fd = -1}};
    struct bytes request = read_request();
    run.command = decode_command(&request);
    write_text("/proc/self/oom_score_adj", "-900");
    begin(&run, &request);
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
    while (!has_ended(&run)) step(&run);
    end(&run);
    while (run.outbox.pending.length) step(&run);
    return 0;
}
