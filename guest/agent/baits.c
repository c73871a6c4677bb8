/* Baits: files in the user's home in which `@CANARY:name@` stands where this session's value belongs. */
#include "agent.h"
#include "messages.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "@CANARY:"
#define MAX_BAIT_BYTES (256 * 1024)
#define MAX_DEPTH 8

static const char *value_of(const struct personality *personality, const uint8_t *name, size_t length)
{
    for (size_t i = 0; i < personality->canary_count; i++) {
        const struct canary *canary = &personality->canaries[i];
        if (strlen(canary->name) == length && !memcmp(canary->name, name, length)) return canary->value;
    }
    return NULL;
}

/* Copies `text` to `filled` with the marks replaced; says whether there was one. A mark nobody gave a value stays. */
static bool fill(const struct bytes *text, struct bytes *filled, const struct personality *personality)
{
    bool changed = false;
    for (size_t i = 0; i < text->length;) {
        const uint8_t *at = text->data + i, *end = text->data + text->length;
        const uint8_t *mark = memmem(at, (size_t)(end - at), MARK, strlen(MARK));
        const uint8_t *name = mark ? mark + strlen(MARK) : end;
        const uint8_t *close_mark = name < end ? memchr(name, '@', (size_t)(end - name)) : NULL;
        const char *value = close_mark ? value_of(personality, name, (size_t)(close_mark - name)) : NULL;
        const uint8_t *copied_to = value ? mark : name;
        bytes_append(filled, at, (size_t)(copied_to - at));
        if (value) bytes_append(filled, value, strlen(value));
        changed |= value != NULL;
        i = (size_t)((value ? close_mark + 1 : name) - text->data);
    }
    return changed;
}

/* Written in place, with its times put back: a lived-in home has no file of this minute. */
static void fill_file(int folder, const char *name, const struct stat *facts, const struct personality *personality)
{
    struct bytes text = {0}, filled = {0};
    int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t got;
    while ((got = read(fd, bytes_reserve(&text, 65536), 65536)) > 0) text.length += (size_t)got;
    if (fill(&text, &filled, personality)) {
        if (pwrite(fd, filled.data, filled.length, 0) != (ssize_t)filled.length) fail(name);
        if (ftruncate(fd, (off_t)filled.length)) fail(name);
        const struct timespec times[2] = {facts->st_atim, facts->st_mtim};
        futimens(fd, times);
    }
    close(fd);
    bytes_free(&text);
    bytes_free(&filled);
}

static void fill_folder(int folder_fd, int depth, const struct personality *personality)
{
    DIR *folder = fdopendir(folder_fd);
    if (!folder) fail("home");
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct stat facts;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(folder_fd, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW)) continue;
        if (S_ISREG(facts.st_mode) && facts.st_size <= MAX_BAIT_BYTES)
            fill_file(folder_fd, entry->d_name, &facts, personality);
        if (!S_ISDIR(facts.st_mode) || depth == MAX_DEPTH) continue;
        int inner = openat(folder_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) fill_folder(inner, depth + 1, personality);
    }
    closedir(folder);
}

void fill_baits(const char *home, const struct personality *personality)
{
    int fd = open(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) fail(home);
    fill_folder(fd, 0, personality);
}
