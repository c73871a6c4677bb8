/*
 * The second sensor: counts of the kernel's own, which do not pass the tracer. What the command's processes did is
 * counted by three small programs in the kernel, loaded by us, out of reach of the command; the host holds the counts
 * against the trace.
 */
#ifndef SENSOR_H
#define SENSOR_H

#include "wire.h"

#include <stdint.h>

/* Calls with a higher number than any kernel has are counted together. */
#define SENSOR_CALLS 512
/* Bytes of a program's name, with the NUL; a longer one is cut. */
#define SENSOR_NAME 256
/* Programs remembered between two visits of the agent; more are counted as unnamed. */
#define SENSOR_NAMES 4096

struct sensor {
    const char *absent; /* why there is none, or NULL */
    int groups, counts, names; /* maps */
    int calls;                 /* the program that counts calls */
    volatile uint64_t *counted;
    uint64_t waiting; /* programs already taken out of the map */
};

/* What the sensor saw until now. */
struct sensed {
    const char *absent;
    uint64_t calls[SENSOR_CALLS + 1]; /* the last one: of no known number */
    uint64_t forks, execs;
    uint64_t unnamed; /* programs that were started and whose name is not known */
    uint64_t missed;  /* calls of this machine, at most, that were not counted */
};

/* Starts counting what processes of the group (a folder of cgroup v2) do. Costs every call of this machine a little. */
struct sensor sensor_start(int group_fd);
/* Takes the name of one started program; false when there is none. */
bool sensor_take_name(struct sensor *sensor, char name[SENSOR_NAME]);
struct sensed sensor_read(const struct sensor *sensor);

/* A call's name as its manual page has it, or NULL. */
const char *call_name(unsigned number);

#endif
