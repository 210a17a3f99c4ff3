// Threads that wait for a place in a shared memory to be notified.
//
// A futex compares 32 bits and Wasm waits on 64 as well, and a notification
// counts whom it wakes: so threads queue here, by address, and each sleeps on a
// word of its own. See "memory.atomic.wait" and "memory.atomic.notify" in the
// proposal "threads".

#include "runtime.h"

enum { WOKEN, NOT_EQUAL, TIMED_OUT };

// On the stack of the thread that waits.
typedef struct waiter {
  const void *address;
  uint32_t is_woken;
  struct waiter *next;
} waiter;

// A queue for all addresses of one hash, first come first served. The lock is
// held between the comparison of the value and the place in the queue, so that
// no notification after the one is lost to the other.
typedef struct queue {
  apus_lock lock;
  waiter *first;
} queue;

#define QUEUE_COUNT 64

static queue queues[QUEUE_COUNT];

static queue *queue_of(const void *address) {
  uint64_t hash = ((uint64_t)(uintptr_t)address >> 2) * 0x9e3779b97f4a7c15;
  return &queues[hash >> 58];
}

static void append(queue *queue, waiter *self) {
  waiter **end = &queue->first;
  while (*end != NULL)
    end = &(*end)->next;
  *end = self;
}

static void remove_waiter(queue *queue, const waiter *self) {
  waiter **place = &queue->first;
  while (*place != self)
    place = &(*place)->next;
  *place = self->next;
}

static uint64_t deadline_after(int64_t timeout) {
  if (timeout < 0)
    return UINT64_MAX;
  return apus_monotonic_nanoseconds() + (uint64_t)timeout;
}

// With the lock held; releases it.
static uint32_t sleep_in(queue *queue, const void *address, int64_t timeout) {
  waiter self = {.address = address, .is_woken = false, .next = NULL};
  append(queue, &self);
  apus_lock_release(&queue->lock);
  uint64_t deadline = deadline_after(timeout);
  bool has_time = true;
  while (!__atomic_load_n(&self.is_woken, __ATOMIC_ACQUIRE) && has_time)
    has_time = apus_futex_wait(&self.is_woken, false, deadline);
  // Even a thread that was woken takes the lock: who wakes it may not be done
  // with its place yet.
  apus_lock_acquire(&queue->lock);
  bool is_woken = self.is_woken;
  if (!is_woken)
    remove_waiter(queue, &self);
  apus_lock_release(&queue->lock);
  return is_woken ? WOKEN : TIMED_OUT;
}

uint32_t apus_atomic_wait32(uint32_t *address, uint32_t expected,
                            int64_t timeout) {
  queue *queue = queue_of(address);
  apus_lock_acquire(&queue->lock);
  if (__atomic_load_n(address, __ATOMIC_SEQ_CST) == expected)
    return sleep_in(queue, address, timeout);
  apus_lock_release(&queue->lock);
  return NOT_EQUAL;
}

uint32_t apus_atomic_wait64(uint64_t *address, uint64_t expected,
                            int64_t timeout) {
  queue *queue = queue_of(address);
  apus_lock_acquire(&queue->lock);
  if (__atomic_load_n(address, __ATOMIC_SEQ_CST) == expected)
    return sleep_in(queue, address, timeout);
  apus_lock_release(&queue->lock);
  return NOT_EQUAL;
}

uint32_t apus_atomic_notify(void *address, uint32_t count) {
  queue *queue = queue_of(address);
  uint32_t woken = 0;
  apus_lock_acquire(&queue->lock);
  for (waiter **place = &queue->first; *place != NULL && woken < count;) {
    waiter *found = *place;
    if (found->address != address) {
      place = &found->next;
      continue;
    }
    *place = found->next;
    woken++;
    __atomic_store_n(&found->is_woken, true, __ATOMIC_RELEASE);
    apus_futex_wake(&found->is_woken, 1);
  }
  apus_lock_release(&queue->lock);
  return woken;
}
