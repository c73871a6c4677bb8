/* What the oldest guest's C library (glibc 2.31) does not have yet. */
#ifndef LIBC_H
#define LIBC_H

#include <signal.h>
#include <asm/unistd.h>
#include <unistd.h>

/* Closes every descriptor from `first` on. Linux 5.9. */
static inline void close_from(unsigned first)
{
    syscall(__NR_close_range, first, ~0u, 0);
}

/* `SIGKILL` for 9; `SIGRT` for the real-time signals, whose numbers mean nothing by themselves. */
static inline const char *signal_name(int number)
{
#define NAME(signal) [signal] = #signal
    static const char *const names[] = {
        NAME(SIGHUP),  NAME(SIGINT),    NAME(SIGQUIT), NAME(SIGILL),    NAME(SIGTRAP), NAME(SIGABRT), NAME(SIGBUS),
        NAME(SIGFPE),  NAME(SIGKILL),   NAME(SIGUSR1), NAME(SIGSEGV),   NAME(SIGUSR2), NAME(SIGPIPE), NAME(SIGALRM),
        NAME(SIGTERM), NAME(SIGSTKFLT), NAME(SIGCHLD), NAME(SIGCONT),   NAME(SIGSTOP), NAME(SIGTSTP), NAME(SIGTTIN),
        NAME(SIGTTOU), NAME(SIGURG),    NAME(SIGXCPU), NAME(SIGXFSZ),   NAME(SIGVTALRM), NAME(SIGPROF), NAME(SIGWINCH),
        NAME(SIGIO),   NAME(SIGPWR),    NAME(SIGSYS),
    };
#undef NAME
    return number > 0 && number < (int)(sizeof names / sizeof *names) ? names[number] : "SIGRT";
}

#endif
