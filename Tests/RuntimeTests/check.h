// Counting checks: each prints where it failed, and the program's last line is
// `N passed, N failed, N skipped`, which the Makefile adds up.

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int checks_passed, checks_failed, checks_skipped;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (condition) {                                                           \
      checks_passed++;                                                         \
    } else {                                                                   \
      checks_failed++;                                                         \
      printf("%s:%d: %s\n", strrchr("/" __FILE__, '/') + 1, __LINE__,          \
             #condition);                                                      \
    }                                                                          \
  } while (0)

#define CHECK_EQUAL(actual, expected)                                          \
  do {                                                                         \
    long long actual_ = (long long)(actual);                                   \
    long long expected_ = (long long)(expected);                               \
    if (actual_ == expected_) {                                                \
      checks_passed++;                                                         \
    } else {                                                                   \
      checks_failed++;                                                         \
      printf("%s:%d: %s is %lld, not %s (%lld)\n",                             \
             strrchr("/" __FILE__, '/') + 1, __LINE__, #actual, actual_,       \
             #expected, expected_);                                            \
    }                                                                          \
  } while (0)

static inline void skip(const char *reason) {
  checks_skipped++;
  printf("skipped: %s\n", reason);
}

static inline int finish_checks(void) {
  printf("%d passed, %d failed, %d skipped\n", checks_passed, checks_failed,
         checks_skipped);
  return checks_failed != 0;
}

#endif
