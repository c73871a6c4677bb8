/*
 * `agent tree`: what lies on the disk now. The host compares two of these, so they hold what changes when a file
 * does: type, size, mode, change time (which, unlike the modification time, an ordinary user cannot set back).
 */
#include "agent.h"
#include "messages.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ENTRIES 1000000u
#define ENTRIES_PER_FRAME 512u
#define MAX_PATH_BYTES 4096u

/* Where a file may be left. "/" is followed as far as it is one file system; the others may be their own. */
static const char *const roots[] = {"/", "/home", "/tmp", "/var/tmp", "/srv", "/inbox", "/dev/shm", NULL};
/* Made anew by every boot, or views of the kernel. */
static const char *const skipped[] = {"/proc", "/sys", "/dev", "/run", NULL};

struct walk {
    struct outbox outbox;
    struct bytes batch;
    uint32_t batched;
    uint32_t entries;
    struct texts pending; /* folders still to be read */
    bool overflowed;
};

static bool is_skipped(const char *path)
{
    for (int i = 0; skipped[i]; i++)
        if (!strcmp(path, skipped[i])) return true;
    return false;
}

static enum entry_type type_of(mode_t mode)
{
    if (S_ISREG(mode)) return ENTRY_FILE;
    if (S_ISDIR(mode)) return ENTRY_DIRECTORY;
    if (S_ISLNK(mode)) return ENTRY_SYMLINK;
    return ENTRY_OTHER;
}

static void flush_batch(struct walk *walk)
{
    if (walk->batched == 0) return;
    send_tree(&walk->outbox, &walk->batch);
    walk->batched = 0;
    flush_outbox(&walk->outbox);
}

static void add_entry(struct walk *walk, int folder, const char *name, const char *path, const struct stat *facts)
{
    char target[MAX_PATH_BYTES + 1];
    struct tree_entry entry = {
        .path = path,
        .type = type_of(facts->st_mode),
        .bytes = S_ISREG(facts->st_mode) ? (uint64_t)facts->st_size : 0,
        .mode = facts->st_mode & 07777,
        .ctime_ns = (int64_t)facts->st_ctim.tv_sec * 1000000000 + facts->st_ctim.tv_nsec,
    };
    if (entry.type == ENTRY_SYMLINK) {
        ssize_t length = readlinkat(folder, name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        entry.target = target;
    }
    add_tree_entry(&walk->batch, &entry);
    walk->entries++;
    if (++walk->batched == ENTRIES_PER_FRAME || walk->batch.length > MAX_MESSAGE / 4) flush_batch(walk);
}

/* Reads one folder; its subfolders are put off. No recursion: depth is the payload's choice. */
static void read_folder(struct walk *walk, const char *path, dev_t device)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) return;
    for (struct dirent *entry; !walk->overflowed && (entry = readdir(folder));) {
        char child[MAX_PATH_BYTES + 512];
        struct stat facts;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(dirfd(folder), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW)) continue;
        snprintf(child, sizeof child, "%s/%s", path[1] ? path : "", entry->d_name);
        if (is_skipped(child)) continue;
        walk->overflowed = walk->entries == MAX_ENTRIES;
        if (!walk->overflowed) add_entry(walk, dirfd(folder), entry->d_name, child, &facts);
        if (S_ISDIR(facts.st_mode) && facts.st_dev == device && strlen(child) < MAX_PATH_BYTES)
            texts_add_text(&walk->pending, child);
    }
    closedir(folder);
}

static void walk_root(struct walk *walk, const char *root, dev_t device)
{
    texts_add_text(&walk->pending, root);
    while (walk->pending.count && !walk->overflowed) {
        char *path = walk->pending.items[--walk->pending.count];
        read_folder(walk, path, device);
        free(path);
    }
}

int agent_tree(void)
{
    struct walk walk = {0};
    struct bytes request = read_request();
    struct nonce nonce = decode_tree_request(&request);
    send_hello(&walk.outbox, &nonce, NULL);
    struct stat first, facts;
    if (stat("/", &first)) fail("/");
    for (int i = 0; roots[i]; i++) {
        bool covered = i > 0 && strncmp(roots[i], "/dev/", 5) != 0;
        if (stat(roots[i], &facts) || (covered && facts.st_dev == first.st_dev)) continue;
        walk_root(&walk, roots[i], facts.st_dev);
    }
    flush_batch(&walk);
    if (walk.overflowed) send_fault(&walk.outbox, "there are more than 1000000 files");
    else send_bye(&walk.outbox, NULL, walk.entries);
    flush_outbox(&walk.outbox);
    return 0;
}
