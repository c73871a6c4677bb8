/*
 * `agent tree`: what lies on the disk now, or what of it changed since a moment. The host compares two of these, so
 * they hold what changes when a file does: type, size, mode, owner, content, and the change time, which, unlike the
 * modification time, an ordinary user cannot set back.
 *
 * A file that was moved keeps its change time, and so does all that lies in a folder that was moved. So a folder that
 * changed is told whole: its listing replaces what the host knew.
 */
#include "agent.h"
#include "messages.h"
#include "sha256.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MAX_ENTRIES 1000000u
#define ENTRIES_PER_FRAME 512u
/*
 * Relative names can build paths that no call takes in one piece. The host looks them up in maps, and V8 hashes texts of
 * more than 16383 characters by their length alone: this leaves room for a mark before each name (read-path.ts).
 */
#define MAX_PATH_BYTES 8192u
#define MAX_PIECE_BYTES 4000u
#define MAX_TARGET_BYTES 4096u
#define MAX_HASHED_FILE_BYTES (64ull << 20)
#define MAX_HASHED_BYTES (256ull << 20) /* of all files of one listing */

/* Where a file may be left. "/" is followed as far as it is one file system; the others may be their own. */
static const char *const roots[] = {"/", "/home", "/tmp", "/var/tmp", "/srv", "/inbox", "/dev/shm", NULL};
/* Made anew by every boot, or views of the kernel. */
static const char *const skipped[] = {"/proc", "/sys", "/dev", "/run", NULL};

struct folder {
    char *path;
    bool whole;
};

struct walk {
    struct tree_request request;
    struct outbox outbox;
    struct bytes batch;
    uint32_t batched;
    uint32_t entries;
    struct folder *pending; /* folders still to be read */
    size_t pending_count, pending_room;
    dev_t device;
    int64_t files_since_ns; /* what the change time of a file says here */
    uint64_t hashed_bytes;
    const char *fault;
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

static int64_t changed_ns(const struct stat *facts)
{
    return (int64_t)facts->st_ctim.tv_sec * 1000000000 + facts->st_ctim.tv_nsec;
}

/* ---------------------------------------------------------------- content */

/* What an ordinary user may write is known from the first listing on; the rest only once it changes. */
static bool is_to_be_hashed(const struct walk *walk, const struct stat *facts)
{
    if (!S_ISREG(facts->st_mode)) return false;
    if (walk->request.since_ns) return changed_ns(facts) >= walk->files_since_ns;
    return facts->st_uid >= ORDINARY_UID || (facts->st_mode & S_IWOTH) ||
           (facts->st_gid >= ORDINARY_UID && (facts->st_mode & S_IWGRP));
}

static bool hash_file(struct walk *walk, int folder, const char *name, const struct stat *facts, uint8_t digest[32])
{
    static uint8_t buffer[128 * 1024];
    uint64_t size = (uint64_t)facts->st_size;
    if (size > MAX_HASHED_FILE_BYTES || size > MAX_HASHED_BYTES - walk->hashed_bytes) return false;
    walk->hashed_bytes += size;
    /* Looking must not show: without O_NOATIME the access time would. */
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME | O_CLOEXEC);
    struct sha256 hash;
    sha256_begin(&hash);
    ssize_t got = fd < 0 ? -1 : 0;
    while (fd >= 0 && (got = read(fd, buffer, sizeof buffer)) > 0) sha256_add(&hash, buffer, (size_t)got);
    if (fd >= 0) close(fd);
    if (got < 0 || hash.length != size) return false;
    sha256_end(&hash, digest);
    return true;
}

/* ---------------------------------------------------------------- telling */

static void flush_batch(struct walk *walk)
{
    if (walk->batched == 0) return;
    send_tree(&walk->outbox, &walk->batch);
    walk->batched = 0;
    flush_outbox(&walk->outbox);
}

/* `name` is looked up in `folder`, `path` is what it is called. */
struct place {
    int folder;
    const char *name;
    const char *path;
};

