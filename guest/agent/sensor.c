/*
 * The programs below are composed here, instruction by instruction, and loaded by bpf(): no library, no compiler in the
 * guest. Reading a name out of the kernel's memory is offered to programs under the GPL only, so what this file loads
 * is offered under the GPL 2 as well as under this project's own licence.
 */
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.12 gave this number a wider name; a plain add is what it always was. */
#ifndef BPF_ATOMIC
#define BPF_ATOMIC 0xc0
#endif

/* What is counted beside the calls, after them in the map. */
enum { OTHER_CALLS = SENSOR_CALLS, FORKS, EXECS, UNNAMED, COUNTED };

/* Where the kernel's record of a program (struct bpf_prog_info) has `recursion_misses`, since Linux 5.12. */
#define MISSES_AT 208

/* Where the kernel's record of `sched_process_exec` says the name is, and where it always is. */
#define NAME_AT_FIELD 8
#define NAME_AT 20

/* ---------------------------------------------------------------- programs, in the kernel's own instructions */

#define INSTRUCTION(code_, dst, src, offset, value) \
    ((struct bpf_insn){.code = (code_), .dst_reg = (dst), .src_reg = (src), .off = (offset), .imm = (value)})
#define SET(dst, value) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define COPY(dst, src) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD(dst, value) INSTRUCTION(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, value)
#define AND(dst, value) INSTRUCTION(BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, value)
#define LOAD(size, dst, src, offset) INSTRUCTION(BPF_LDX | BPF_MEM | (size), dst, src, offset, 0)
#define STORE(size, dst, src, offset) INSTRUCTION(BPF_STX | BPF_MEM | (size), dst, src, offset, 0)
#define ATOMIC_ADD(dst, src) INSTRUCTION(BPF_STX | BPF_ATOMIC | BPF_DW, dst, src, 0, BPF_ADD)
#define MAP(dst, fd) INSTRUCTION(BPF_LD | BPF_DW | BPF_IMM, dst, BPF_PSEUDO_MAP_FD, 0, fd), INSTRUCTION(0, 0, 0, 0, 0)
#define CALL(function) INSTRUCTION(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define SKIP_IF(comparison, dst, value, skipped) INSTRUCTION(BPF_JMP | (comparison) | BPF_K, dst, 0, skipped, value)
#define EXIT INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#define LONGEST_PROGRAM 64

struct program {
    struct bpf_insn instructions[LONGEST_PROGRAM];
    size_t length;
};

static void add(struct program *program, const struct bpf_insn *instructions, size_t count)
{
    memcpy(program->instructions + program->length, instructions, count * sizeof *instructions);
    program->length += count;
}
#define ADD_ALL(program, ...) \
    do { \
        const struct bpf_insn added[] = {__VA_ARGS__}; \
        add(program, added, sizeof added / sizeof *added); \
    } while (0)

/* Goes on only for a process of the group. The record that the program was given is in register 6 from here on. */
static void begin(struct program *program, const struct sensor *sensor)
{
    ADD_ALL(program, COPY(6, 1), MAP(1, sensor->groups), SET(2, 0), CALL(BPF_FUNC_current_task_under_cgroup),
            SKIP_IF(BPF_JEQ, 0, 1, 2), SET(0, 0), EXIT);
}

/* Adds one to the count whose index is in register 1, and ends. */
static void count_and_end(struct program *program, const struct sensor *sensor)
{
    ADD_ALL(program, STORE(BPF_W, 10, 1, -4), MAP(1, sensor->counts), COPY(2, 10), ADD(2, -4),
            CALL(BPF_FUNC_map_lookup_elem), SKIP_IF(BPF_JEQ, 0, 0, 2), SET(1, 1), ATOMIC_ADD(0, 1), SET(0, 0), EXIT);
}

/* raw_tracepoint/sys_enter: registers, number. Comes after seccomp and the tracer: what they refuse is not counted. */
static void on_call(struct program *program, const struct sensor *sensor)
{
    begin(program, sensor);
    ADD_ALL(program, LOAD(BPF_DW, 1, 6, 8), SKIP_IF(BPF_JLT, 1, SENSOR_CALLS, 1), SET(1, OTHER_CALLS));
    count_and_end(program, sensor);
}

