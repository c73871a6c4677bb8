/* Names of calls: the kernel counts by number, which differs from architecture to architecture. */
#include "sensor.h"

#include <sys/syscall.h>

const char *call_name(unsigned number)
{
    switch (number) {
#define ROW(name) \
    case __NR_##name: return #name;
#include "call-names.h"
#ifndef __NR_fchmodat2 /* traced, and newer than the oldest headers that we are compiled with */
    case 452: return "fchmodat2";
#endif
    default: return NULL;
    }
}
