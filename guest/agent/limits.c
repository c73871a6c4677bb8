/* Limits on the command: a cgroup v2 of its own where there is one, rlimits always. */
#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* As a login's group is called on any machine: the command can read it. */
#define GROUP_NAME "session-%u.scope"
#define CREATE_TRIES 8
#define REMOVE_TRIES 50
#define REMOVE_WAIT_NS 10000000

/* The root of the groups, mounted nowhere: neither a path in this machine nor its absence matters. */
static int open_groups(void)
{
    int context = (int)syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC);
    if (context < 0) return -1;
    int root = -1;
    if (!syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
        root = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
    close(context);
    return root;
}

static int write_at(int folder, const char *file, const char *text)
{
    int fd = openat(folder, file, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t written = write(fd, text, strlen(text));
    close(fd);
    return written == (ssize_t)strlen(text) ? 0 : -1;
}

static int write_number(const struct cgroup *group, const char *file, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return write_at(group->folder, file, text);
}

static bool is_group_name(const char *name)
{
    unsigned number;
    char again[32];
    if (sscanf(name, GROUP_NAME, &number) != 1) return false;
    snprintf(again, sizeof again, GROUP_NAME, number);
    return !strcmp(name, again);
}

/*
 * Whoever made a group holds this lock as long as it lives, so a group whose lock can be had was left by an agent that
 * was killed. Returns the open folder, or -1.
 */
static int lock_group(int root, const char *name)
{
    int folder = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    /* It may have been taken for an orphan's before it was locked. */
    if (folder < 0 || (!flock(folder, LOCK_EX | LOCK_NB) && !faccessat(root, name, F_OK, 0))) return folder;
    close(folder);
    return -1;
}

static void remove_orphans(int root)
{
    int listed = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *groups = listed < 0 ? NULL : fdopendir(listed);
    for (struct dirent *entry; groups && (entry = readdir(groups));) {
        int orphan = is_group_name(entry->d_name) ? lock_group(root, entry->d_name) : -1;
        if (orphan < 0) continue;
        unlinkat(root, entry->d_name, AT_REMOVEDIR); /* fails while there is a process in it */
        close(orphan);
    }
    if (groups) closedir(groups);
}

static bool make_group(struct cgroup *group)
{
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) return false;
    snprintf(group->name, sizeof group->name, GROUP_NAME, number);
    if (!mkdirat(group->root, group->name, 0755)) group->folder = lock_group(group->root, group->name);
    return group->folder >= 0;
}

struct cgroup group_create(const struct limits *limits)
{
    struct cgroup group = {.root = open_groups(), .folder = -1};
    if (group.root < 0) return group;
    remove_orphans(group.root);
    write_at(group.root, "cgroup.subtree_control", "+pids");
    write_at(group.root, "cgroup.subtree_control", "+memory");
    for (int i = 0; i < CREATE_TRIES && !make_group(&group); i++) continue;
    group.has_limits = group.folder >= 0;
    if (limits->processes) group.has_limits &= !write_number(&group, "pids.max", limits->processes);
    if (limits->memory_bytes) group.has_limits &= !write_number(&group, "memory.max", limits->memory_bytes);
    if (limits->memory_bytes) write_number(&group, "memory.swap.max", 0); /* absent without swap accounting */
    return group;
}

bool group_add(const struct cgroup *group, pid_t pid)
{
    return group->folder < 0 || !write_number(group, "cgroup.procs", (uint64_t)pid);
}

/* The value after `key` in a file of "key value" lines, e.g. memory.events. */
static unsigned long long read_count(const struct cgroup *group, const char *file, const char *key)
{
    char name[64];
    unsigned long long value, found = 0;
    int fd = openat(group->folder, file, O_RDONLY | O_CLOEXEC);
    FILE *events = fd < 0 ? NULL : fdopen(fd, "r");
    if (!events) return 0;
    while (fscanf(events, "%63s %llu", name, &value) == 2)
        if (!strcmp(name, key)) found = value;
    fclose(events);
    return found;
}

void group_end(const struct cgroup *group, struct texts *caps)
{
    if (group->folder < 0) return;
    if (read_count(group, "memory.events", "oom_kill")) texts_add_text(caps, "memory");
    if (read_count(group, "pids.events", "max")) texts_add_text(caps, "processes");
    const struct timespec moment = {.tv_nsec = REMOVE_WAIT_NS};
    /* Busy while a dead process is not yet gone. */
    for (int i = 0; i < REMOVE_TRIES && unlinkat(group->root, group->name, AT_REMOVEDIR); i++) nanosleep(&moment, NULL);
}

static void lower(__rlimit_resource_t resource, uint64_t value)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit)) return;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value) limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
}

void apply_rlimits(const struct limits *limits, bool group_has_limits)
{
    lower(RLIMIT_CORE, 0);
    lower(RLIMIT_NOFILE, 4096);
    if (limits->file_bytes) lower(RLIMIT_FSIZE, limits->file_bytes);
    if (group_has_limits) return;
    /* Only substitutes: of all processes of the user wherever they are, and of each process by itself. Who ran into
     * them is not told. */
    if (limits->processes) lower(RLIMIT_NPROC, limits->processes);
    if (limits->memory_bytes) lower(RLIMIT_DATA, limits->memory_bytes);
}
