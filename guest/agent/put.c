/* `agent put NAME BYTES`: a file from the host, whole or not at all, never over another. Prints its sha256. */
#include "agent.h"
#include "sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INBOX "/inbox"
#define MAX_PUT_BYTES (512ull << 20)

static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+!-";

static unsigned long long read_size(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long size = strtoull(text, &end, 10);
    if (errno || *end || !*text || size > MAX_PUT_BYTES) refuse("the size is not between 0 and 512 MiB");
    return size;
}

static void copy(int to, unsigned long long size, struct sha256 *hash)
{
    static char buffer[64 * 1024];
    while (size > 0) {
        ssize_t got = read(STDIN_FILENO, buffer, size < sizeof buffer ? size : sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) refuse("the file ends early");
        if (write(to, buffer, (size_t)got) != got) fail("writing to " INBOX);
        sha256_add(hash, buffer, (size_t)got);
        size -= (unsigned long long)got;
    }
}

int agent_put(const char *name, const char *size_text)
{
    size_t length = strlen(name);
    if (!length || length > 255 || strspn(name, allowed) != length || !strcmp(name, ".") || !strcmp(name, ".."))
        refuse("the name is not one segment of A-Z a-z 0-9 . _ + ! -");
    unsigned long long size = read_size(size_text);
    umask(022);
    if (mkdir(INBOX, 0755) && errno != EEXIST) fail(INBOX);
    /* Without a name until it is whole: there is nothing to clean up when the host goes away. */
    int fd = open(INBOX, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) fail(INBOX);
    struct sha256 hash;
    sha256_begin(&hash);
    copy(fd, size, &hash);
    char from[64], to[512];
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    snprintf(to, sizeof to, INBOX "/%s", name);
    if (linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW)) fail(to);
    uint8_t digest[32];
    sha256_end(&hash, digest);
    for (int i = 0; i < 32; i++) printf("%02x", digest[i]);
    putchar('\n');
    return 0;
}
