// From the kernel to the guest: the order in which an executable comes to life.
//
// Every step here is paid by every run, so each is a few system calls at most
// and none touches memory it does not need. Knows the order, not the workings.

#include "../core/message.h"
#include "../core/runtime.h"
#include "../platform/registers.h"
#include "confinement.h"

// Defined only in programs that use file descriptors. Not hidden: the address
// of an undefined weak symbol must come from the GOT to be NULL.
extern void apus_fd_table_start(void)
    __attribute__((weak, visibility("default")));

// The handler runs on the process's own stack, below what start-up and trap
// reports use of it: that needs no mapping and no guard, for below it the
// process has nothing else, and no page is touched unless there is a fault.
// Only where that stack is kept small (`ulimit -s`) is one mapped.
#define START_UP_STACK (16 * 1024)
#define SMALL_STACK (1024 * 1024)

static void install_fault_handler(void) {
  uint64_t size = apus_signal_stack_size();
  uint64_t top = (uint64_t)(uintptr_t)__builtin_frame_address(0);
  void *stack =
      (void *)(uintptr_t)((top - START_UP_STACK - size) & ~UINT64_C(15));
  if (apus_process_stack_limit() < SMALL_STACK && !(stack = apus_map(size)))
    apus_fail(APUS_EXIT_CANNOT_START, "cannot allocate the stack", NULL);
  if (!apus_install_fault_handler(apus_handle_fault, stack, size))
    apus_fail(APUS_EXIT_CANNOT_START, "cannot handle faults", NULL);
}

static void check_cpu(void) {
  uint32_t missing = apus_missing_cpu_feature(apus_the_program.cpu_features);
  if (missing != 0)
    apus_fail(APUS_EXIT_CPU_UNSUPPORTED, "this executable needs ",
              apus_cpu_feature_name(missing), " (compiled for ",
              apus_the_program.cpu_name, "), which this CPU lacks", NULL);
}

static void create_memories(void) {
  for (uint32_t i = 0; i < apus_the_program.memory_count; i++) {
    apus_memory *memory = apus_the_program.memories[i];
    if (apus_memory_create(memory))
      continue;
    if (apus_memory_exceeds_limit(memory))
      apus_fail(APUS_EXIT_MEMORY_LIMIT,
                "the linear memories exceed the memory limit", NULL);
    if (memory->initial_pages > memory->maximum_pages)
      apus_fail(APUS_EXIT_CANNOT_START,
                "cannot allocate the linear memory: it is larger than this "
                "implementation allows",
                NULL);
    if (memory->reservation == 0)
      apus_fail(APUS_EXIT_CANNOT_START,
                "cannot allocate the linear memory: not enough memory, or a "
                "limit on it (ulimit -v)",
                NULL);
    apus_fail(APUS_EXIT_CANNOT_START,
              "cannot reserve address space for the linear memory; if it is "
              "limited (ulimit -v), compile with --bounds-checks=explicit",
              NULL);
  }
}

static void create_tables(void) {
  for (uint32_t i = 0; i < apus_the_program.table_count; i++)
    if (!apus_table_create(apus_the_program.tables[i]))
      apus_fail(APUS_EXIT_CANNOT_START, "cannot allocate a table", NULL);
}

static void on_time_limit(void) {
  apus_fail(APUS_EXIT_TIME_LIMIT, "the time limit is exceeded", NULL);
}

static void apply_limits(void) {
  if (apus_the_program.fuel != NULL)
    *apus_the_program.fuel = apus_the_limits.fuel < INT64_MAX
                                 ? (int64_t)apus_the_limits.fuel
                                 : INT64_MAX;
  else if (apus_the_limits.fuel != UINT64_MAX)
    apus_fail(APUS_EXIT_CANNOT_START, "the program does not count its fuel",
              NULL);
  if (apus_the_limits.time != 0 &&
      !apus_call_after(apus_the_limits.time, on_time_limit))
    apus_fail(APUS_EXIT_CANNOT_START, "cannot limit the time", NULL);
}

int main(int argc, char **argv, char **envp) {
  if (apus_the_program.abi_version != APUS_ABI_VERSION)
    apus_fail(APUS_EXIT_CANNOT_START,
              "the program was compiled for another version of the runtime",
              NULL);
  if (apus_is_privileged())
    apus_fail(APUS_EXIT_CANNOT_START,
              "refusing to run with elevated privileges (setuid)", NULL);
  if (!apus_protect_relocated())
    apus_fail(APUS_EXIT_CANNOT_START, "cannot protect the program's data",
              NULL);
  apus_disable_core_dumps();
  if (!apus_stack_create(apus_the_program.stack_size))
    apus_fail(APUS_EXIT_CANNOT_START, "cannot allocate the stack", NULL);
  install_fault_handler();
  check_cpu();
  if (!apus_arguments_create(argc, argv, envp))
    apus_fail(APUS_EXIT_CANNOT_START, "malformed grants", NULL);
  create_memories();
  create_tables();
  if (apus_fd_table_start != NULL)
    apus_fd_table_start();
  apply_limits();
  apus_confine();
  apus_reset_float_control();
  apus_call_on_stack(apus_the_program.entry,
                     (void *)(uintptr_t)apus_guest_stack.high);
  apus_exit(APUS_EXIT_SUCCESS);
}
