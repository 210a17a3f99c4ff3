// Clocks, as clock_time_get and poll_oneoff read them.

#ifndef APUS_WASI_CLOCK_H
#define APUS_WASI_CLOCK_H

#include "types.h"

// The time in nanoseconds. INVAL for an unknown clock, OVERFLOW for a time that
// WASI cannot express (before 1970).
uint32_t apus_clock_now(uint32_t id, uint64_t *nanoseconds);

#endif
