/* `agent personalise`: a restored snapshot is a twin of all others until its name, user, clock and randomness differ. */
#include "agent.h"
#include "messages.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_SEED 512

static void set_clock(uint64_t unix_ns)
{
    struct timespec now = {(time_t)(unix_ns / 1000000000u), (long)(unix_ns % 1000000000u)};
    if (clock_settime(CLOCK_REALTIME, &now)) fail("clock");
}

static void add_randomness(const struct cursor *seed)
{
    struct {
        struct rand_pool_info info;
        uint8_t bytes[MAX_SEED];
    } pool;
    size_t length = (size_t)(seed->end - seed->at);
    if (length > MAX_SEED) refuse("the random seed is too long");
    pool.info.entropy_count = (int)length * 8;
    pool.info.buf_size = (int)length;
    memcpy(pool.info.buf, seed->at, length);
    int fd = open("/dev/random", O_WRONLY | O_CLOEXEC);
    /* The second call makes the kernel take the new bytes up now, not at its next reseeding. */
    if (fd < 0 || ioctl(fd, RNDADDENTROPY, &pool) || ioctl(fd, RNDRESEEDCRNG)) fail("randomness");
    close(fd);
}

static struct bytes read_file(const char *path)
{
    struct bytes text = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 0;
    while (fd >= 0 && (got = read(fd, bytes_reserve(&text, 65536), 65536)) > 0) text.length += (size_t)got;
    if (got < 0) fail(path);
    close(fd);
    return text;
}

/* Replaces a file's content in place of a copy, so that nobody ever sees half of it. */
static void replace_file(const char *path, const struct bytes *text)
{
    char copy[128];
    struct stat facts;
    snprintf(copy, sizeof copy, "%s.new", path);
    if (stat(path, &facts)) fail(path);
    int fd = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, facts.st_mode & 07777);
    if (fd < 0 || write(fd, text->data, text->length) != (ssize_t)text->length) fail(copy);
    if (fchown(fd, facts.st_uid, facts.st_gid) || fchmod(fd, facts.st_mode & 07777)) fail(copy);
    close(fd);
    if (rename(copy, path)) fail(path);
}

static bool is_word(uint8_t byte)
{
    return byte == '_' || byte == '-' || byte == '.' || (byte >= '0' && byte <= '9') ||
           ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

/* Replaces `old` by `new` wherever it stands as a whole word in the file at `path`; a missing file is fine. */
static void replace_word(const char *path, const char *old, const char *new)
{
    if (access(path, F_OK)) return;
    struct bytes text = read_file(path), changed = {0};
    size_t length = strlen(old);
    for (size_t i = 0; i < text.length;) {
        bool here = i + length <= text.length && !memcmp(text.data + i, old, length) &&
                    (i == 0 || !is_word(text.data[i - 1])) &&
                    (i + length == text.length || !is_word(text.data[i + length]));
        if (here) bytes_append(&changed, new, strlen(new));
        else bytes_append(&changed, text.data + i, 1);
        i += here ? length : 1;
    }
    replace_file(path, &changed);
    bytes_free(&text);
    bytes_free(&changed);
}

static void set_hostname(const char *hostname)
{
    char old[256];
    if (gethostname(old, sizeof old)) fail("hostname");
    if (sethostname(hostname, strlen(hostname))) fail("hostname");
    struct bytes line = {0};
    bytes_append(&line, hostname, strlen(hostname));
    bytes_append(&line, "\n", 1);
    if (access("/etc/hostname", F_OK) == 0) {
        struct bytes written = read_file("/etc/hostname");
        char *named = text_copy(written.data, written.length);
        named[strcspn(named, "\n")] = 0;
        if (*named) replace_word("/etc/hosts", named, hostname);
        replace_file("/etc/hostname", &line);
    }
    replace_word("/etc/hosts", old, hostname);
}

static void rename_user(const char *user, struct account *account)
{
    static const char *const files[] = {"/etc/passwd", "/etc/group",  "/etc/shadow", "/etc/gshadow",
                                        "/etc/subuid", "/etc/subgid", NULL};
    char home[64];
    snprintf(home, sizeof home, "/home/%s", user);
    if (!strcmp(account->name, user)) return;
    if (rename(account->home, home)) fail(account->home);
    for (int i = 0; files[i]; i++) replace_word(files[i], account->name, user);
    snprintf(account->name, sizeof account->name, "%s", user);
    snprintf(account->home, sizeof account->home, "%s", home);
}

static bool is_plain_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length < 33 && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

int agent_personalise(void)
{
    struct bytes request = read_request();
    struct personality personality = decode_personality(&request);
    struct account account;
    if (personality.unix_ns) set_clock(personality.unix_ns);
    if (personality.random_seed.at < personality.random_seed.end) add_randomness(&personality.random_seed);
    if (personality.hostname) {
        if (!is_plain_name(personality.hostname)) refuse("the hostname is not a plain name");
        set_hostname(personality.hostname);
    }
    if (!find_account(NULL, ORDINARY_UID, &account)) refuse("there is no user 1000");
    if (personality.user) {
        if (!is_plain_name(personality.user)) refuse("the user is not a plain name");
        rename_user(personality.user, &account);
    }
    fill_baits(account.home, &personality);
    return 0;
}