static void add_entry(struct walk *walk, const struct place *place, const struct stat *facts, bool whole, bool unread)
{
    char target[MAX_TARGET_BYTES + 1];
    uint8_t digest[32];
    struct tree_entry entry = {
        .path = place->path,
        .type = type_of(facts->st_mode),
        .bytes = S_ISREG(facts->st_mode) ? (uint64_t)facts->st_size : 0,
        .mode = facts->st_mode & 07777,
        .ctime_ns = changed_ns(facts),
        .uid = facts->st_uid,
        .gid = facts->st_gid,
        .device = facts->st_dev,
        .inode = facts->st_ino,
        .links = (uint32_t)facts->st_nlink,
        .whole = whole,
        .unread = unread,
    };
    if (walk->entries == MAX_ENTRIES) walk->fault = "there are more than 1000000 files";
    if (walk->fault) return;
    if (entry.type == ENTRY_SYMLINK) {
        ssize_t length = readlinkat(place->folder, place->name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        entry.target = target;
    }
    if (is_to_be_hashed(walk, facts)) {
        if (hash_file(walk, place->folder, place->name, facts, digest)) entry.sha256 = digest;
        else entry.unread = true;
    }
    add_tree_entry(&walk->batch, &entry);
    walk->entries++;
    if (++walk->batched == ENTRIES_PER_FRAME || walk->batch.length > MAX_MESSAGE / 4) flush_batch(walk);
}

/* ---------------------------------------------------------------- walking */

/* The kernel takes no path longer than 4095 bytes at once. */
static int open_folder(const char *path)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC;
    int at = AT_FDCWD;
    while (strlen(path) > MAX_PIECE_BYTES) {
        char piece[MAX_PIECE_BYTES + 1];
        size_t length = MAX_PIECE_BYTES;
        while (length > 1 && path[length] != '/') length--;
        memcpy(piece, path, length);
        piece[length] = 0;
        int next = openat(at, piece, flags);
        if (at >= 0) close(at);
        if (next < 0) return -1;
        at = next;
        path += length + 1;
    }
    int fd = openat(at, path, flags);
    if (at >= 0) close(at);
    return fd;
}

static void put_off(struct walk *walk, const char *path, bool whole)
{
    if (walk->pending_count == walk->pending_room) {
        walk->pending_room = walk->pending_room ? 2 * walk->pending_room : 256;
        walk->pending = reallocarray(walk->pending, walk->pending_room, sizeof *walk->pending);
        if (!walk->pending) fail("memory");
    }
    char *copy = text_copy((const uint8_t *)path, strlen(path));
    walk->pending[walk->pending_count++] = (struct folder){copy, whole};
}

static void look_at(struct walk *walk, const struct place *place, const struct stat *facts, bool whole)
{
    bool is_folder = S_ISDIR(facts->st_mode);
    int64_t since = S_ISREG(facts->st_mode) ? walk->files_since_ns : walk->request.since_ns;
    bool changed = changed_ns(facts) >= since;
    bool enters = is_folder && facts->st_dev == walk->device;
    bool too_deep = enters && strlen(place->path) >= MAX_PATH_BYTES;
    if (whole || changed || too_deep) add_entry(walk, place, facts, is_folder && (whole || changed), too_deep);
    if (enters && !too_deep) put_off(walk, place->path, whole || changed);
}

/* Its subfolders are put off. No recursion: depth is the payload's choice. */
static void read_folder(struct walk *walk, const struct folder *read)
{
    static char child[MAX_PATH_BYTES + 512];
    int fd = open_folder(read->path);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) walk->fault = "a folder cannot be read";
    if (!folder) return;
    for (struct dirent *entry; !walk->fault && (entry = readdir(folder));) {
        struct stat facts;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(fd, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW)) continue;
        snprintf(child, sizeof child, "%s/%s", read->path[1] ? read->path : "", entry->d_name);
        if (is_skipped(child)) continue;
        look_at(walk, &(struct place){fd, entry->d_name, child}, &facts, read->whole);
    }
    closedir(folder);
}

/* Writing to a mapped file changes its change time where a disk is under it, and not in memory. */
static bool tells_mapped_writes(const char *root)
{
    struct statfs facts;
    if (statfs(root, &facts)) return false;
    return facts.f_type != TMPFS_MAGIC && facts.f_type != RAMFS_MAGIC && facts.f_type != OVERLAYFS_SUPER_MAGIC;
}

static void walk_root(struct walk *walk, const char *root, const struct stat *facts)
{
    walk->device = facts->st_dev;
    walk->files_since_ns = tells_mapped_writes(root) ? walk->request.since_ns : walk->request.first_ns;
    /* A file system of its own is not seen to change from the folder that it is mounted on. */
    look_at(walk, &(struct place){AT_FDCWD, root, root}, facts, strcmp(root, "/") != 0);
    while (walk->pending_count && !walk->fault) {
        struct folder next = walk->pending[--walk->pending_count];
        read_folder(walk, &next);
        free(next.path);
    }
}

int agent_tree(void)
{
    struct walk walk = {0};
    struct bytes request = read_request();
    walk.request = decode_tree_request(&request);
    send_hello(&walk.outbox, &walk.request.nonce, NULL);
    struct stat first, facts;
    if (stat("/", &first)) fail("/");
    for (int i = 0; roots[i]; i++) {
        bool covered = i > 0 && strncmp(roots[i], "/dev/", 5) != 0;
        if (stat(roots[i], &facts) || (covered && facts.st_dev == first.st_dev)) continue;
        walk_root(&walk, roots[i], &facts);
    }
    flush_batch(&walk);
    if (walk.fault) send_fault(&walk.outbox, walk.fault);
    else send_bye(&walk.outbox, NULL, walk.entries);
    flush_outbox(&walk.outbox);
    return 0;
}
