/* Names of calls: the kernel counts by number, which differs from architecture to architecture. */
#include "agent.h"
#include "sensor.h"

#include <stddef.h>
#include <sys/syscall.h>

/* What the oldest headers that we are compiled with (Linux 5.10) lack: these numbers are the same everywhere
 * (include/uapi/asm-generic/unistd.h). */
#define FIRST_NEWER_CALL 441u
static const char *const newer_calls[] = {
    "epoll_pwait2", "mount_setattr", "quotactl_fd", "landlock_create_ruleset", "landlock_add_rule",
    "landlock_restrict_self", "memfd_secret", "process_mrelease", "futex_waitv", "set_mempolicy_home_node",
    "cachestat", "fchmodat2", "map_shadow_stack", "futex_wake", "futex_wait", "futex_requeue", "statmount",
    "listmount", "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules", "mseal",
};

_Static_assert(FIRST_NEWER_CALL + sizeof newer_calls / sizeof *newer_calls == FIRST_UNTRACED_CALL,
               "every call that the guard lets happen has a name");

static const char *newer_name(unsigned number)
{
    size_t index = number - FIRST_NEWER_CALL;
    return index < sizeof newer_calls / sizeof *newer_calls ? newer_calls[index] : NULL;
}

const char *call_name(unsigned number)
{
    switch (number) {
#define ROW(name) \
    case __NR_##name: return #name;
#include "call-names.h"
    default: return newer_name(number);
    }
}
