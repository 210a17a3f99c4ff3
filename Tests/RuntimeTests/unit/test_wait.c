// memory.atomic.wait and notify between threads, and the growth of a shared
// memory.

#include "../check.h"
#include "core/runtime.h"

#include <pthread.h>
#include <stdatomic.h>

static struct {
  uint32_t narrow;
  uint32_t other;
  uint64_t wide;
} guest_bytes;

static void *wait_narrow(void *unused) {
  (void)unused;
  return (void *)(uintptr_t)apus_atomic_wait32(&guest_bytes.narrow, 0, -1);
}

static void *wait_wide(void *unused) {
  (void)unused;
  return (void *)(uintptr_t)apus_atomic_wait64(&guest_bytes.wide, 0,
                                               INT64_C(60000000000));
}

// Wakes until `wanted` threads were woken: some may not wait yet.
static uint32_t wake(void *address, uint32_t wanted, uint32_t at_once) {
  uint32_t woken = 0;
  while (woken < wanted)
    woken += apus_atomic_notify(address, at_once);
  return woken;
}

static void test_wake(void) {
  enum { THREADS = 5 };
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, wait_narrow, NULL);
  // A neighbour, and an address of the same queue, wake nobody.
  CHECK_EQUAL(apus_atomic_notify(&guest_bytes.other, UINT32_MAX), 0);
  CHECK_EQUAL(apus_atomic_notify(&guest_bytes.narrow, 0), 0);
  CHECK_EQUAL(wake(&guest_bytes.narrow, 2, 1), 2);
  CHECK_EQUAL(wake(&guest_bytes.narrow, 3, UINT32_MAX), 3);
  for (int i = 0; i < THREADS; i++) {
    void *result;
    pthread_join(threads[i], &result);
    CHECK_EQUAL((uintptr_t)result, 0);
  }
  CHECK_EQUAL(apus_atomic_notify(&guest_bytes.narrow, UINT32_MAX), 0);

  pthread_create(&threads[0], NULL, wait_wide, NULL);
  CHECK_EQUAL(wake(&guest_bytes.wide, 1, 9), 1);
  void *result;
  pthread_join(threads[0], &result);
  CHECK_EQUAL((uintptr_t)result, 0);
}

static void test_no_wait(void) {
  CHECK_EQUAL(apus_atomic_wait32(&guest_bytes.narrow, 1, -1), 1);
  // A difference in the upper half alone.
  CHECK_EQUAL(apus_atomic_wait64(&guest_bytes.wide, UINT64_C(1) << 32, -1), 1);
  uint64_t start = apus_monotonic_nanoseconds();
  CHECK_EQUAL(apus_atomic_wait32(&guest_bytes.narrow, 0, 20000000), 2);
  CHECK(apus_monotonic_nanoseconds() - start >= 20000000);
  CHECK_EQUAL(apus_atomic_wait64(&guest_bytes.wide, 0, 0), 2);
  CHECK_EQUAL(apus_atomic_notify(&guest_bytes.narrow, 1), 0);
}

// --- Growth ------------------------------------------------------------------

enum { GROWERS = 4, STEPS = 200 };

static apus_memory shared = {.base = UINT64_C(0x200000000000),
                             .reservation = APUS_MEMORY32_RESERVATION,
                             .maximum_pages = GROWERS * STEPS,
                             .page_size_log2 = 16,
                             .flags = APUS_MEMORY_SHARED};
static atomic_uchar seen[GROWERS * STEPS];

static void *grow(void *unused) {
  (void)unused;
  for (int i = 0; i < STEPS; i++)
    seen[apus_memory_grow(&shared, 1)]++;
  return NULL;
}

static void test_growth(void) {
  if (!apus_memory_create(&shared)) {
    skip("no address space");
    return;
  }
  pthread_t threads[GROWERS];
  for (int i = 0; i < GROWERS; i++)
    pthread_create(&threads[i], NULL, grow, NULL);
  for (int i = 0; i < GROWERS; i++)
    pthread_join(threads[i], NULL);
  int once = 0;
  for (int i = 0; i < GROWERS * STEPS; i++)
    once += seen[i] == 1;
  CHECK_EQUAL(once, GROWERS * STEPS);
  CHECK_EQUAL(shared.byte_length, UINT64_C(65536) * GROWERS * STEPS);
  CHECK_EQUAL(apus_memory_grow(&shared, 1) + 1, 0);
}

int main(void) {
  test_no_wait();
  test_wake();
  test_growth();
  return finish_checks();
}
