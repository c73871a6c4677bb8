/* How the tracer is called. The host says which options there are; here is only what depends on the guest. */
#include "run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads the start of what `program -V` prints, e.g. "strace -- version 6.1". Returns its length. */
static size_t ask_version(const struct texts *program, char *answer, size_t size)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) fail("pipe");
    struct texts argv = {0};
    for (size_t i = 0; i < program->count; i++) texts_add_text(&argv, program->items[i]);
    texts_add_text(&argv, "-V");
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(argv.items[0], argv.items);
        _exit(127);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while (length < size - 1 && (got = read(ends[0], answer + length, size - 1 - length)) > 0) length += (size_t)got;
    answer[length] = 0;
    close(ends[0]);
    waitpid(child, NULL, 0);
    return length;
}

/* "strace -- version 6.13\n..." becomes "strace 6.13" and 6013. Without a version, 0: only the oldest options. */
static void read_version(const char *answer, struct tracer_facts *facts)
{
    const char *version = strstr(answer, "version ");
    unsigned major = 0, minor = 0;
    if (!version || sscanf(version, "version %u.%u", &major, &minor) < 1) {
        snprintf(facts->name, sizeof facts->name, "unknown");
        return;
    }
    snprintf(facts->name, sizeof facts->name, "%.32s %u.%u", strncmp(answer, "strace", 6) ? "tracer" : "strace", major,
             minor);
    facts->version = major * 1000 + minor;
}

struct tracer_facts probe_tracer(const struct command *command, int trace_fd)
{
    struct tracer_facts facts = {0};
    char answer[512];
    ask_version(&command->tracer_program, answer, sizeof answer);
    read_version(answer, &facts);
    for (size_t i = 0; i < command->tracer_program.count; i++)
        texts_add_text(&facts.argv, command->tracer_program.items[i]);
    for (size_t i = 0; i < command->tracer_option_count; i++)
        if (command->tracer_options[i].since <= facts.version)
            texts_add_text(&facts.argv, command->tracer_options[i].text);
    char output[32];
    snprintf(output, sizeof output, "/proc/self/fd/%d", trace_fd);
    texts_add_text(&facts.argv, "-o");
    texts_add_text(&facts.argv, output);
    return facts;
}
