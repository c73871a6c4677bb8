/* This process's command line: anybody may read it in /proc, and it would tell of us. */
#include "agent.h"

#include <string.h>

static char *command_line;
static size_t length;

void keep_command_line(int argc, char **argv)
{
    command_line = argv[0];
    /* One argument lies behind the other. */
    length = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]);
}

void show_as(const char *name)
{
    if (strlen(name) >= length) return;
    memset(command_line, 0, length);
    memcpy(command_line, name, strlen(name));
}
