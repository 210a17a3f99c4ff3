// proc_exit, proc_raise, random_get, sched_yield.

#include "wasi.h"

#include "../platform/platform.h"
#include "errno.h"
#include "guest.h"

#include <errno.h>
#include <sched.h>
#include <sys/random.h>

// The low eight bits, as exit(3) does; core/exit_status.h says what else a
// status can mean.
_Noreturn void apus_wasi_proc_exit(APUS_UNUSED guest_memory *memory,
                                   uint32_t code) {
  apus_exit((int)(code & 0xff));
}

// Dropped from later versions of WASI: a guest has no signals.
uint32_t apus_wasi_proc_raise(APUS_UNUSED guest_memory *memory,
                              APUS_UNUSED uint32_t signal) {
  return WASI_NOTSUP;
}

uint32_t apus_wasi_random_get(guest_memory *memory, uint32_t buf,
                              uint32_t buf_len) {
  uint8_t *bytes = apus_guest_range(memory, buf, buf_len, 1);
  if (bytes == NULL)
    return WASI_FAULT;
  uint64_t left = buf_len;
  while (left > 0) {
    ssize_t got = getrandom(bytes, left, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return apus_wasi_last_errno();
    bytes += got;
    left -= (uint64_t)got;
  }
  return WASI_SUCCESS;
}

uint32_t apus_wasi_sched_yield(APUS_UNUSED guest_memory *memory) {
  sched_yield();
  return WASI_SUCCESS;
}
