// Futexes, and a lock that takes no system call while nobody waits for it.
//
// See futex.h. The lock is the one of Drepper's "Futexes Are Tricky": free,
// held, or held with threads that wait.

#include "futex.h"

#include <errno.h>
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// linux/futex.h is not among musl's headers.
#define FUTEX_WAKE 1
#define FUTEX_WAIT_BITSET 9
#define FUTEX_PRIVATE_FLAG 128
#define FUTEX_BITSET_MATCH_ANY UINT32_MAX

bool apus_futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline) {
  const uint64_t second = UINT64_C(1000000000);
  struct timespec until = {.tv_sec = (time_t)(deadline / second),
                           .tv_nsec = (long)(deadline % second)};
  // The deadline of this operation is absolute and of the monotonic clock.
  long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG,
                        expected, deadline == UINT64_MAX ? NULL : &until, NULL,
                        FUTEX_BITSET_MATCH_ANY);
  return result == 0 || errno != ETIMEDOUT;
}

void apus_futex_wake(uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, NULL, NULL,
          0);
}

enum { FREE, HELD, CONTENDED };

void apus_lock_acquire(apus_lock *lock) {
  uint32_t found = FREE;
  if (__atomic_compare_exchange_n(&lock->state, &found, HELD, false,
                                  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return;
  while (__atomic_exchange_n(&lock->state, CONTENDED, __ATOMIC_ACQUIRE) != FREE)
    apus_futex_wait(&lock->state, CONTENDED, UINT64_MAX);
}

void apus_lock_release(apus_lock *lock) {
  if (__atomic_exchange_n(&lock->state, FREE, __ATOMIC_RELEASE) == CONTENDED)
    apus_futex_wake(&lock->state, 1);
}
