// clock_res_get and clock_time_get.

#include "clock.h"

#include "errno.h"
#include "guest.h"
#include "wasi.h"

#include <time.h>

#define CLOCK_COUNT 4

static clockid_t host_clock(uint32_t id) {
  static const clockid_t clocks[CLOCK_COUNT] = {CLOCK_REALTIME, CLOCK_MONOTONIC,
                                                CLOCK_PROCESS_CPUTIME_ID,
                                                CLOCK_THREAD_CPUTIME_ID};
  return clocks[id];
}

static uint32_t to_nanoseconds(const struct timespec *time, uint64_t *result) {
  uint64_t seconds;
  if (time->tv_sec < 0 ||
      __builtin_mul_overflow((uint64_t)time->tv_sec, UINT64_C(1000000000),
                             &seconds) ||
      __builtin_add_overflow(seconds, (uint64_t)time->tv_nsec, result))
    return WASI_OVERFLOW;
  return WASI_SUCCESS;
}

uint32_t apus_clock_now(uint32_t id, uint64_t *nanoseconds) {
  struct timespec now;
  if (id >= CLOCK_COUNT)
    return WASI_INVAL;
  if (clock_gettime(host_clock(id), &now) != 0)
    return apus_wasi_last_errno();
  return to_nanoseconds(&now, nanoseconds);
}

uint32_t apus_wasi_clock_time_get(guest_memory *memory, uint32_t id,
                                  uint64_t precision, uint32_t result) {
  uint64_t now;
  (void)precision; // every clock is read as exactly as the host knows it
  uint32_t error = apus_clock_now(id, &now);
  return error != WASI_SUCCESS ? error
                               : apus_guest_store64(memory, result, now);
}

uint32_t apus_wasi_clock_res_get(guest_memory *memory, uint32_t id,
                                 uint32_t result) {
  struct timespec resolution;
  uint64_t nanoseconds;
  if (id >= CLOCK_COUNT)
    return WASI_INVAL;
  if (clock_getres(host_clock(id), &resolution) != 0)
    return apus_wasi_last_errno();
  uint32_t error = to_nanoseconds(&resolution, &nanoseconds);
  return error != WASI_SUCCESS
             ? error
             : apus_guest_store64(memory, result, nanoseconds);
}