static void on_fork(struct program *program, const struct sensor *sensor)
{
    begin(program, sensor);
    ADD_ALL(program, SET(1, FORKS));
    count_and_end(program, sensor);
}

static void on_exec(struct program *program, const struct sensor *sensor)
{
    begin(program, sensor);
    ADD_ALL(program, SET(1, EXECS));
    count_and_end(program, sensor);
}

/* tracepoint/sched/sched_process_exec: the name as the kernel itself copied it, which no thread can change any more. */
static void on_exec_name(struct program *program, const struct sensor *sensor)
{
    begin(program, sensor);
    ADD_ALL(program, SET(7, 1), LOAD(BPF_W, 1, 6, NAME_AT_FIELD), AND(1, 0xffff),
            SKIP_IF(BPF_JNE, 1, NAME_AT, 13));
    ADD_ALL(program, COPY(1, 10), ADD(1, -SENSOR_NAME - 8), SET(2, SENSOR_NAME), COPY(3, 6), ADD(3, NAME_AT),
            CALL(BPF_FUNC_probe_read_kernel_str));
    ADD_ALL(program, MAP(1, sensor->names), COPY(2, 10), ADD(2, -SENSOR_NAME - 8), SET(3, 0),
            CALL(BPF_FUNC_map_push_elem), COPY(7, 0));
    ADD_ALL(program, SKIP_IF(BPF_JNE, 7, 0, 2), SET(0, 0), EXIT, SET(1, UNNAMED));
    count_and_end(program, sensor);
}

/* ---------------------------------------------------------------- loading */

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int create_map(enum bpf_map_type type, uint32_t key, uint32_t value, uint32_t entries, uint32_t flags)
{
    union bpf_attr attributes = {
        .map_type = type, .key_size = key, .value_size = value, .max_entries = entries, .map_flags = flags};
    return bpf(BPF_MAP_CREATE, &attributes);
}

typedef void compose(struct program *program, const struct sensor *sensor);

static int load(enum bpf_prog_type type, compose *compose_program, const struct sensor *sensor)
{
    static struct program program;
    program.length = 0;
    compose_program(&program, sensor);
    union bpf_attr attributes = {
        .prog_type = type,
        .insn_cnt = (uint32_t)program.length,
        .insns = (uintptr_t)program.instructions,
        .license = (uintptr_t) "GPL", /* see the head of this file */
    };
    return bpf(BPF_PROG_LOAD, &attributes);
}

/* The program, or -1. It lives as long as the descriptors that we never close. */
static int attach_raw(const char *tracepoint, compose *compose_program, const struct sensor *sensor)
{
    int program = load(BPF_PROG_TYPE_RAW_TRACEPOINT, compose_program, sensor);
    if (program < 0) return -1;
    union bpf_attr attributes = {.raw_tracepoint = {.name = (uintptr_t)tracepoint, .prog_fd = (uint32_t)program}};
    return bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes) < 0 ? -1 : program;
}

/* The number of an event, read from a tracefs that is mounted nowhere. */
static uint64_t event_number(const char *event)
{
    char path[128], text[32] = {0};
    int context = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
    if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0)) return 0;
    int root = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
    close(context);
    if (root < 0) return 0;
    snprintf(path, sizeof path, "events/%s/id", event);
    int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
    close(root);
    if (fd < 0) return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    return length > 0 ? strtoull(text, NULL, 10) : 0;
}

static bool attach_names(const struct sensor *sensor)
{
    struct perf_event_attr event = {
        .type = PERF_TYPE_TRACEPOINT, .size = sizeof event, .config = event_number("sched/sched_process_exec")};
    int program = load(BPF_PROG_TYPE_TRACEPOINT, on_exec_name, sensor);
    if (program < 0 || !event.config) return false;
    int fd = (int)syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
    return fd >= 0 && !ioctl(fd, PERF_EVENT_IOC_SET_BPF, program) && !ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
}

