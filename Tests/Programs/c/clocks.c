// Clocks, sleeping, waiting for input and random bytes. What it prints does not depend on the
// time; where a promise is broken it says so.

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) != 0) return -1;
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void expect(const char *what, int truth) {
  printf("%s: %s\n", what, truth ? "yes" : "NO");
}

int main(void) {
  struct timespec resolution;
  expect("real time is after 2020", now(CLOCK_REALTIME) > (int64_t)1577836800 * 1000000000);
  expect("time agrees with the clock",
         time(NULL) - now(CLOCK_REALTIME) / 1000000000 <= 1);
  expect("monotonic clock has a resolution",
         clock_getres(CLOCK_MONOTONIC, &resolution) == 0 &&
             (resolution.tv_sec > 0 || resolution.tv_nsec > 0));

  int64_t before = now(CLOCK_MONOTONIC);
  int steady = 1;
  for (int i = 0; i < 1000; i++) {
    int64_t after = now(CLOCK_MONOTONIC);
    steady &= after >= before;
    before = after;
  }
  expect("monotonic clock never goes back", steady);

  struct timespec pause = {0, 20000000};
  before = now(CLOCK_MONOTONIC);
  expect("sleep succeeds", nanosleep(&pause, NULL) == 0);
  int64_t slept = now(CLOCK_MONOTONIC) - before;
  expect("sleep lasts at least 20 ms", slept >= 20000000);
  expect("sleep lasts below 5 s", slept < 5000000000);

  struct pollfd input = {.fd = 0, .events = POLLIN};
  before = now(CLOCK_MONOTONIC);
  expect("input is ready", poll(&input, 1, 3000) == 1 && (input.revents & POLLIN));
  expect("without waiting", now(CLOCK_MONOTONIC) - before < 2000000000);
  before = now(CLOCK_MONOTONIC);
  expect("poll of nothing times out", poll(NULL, 0, 15) == 0);
  expect("after its time", now(CLOCK_MONOTONIC) - before >= 15000000);

  unsigned char first[256] = {0}, second[256] = {0};
  expect("random bytes come", getentropy(first, 256) == 0 && getentropy(second, 256) == 0);
  int seen[256] = {0}, distinct = 0;
  for (int i = 0; i < 256; i++) distinct += !seen[first[i]]++;
  expect("random bytes vary", distinct > 100 && memcmp(first, second, 256) != 0);
  expect("yield succeeds", sched_yield() == 0);
  return 0;
}
