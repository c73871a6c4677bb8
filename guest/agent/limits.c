/* Limits on the command: a cgroup v2 of its own where there is one, rlimits always. */
#include "run.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define CGROUPS "/sys/fs/cgroup"

static int write_number(const struct cgroup *group, const char *file, uint64_t value)
{
    char path[192], text[32];
    snprintf(path, sizeof path, "%s/%s", group->path, file);
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return write_text(path, text);
}

struct cgroup group_create(const struct limits *limits)
{
    struct cgroup group = {0}, none = {0};
    struct statfs facts;
    if (statfs(CGROUPS, &facts) || facts.f_type != CGROUP2_SUPER_MAGIC) return none;
    write_text(CGROUPS "/cgroup.subtree_control", "+pids");
    write_text(CGROUPS "/cgroup.subtree_control", "+memory");
    snprintf(group.path, sizeof group.path, CGROUPS "/payload-%d", (int)getpid());
    if (mkdir(group.path, 0755)) return none;
    int failed = 0;
    if (limits->processes) failed |= write_number(&group, "pids.max", limits->processes);
    if (limits->memory_bytes) failed |= write_number(&group, "memory.max", limits->memory_bytes);
    if (limits->memory_bytes) write_number(&group, "memory.swap.max", 0); /* absent without swap accounting */
    if (!failed) return group;
    rmdir(group.path);
    return none;
}

void group_add(const struct cgroup *group, pid_t pid)
{
    if (group->path[0]) write_number(group, "cgroup.procs", (uint64_t)pid);
}

/* The value after `key` in a file of "key value" lines, e.g. memory.events. */
static unsigned long long read_count(const struct cgroup *group, const char *file, const char *key)
{
    char path[192], name[64];
    unsigned long long value, found = 0;
    snprintf(path, sizeof path, "%s/%s", group->path, file);
    FILE *events = fopen(path, "re");
    if (!events) return 0;
    while (fscanf(events, "%63s %llu", name, &value) == 2)
        if (!strcmp(name, key)) found = value;
    fclose(events);
    return found;
}

void group_end(const struct cgroup *group, struct texts *caps)
{
    if (!group->path[0]) return;
    if (read_count(group, "memory.events", "oom_kill")) texts_add_text(caps, "memory");
    if (read_count(group, "pids.events", "max")) texts_add_text(caps, "processes");
    rmdir(group->path); /* fails while a dead process is not yet gone: the machine is thrown away anyway */
}

static void lower(__rlimit_resource_t resource, uint64_t value)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit)) return;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value) limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
}

void apply_rlimits(const struct limits *limits, bool has_group)
{
    lower(RLIMIT_CORE, 0);
    lower(RLIMIT_NOFILE, 4096);
    if (limits->file_bytes) lower(RLIMIT_FSIZE, limits->file_bytes);
    if (has_group) return;
    /* Only substitutes: of all processes of the user wherever they are, and of each process by itself. Who ran into
     * them is not told. */
    if (limits->processes) lower(RLIMIT_NPROC, limits->processes);
    if (limits->memory_bytes) lower(RLIMIT_DATA, limits->memory_bytes);
}
