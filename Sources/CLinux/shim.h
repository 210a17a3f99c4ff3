// Pieces of the Linux interface that Swift cannot import: macros with casts or
// several operands, and variables that Swift 6 takes for unsafe.

#ifndef APUS_CLINUX_SHIM_H
#define APUS_CLINUX_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// An unnamed file in a folder, named later by linkat.
static inline int apus_o_tmpfile(void) { return O_TMPFILE; }

// A file that only memory holds, closed by exec.
static inline int apus_memory_file(const char *name) {
  return memfd_create(name, MFD_CLOEXEC);
}

static inline char *const *apus_environ(void) { return environ; }

// Installs `handler` for `signal`, on the alternate stack.
static inline int apus_handle_signal(int signal, void (*handler)(int)) {
  struct sigaction action = {0};
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  sigfillset(&action.sa_mask);
  return sigaction(signal, &action, NULL);
}

// Declared by glibc for _GNU_SOURCE only, which comes too late where Swift's
// module of glibc was there before.
int posix_spawn_file_actions_addchdir_np(
    posix_spawn_file_actions_t *restrict actions, const char *restrict path);
const char *sigabbrev_np(int signal);

// Installs `handler` for `signal`; calls that wait are interrupted by it.
static inline int apus_notice_signal(int signal, void (*handler)(int)) {
  struct sigaction action = {0};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return sigaction(signal, &action, NULL);
}

// A descriptor that can be polled for the end of the child `process`.
static inline int apus_open_process(int process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

// Bounds the files that another process writes, in bytes. The structure and the
// number (RLIMIT_FSIZE) are the kernel's; their header belongs to Glibc's module.
static inline int apus_limit_file_sizes(int process, unsigned long long size) {
  struct {
    unsigned long long current, maximum;
  } limit;
  if (syscall(SYS_prlimit64, process, 1, NULL, &limit) != 0)
    return -1;
  limit.current = size < limit.maximum ? size : limit.maximum;
  return (int)syscall(SYS_prlimit64, process, 1, &limit, NULL);
}

// Counts an event of a kind in user mode, in what this thread starts from here
// on, from its exec. Negative where that is not allowed or the machine has none.
static inline int apus_open_counter(unsigned kind, unsigned long long event) {
  struct perf_event_attr attributes = {0};
  attributes.type = kind;
  attributes.size = sizeof attributes;
  attributes.config = event;
  attributes.disabled = 1;
  attributes.inherit = 1;
  attributes.enable_on_exec = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format =
      PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1,
                      PERF_FLAG_FD_CLOEXEC);
}

static inline unsigned apus_hardware_counter(void) {
  return PERF_TYPE_HARDWARE;
}

// Counters that the kernel keeps by itself, which every machine has.
static inline unsigned apus_software_counter(void) {
  return PERF_TYPE_SOFTWARE;
}

static inline unsigned long long apus_count_of_instructions(void) {
  return PERF_COUNT_HW_INSTRUCTIONS;
}

static inline unsigned long long apus_count_of_cycles(void) {
  return PERF_COUNT_HW_CPU_CYCLES;
}

// Nanoseconds on a processor.
static inline unsigned long long apus_count_of_task_time(void) {
  return PERF_COUNT_SW_TASK_CLOCK;
}

// How many characters fit on a line of the terminal `descriptor`, or 0.
static inline int apus_terminal_width(int descriptor) {
  struct winsize size = {0};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// The highest processor that this thread may run on, or -1.
static inline int apus_last_processor(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0)
    return -1;
  for (int processor = CPU_SETSIZE - 1; processor >= 0; processor--) {
    if (CPU_ISSET(processor, &set))
      return processor;
  }
  return -1;
}

// Keeps this thread, and what it starts, on one processor.
static inline int apus_pin(int processor, cpu_set_t *previous) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (sched_getaffinity(0, sizeof *previous, previous) != 0)
    return -1;
  return sched_setaffinity(0, sizeof set, &set);
}

static inline int apus_unpin(const cpu_set_t *previous) {
  return sched_setaffinity(0, sizeof *previous, previous);
}

#endif
