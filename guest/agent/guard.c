/*
 * The guard: a seccomp filter under which no call of the command goes unseen by the tracer (evidence.md B.2, C.2).
 *
 * Under `strace --seccomp-bpf` a refusal by ERRNO outranks the tracer's own filter and so is not in the trace. What no
 * honest program does therefore traps: TRAP outranks the tracer, a listener and ERRNO alike, the call does not happen,
 * and the trace has a SIGSYS with the call's number and architecture, which a rule finds. What honest programs try
 * before they fall back (io_uring, clone3) is left to the tracer, which refuses it in plain sight (strace-command.ts)
 * and without which it fails all the same.
 */
#include "agent.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "the guard knows x86_64 and aarch64"
#endif

#define FIRST_X32_CALL 0x40000000
#define NO_CALL 0xffffffff
#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define IF(op, value, yes, no) BPF_JUMP(BPF_JMP | BPF_##op | BPF_K, value, yes, no)
#define DO(action) BPF_STMT(BPF_RET | BPF_K, action)
#define TRAP DO(SECCOMP_RET_TRAP)
#define ALLOW DO(SECCOMP_RET_ALLOW)

int install_guard(void)
{
    struct sock_filter filter[] = {
        /* Another architecture's numbers (int 0x80) and x32's are not what the tracer filters by. */
        LOAD(arch), IF(JEQ, NATIVE_ARCH, 1, 0), TRAP,
        /* -1 is no call: the tracer puts it where a call stood that it refuses. */
        LOAD(nr), IF(JEQ, NO_CALL, 0, 1), ALLOW,
        IF(JGE, FIRST_X32_CALL, 0, 1), TRAP,
        /* As on a kernel that does not have them yet: nothing happens that the trace would not show. */
        IF(JGE, FIRST_UNTRACED_CALL, 0, 1), DO(SECCOMP_RET_ERRNO | ENOSYS),
        IF(JEQ, SYS_clone, 0, 4), LOAD(args[0]), IF(JSET, CLONE_UNTRACED, 0, 1), TRAP, ALLOW,
        /* A listener's FLAG_CONTINUE outranks the tracer's filter. */
        IF(JEQ, SYS_seccomp, 0, 4), LOAD(args[1]), IF(JSET, SECCOMP_FILTER_FLAG_NEW_LISTENER, 0, 1), TRAP, ALLOW,
        ALLOW,
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
