// The runtime's memcpy, memmove and memset against loops, for every small length
// and overlap. Ends with status 0 if all agree.

#include "program.h"

#define SIZE 20000
static uint8_t actual[SIZE], expected[SIZE];

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile set)(void *, int, size_t) = memset;

static void reset(void) {
  for (size_t i = 0; i < SIZE; i++)
    actual[i] = expected[i] = (uint8_t)(i * 7 + (i >> 8));
}

// Compares all, so that bytes next to the range count too.
static void compare(void) {
  for (size_t i = 0; i < SIZE; i++)
    if (actual[i] != expected[i])
      apus_trap(APUS_TRAP_UNREACHABLE);
}

static void check_move(size_t to, size_t from, size_t n) {
  reset();
  for (size_t i = 0; i < n; i++) {
    size_t at = to <= from ? i : n - 1 - i;
    *(volatile uint8_t *)&expected[to + at] = expected[from + at];
  }
  bool apart = to + n <= from || from + n <= to;
  void *result = (apart ? copy : move)(actual + to, actual + from, n);
  if (result != actual + to)
    apus_trap(APUS_TRAP_UNREACHABLE);
  compare();
}

static void check_set(size_t to, size_t n) {
  reset();
  for (size_t i = 0; i < n; i++)
    *(volatile uint8_t *)&expected[to + i] = 0xab;
  set(actual + to, 0x1ab, n);
  compare();
}

GUEST static void start(void) {
  static const size_t distances[] = {0, 1, 7, 16, 63, 64, 100, 5000};
  static const size_t large[] = {1000, 2047, 2048, 2049, 6001};
  for (size_t d = 0; d < 8; d++) {
    for (size_t n = 0; n < 200; n += n < 80 ? 1 : 7) {
      check_move(3000, 3000 + distances[d], n);
      check_move(3000 + distances[d], 3000, n);
    }
    for (size_t i = 0; i < 5; i++) {
      check_move(3000, 3000 + distances[d], large[i]);
      check_move(3000 + distances[d], 3000, large[i]);
    }
  }
  for (size_t n = 0; n < 200; n++)
    check_set(3000 + n % 16, n);
  for (size_t i = 0; i < 5; i++)
    check_set(3001, large[i]);
}

PROGRAM(.entry = start);
