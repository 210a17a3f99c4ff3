// Waiting for a word in memory to change, and a lock made of it.
//
// Knows nothing of Wasm: a word here is the runtime's own, never the guest's.

#ifndef APUS_FUTEX_H
#define APUS_FUTEX_H

#include <stdbool.h>
#include <stdint.h>

// Blocks while `*word` is `expected`, until woken or until `deadline`, in
// nanoseconds of the monotonic clock (UINT64_MAX: none). May return for no
// reason; false only once the deadline has passed.
bool apus_futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline);
// Wakes up to `count` threads that wait for `word`.
void apus_futex_wake(uint32_t *word, int count);

// Free when zero. Threads that find it held sleep.
typedef struct apus_lock {
  uint32_t state;
} apus_lock;

void apus_lock_acquire(apus_lock *lock);
void apus_lock_release(apus_lock *lock);

#endif
