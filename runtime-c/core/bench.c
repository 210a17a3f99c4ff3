// The span that a Sightglass benchmark measures, between `bench.start` and
// `bench.end`.
//
// The measure goes to a descriptor that the process inherits and that the guest
// cannot reach; APUS_BENCH_FD names it in the process's environment.

#include "runtime.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void apus_bench_start(apus_memory *memory);
void apus_bench_end(apus_memory *memory);

static uint64_t started;

// The descriptor, or -1 when nobody measures.
static int measure_descriptor(void) {
  static const char name[] = "APUS_BENCH_FD";
  const char *variable = apus_process_variable(name, sizeof name - 1);
  if (variable == NULL)
    return -1;
  int number = 0;
  const char *digit = variable + sizeof name;
  for (; *digit >= '0' && *digit <= '9' && number < 1000000; digit++)
    number = number * 10 + (*digit - '0');
  return *digit == 0 && number >= 3 ? number : -1;
}

void apus_bench_start(APUS_UNUSED apus_memory *memory) {
  started = apus_monotonic_nanoseconds();
}

void apus_bench_end(APUS_UNUSED apus_memory *memory) {
  uint64_t elapsed = apus_monotonic_nanoseconds() - started;
  int descriptor = measure_descriptor();
  if (descriptor < 0)
    return;
  char line[24];
  char *first = line + sizeof line;
  *--first = '\n';
  do
    *--first = (char)('0' + elapsed % 10);
  while ((elapsed /= 10) != 0);
  while (write(descriptor, first, (size_t)(line + sizeof line - first)) < 0 &&
         errno == EINTR) {
  }
}
