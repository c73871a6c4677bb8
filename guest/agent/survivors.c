/* Which processes of a room are still there, as seen from outside of it. */
#include "run.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SURVIVORS 256
#define MAX_NESTING 32 /* the kernel's own limit for pid namespaces */

static int open_pid_namespace(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static ino_t identity(int fd)
{
    struct stat facts;
    return fd >= 0 && !fstat(fd, &facts) ? facts.st_ino : 0;
}

/* Whether `pid` lives in the namespace `room`, or in one made inside of it. */
static bool is_inside(pid_t pid, ino_t room)
{
    int fd = open_pid_namespace(pid);
    bool inside = false;
    for (int depth = 0; fd >= 0 && depth < MAX_NESTING && !inside; depth++) {
        inside = identity(fd) == room;
        int parent = inside ? -1 : ioctl(fd, NS_GET_PARENT);
        close(fd);
        fd = parent;
    }
    return inside;
}

static bool is_zombie(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file) return true;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    char *state = strrchr(text, ')'); /* the name before it may hold anything */
    return !state || state[1] == 0 || state[2] == 'Z' || state[2] == 'X';
}

static void read_command(struct survivor *survivor)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)survivor->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, survivor->command, sizeof survivor->command);
    if (fd >= 0) close(fd);
    survivor->length = length > 0 ? (size_t)length : 0;
    while (survivor->length && !survivor->command[survivor->length - 1]) survivor->length--;
    for (size_t i = 0; i < survivor->length; i++)
        if (!survivor->command[i]) survivor->command[i] = ' ';
}

struct survivors find_survivors(const struct room *room)
{
    struct survivors found = {0};
    int fd = open_pid_namespace(room->init);
    ino_t inside = identity(fd);
    if (fd >= 0) close(fd);
    DIR *processes = inside ? opendir("/proc") : NULL;
    if (!processes) return found;
    found.items = calloc(MAX_SURVIVORS, sizeof *found.items);
    if (!found.items) fail("memory");
    for (struct dirent *entry; (entry = readdir(processes));) {
        pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;
        if (pid == 0 || pid == room->init || !is_inside(pid, inside) || is_zombie(pid)) continue;
        found.more = found.count == MAX_SURVIVORS;
        if (found.more) break;
        found.items[found.count].pid = pid;
        read_command(&found.items[found.count++]);
    }
    closedir(processes);
    return found;
}
