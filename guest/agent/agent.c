/*
 * The agent: the one program of ours in a guest that the host talks to.
 *
 *   run          one command under the tracer; reads a Command, writes Frames (proto/evidence.proto)
 *   tree         what could the payload have changed; reads a TreeRequest, writes Frames
 *   put NAME N   stores N bytes of standard input as /inbox/NAME, prints their sha256
 *   personalise  makes this machine one of a kind; reads a Personality
 *   relay P S    forwards 127.0.0.1:P to the unix socket S until standard input ends
 *   version      says which agent and protocol this is
 *   launch FD    internal: the last steps before the command, inside of the tracer
 */
#include "agent.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
    fputs("usage: agent run | tree | put NAME BYTES | personalise | relay PORT SOCKET | version\n", stderr);
    return 64;
}

int main(int argc, char **argv)
{
    keep_command_line(argc, argv);
    const char *subcommand = argc > 1 ? argv[1] : "";
    /* A host that went away is an error from write(), not a signal. */
    signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && !strcmp(subcommand, "run")) return agent_run();
    if (argc == 2 && !strcmp(subcommand, "tree")) return agent_tree();
    if (argc == 4 && !strcmp(subcommand, "put")) return agent_put(argv[2], argv[3]);
    if (argc == 2 && !strcmp(subcommand, "personalise")) return agent_personalise();
    if (argc == 4 && !strcmp(subcommand, "relay")) return agent_relay(argv[2], argv[3]);
    if (argc == 3 && !strcmp(subcommand, "launch")) return agent_launch(atoi(argv[2]));
    if (argc == 2 && !strcmp(subcommand, "version")) {
        printf("agent %s protocol %u\n", AGENT_VERSION, PROTOCOL_VERSION);
        return 0;
    }
    return usage();
}
