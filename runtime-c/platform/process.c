// What the runtime asks of the process it lives in: exit, error output, time.
//
// Knows nothing of Wasm. Uses no stdio: buffers would have to be flushed on
// every way out, a trap in the middle of them included.

#include "platform.h"

#include <errno.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

APUS_NORETURN void apus_exit(int status) { _exit(status); }

void apus_write_error(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(2, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return;
    bytes += written;
    length -= (size_t)written;
  }
}

uint64_t apus_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void (*time_function)(void);

static void on_alarm(int signal) {
  (void)signal;
  time_function();
}

bool apus_call_after(uint64_t nanoseconds, void (*function)(void)) {
  const uint64_t microseconds = (nanoseconds + 999) / 1000;
  const struct itimerval time = {
      .it_value = {.tv_sec = (time_t)(microseconds / 1000000),
                   .tv_usec = (suseconds_t)(microseconds % 1000000)}};
  time_function = function;
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_ONSTACK};
  return sigaction(SIGALRM, &action, NULL) == 0 &&
         setitimer(ITIMER_REAL, &time, NULL) == 0;
}

bool apus_is_privileged(void) { return getauxval(AT_SECURE) != 0; }

uint64_t apus_signal_stack_size(void) {
  // A backtrace needs some 8 KiB; the frame that the kernel pushes holds the
  // vector registers, and with AVX-512 or AMX its size is known only at run
  // time.
  uint64_t frame = getauxval(AT_MINSIGSTKSZ);
  return apus_round_up(frame + 24 * 1024, 4096);
}

uint64_t apus_process_stack_limit(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_STACK, &limit) == 0 ? limit.rlim_cur : 0;
}

void apus_disable_core_dumps(void) {
  // One byte is too little for a file, and to Linux the sign to start no
  // program for the dump, which it does for a limit of zero.
  const struct rlimit least = {1, 1}, none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &least) != 0)
    setrlimit(RLIMIT_CORE, &none);
}