/*
 * Before Linux 5.11 maps and programs count as locked memory, of which root may have 64 KiB; later kernels charge the
 * group. What was allowed before is given back when they stand: the command inherits it.
 */
static struct rlimit allow_locked_memory(void)
{
    struct rlimit before = {0};
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_MEMLOCK, &before);
    setrlimit(RLIMIT_MEMLOCK, &all);
    return before;
}

static const char *create_maps(struct sensor *sensor, int group_fd)
{
    sensor->groups = create_map(BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 1, 0);
    sensor->counts = create_map(BPF_MAP_TYPE_ARRAY, 4, 8, COUNTED, BPF_F_MMAPABLE);
    sensor->names = create_map(BPF_MAP_TYPE_QUEUE, 0, SENSOR_NAME, SENSOR_NAMES, 0);
    if (sensor->groups < 0 || sensor->counts < 0 || sensor->names < 0) return "the kernel gives no maps";
    uint32_t key = 0;
    union bpf_attr attributes = {
        .map_fd = (uint32_t)sensor->groups, .key = (uintptr_t)&key, .value = (uintptr_t)&group_fd};
    if (bpf(BPF_MAP_UPDATE_ELEM, &attributes)) return "the group cannot be watched";
    void *counted = mmap(NULL, COUNTED * sizeof *sensor->counted, PROT_READ, MAP_SHARED, sensor->counts, 0);
    if (counted == MAP_FAILED) return "the counts cannot be read";
    sensor->counted = counted;
    return NULL;
}

static void start(struct sensor *sensor, int group_fd)
{
    sensor->absent = create_maps(sensor, group_fd);
    if (sensor->absent) return;
    sensor->calls = attach_raw("sys_enter", on_call, sensor);
    if (sensor->calls < 0 || attach_raw("sched_process_fork", on_fork, sensor) < 0 ||
        attach_raw("sched_process_exec", on_exec, sensor) < 0)
        sensor->absent = "the kernel does not load programs";
    else if (!attach_names(sensor)) sensor->names = -1;
}

struct sensor sensor_start(int group_fd)
{
    struct sensor sensor = {0};
    if (group_fd < 0) {
        sensor.absent = "no cgroup v2";
        return sensor;
    }
    const struct rlimit before = allow_locked_memory();
    start(&sensor, group_fd);
    setrlimit(RLIMIT_MEMLOCK, &before);
    return sensor;
}

/* ---------------------------------------------------------------- reading */

bool sensor_take_name(struct sensor *sensor, char name[SENSOR_NAME])
{
    if (sensor->absent || sensor->names < 0) return false;
    union bpf_attr attributes = {.map_fd = (uint32_t)sensor->names, .value = (uintptr_t)name};
    if (bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &attributes)) return false;
    name[SENSOR_NAME - 1] = 0;
    return true;
}

/*
 * Since Linux 7.2 (commit 439ebd5b5708) a program that counts a call may be interrupted by another process whose call is
 * then not counted: the kernel runs a program once at a time on each processor, and says how often it left it out.
 */
static uint64_t count_missed(int program)
{
    struct {
        uint8_t others[MISSES_AT];
        uint64_t misses;
    } info = {0};
    union bpf_attr attributes = {
        .info = {.bpf_fd = (uint32_t)program, .info_len = sizeof info, .info = (uintptr_t)&info}};
    return bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes) ? 0 : info.misses;
}

struct sensed sensor_read(const struct sensor *sensor)
{
    struct sensed sensed = {.absent = sensor->absent};
    if (sensed.absent) return sensed;
    for (int i = 0; i <= OTHER_CALLS; i++) sensed.calls[i] = sensor->counted[i];
    sensed.forks = sensor->counted[FORKS];
    sensed.execs = sensor->counted[EXECS];
    sensed.unnamed = sensor->names < 0 ? sensed.execs : sensor->counted[UNNAMED];
    sensed.missed = count_missed(sensor->calls);
    return sensed;
}
