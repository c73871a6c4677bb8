/*
 * `agent relay PORT SOCKET`: 127.0.0.1:PORT in this network namespace becomes the host's unix socket. For sandboxes
 * whose host is the same kernel; a virtual machine has its control channel for that. Ends with its standard input.
 */
#include "agent.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_PAIRS 64

/* Two connected sockets; a half that has ended is -1 in `open`. */
struct pair {
    int fd[2];
    bool open[2];
};

static int listen_on(const char *port_text)
{
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port_text))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, MAX_PAIRS)) fail("relay");
    return fd;
}

static int connect_to(const char *socket_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void accept_pair(struct pair *pair, int listener, const char *socket_path)
{
    int from = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (from < 0) return;
    int to = connect_to(socket_path);
    if (to < 0) {
        close(from);
        return;
    }
    *pair = (struct pair){{from, to}, {true, true}};
}

static void close_pair(struct pair *pair)
{
    close(pair->fd[0]);
    close(pair->fd[1]);
    *pair = (struct pair){{-1, -1}, {false, false}};
}

/* Blocking writes: a slow reader slows the relay, which serves one package index to one command. */
static bool forward(int from, int to)
{
    char buffer[64 * 1024];
    ssize_t got = read(from, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) return true;
    for (ssize_t sent = 0; sent < got;) {
        ssize_t written = write(to, buffer + sent, (size_t)(got - sent));
        if (written < 0) return false;
        sent += written;
    }
    if (got == 0) shutdown(to, SHUT_WR);
    return got > 0;
}

static void serve(struct pair *pair, const struct pollfd *polled)
{
    for (int side = 0; side < 2; side++)
        if (pair->open[side] && polled[side].revents) pair->open[side] = forward(pair->fd[side], pair->fd[1 - side]);
    if (pair->fd[0] >= 0 && !pair->open[0] && !pair->open[1]) close_pair(pair);
}

int agent_relay(const char *port, const char *socket_path)
{
    static struct pair pairs[MAX_PAIRS];
    struct pollfd polled[2 + 2 * MAX_PAIRS];
    int listener = listen_on(port);
    for (int i = 0; i < MAX_PAIRS; i++) pairs[i] = (struct pair){{-1, -1}, {false, false}};
    if (write(STDOUT_FILENO, "ready\n", 6) != 6) return 1;
    for (;;) {
        struct pair *unused = NULL;
        for (int i = 0; i < MAX_PAIRS; i++) {
            if (pairs[i].fd[0] < 0) unused = &pairs[i];
            for (int side = 0; side < 2; side++)
                polled[2 + 2 * i + side] =
                    (struct pollfd){pairs[i].open[side] ? pairs[i].fd[side] : -1, POLLIN, 0};
        }
        polled[0] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
        polled[1] = (struct pollfd){unused ? listener : -1, POLLIN, 0};
        if (poll(polled, 2 + 2 * MAX_PAIRS, -1) < 0 && errno != EINTR) fail("poll");
        if (polled[0].revents) return 0;
        for (int i = 0; i < MAX_PAIRS; i++) serve(&pairs[i], &polled[2 + 2 * i]);
        if (polled[1].revents && unused) accept_pair(unused, listener, socket_path);
    }
}
