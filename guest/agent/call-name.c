/* Names of calls: the kernel counts by number, which differs from architecture to architecture. */
#include "sensor.h"

#include <sys/syscall.h>

const char *call_name(unsigned number)
{
    switch (number) {
#define ROW(name) \
    case __NR_##name: return #name;
#include "call-names.h"
    default: return NULL;
    }
}
