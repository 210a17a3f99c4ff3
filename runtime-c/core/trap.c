// The end of a program that traps: which trap a fault is, the message and the
// backtrace.
//
// A fault is a trap only where the design says that faults are the check: in
// the reservation of a memory, and in the guard of the guest's stack. Every
// other one is a bug and is reported as such. See "Traps" in the specification.

#include "message.h"
#include "runtime.h"
#include "unwind.h"

#include <pthread.h>
#include <signal.h>

static const char *const trap_messages[] = {
#define TRAP(code, message) [APUS_TRAP_##code] = message,
#include "traps.def"
#undef TRAP
};

_Static_assert(APUS_TRAP_NULL_FUNCTION_REFERENCE == 9, "as in x86_64.S");

// The thread that reports, 0 for none: a fault in the middle of a report must
// not start another, and the trap of another thread comes too late.
static uintptr_t reporter;

static void begin_report(void) {
  uintptr_t self = (uintptr_t)pthread_self(), found = 0;
  if (__atomic_compare_exchange_n(&reporter, &found, self, false,
                                  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
    return;
  if (found == self)
    apus_fail(APUS_EXIT_RUNTIME_BUG,
              "runtime bug: a fault while another was being reported", NULL);
  for (;;) // the process ends when the report is written
    apus_relax();
}

static const char *function_name(uint64_t address) {
  const char *best = NULL;
  uint64_t best_start = 0;
  for (uint32_t i = 0; i < apus_the_program.function_count; i++) {
    const apus_function_entry *entry = &apus_the_program.functions[i];
    uint64_t start =
        (uint64_t)(uintptr_t)&entry->code + (uint64_t)(int64_t)entry->code;
    if (start > address || (best != NULL && start < best_start))
      continue;
    best = apus_the_program.names + entry->name;
    best_start = start;
  }
  return best != NULL ? best : "?";
}

#define FIRST_FRAMES 20
#define LAST_FRAMES 5

static void print_frame(apus_message *message, uint64_t number,
                        uint64_t address) {
  apus_message_text(message, "  #");
  apus_message_decimal(message, number);
  apus_message_text(message, " ");
  apus_message_text(message, function_name(address));
  apus_message_text(message, "\n");
}

// The outermost frames are known only at the end of the walk, so the last few
// seen are kept.
static void print_backtrace(apus_message *message,
                            const apus_registers *registers, bool exact) {
  apus_walk walk;
  uint64_t last[LAST_FRAMES];
  uint64_t count = 0;
  for (bool more = apus_walk_start(&walk, registers, exact); more;
       more = apus_walk_next(&walk), count++) {
    if (count < FIRST_FRAMES)
      print_frame(message, count, apus_walk_address(&walk));
    else
      last[count % LAST_FRAMES] = apus_walk_address(&walk);
  }
  if (count <= FIRST_FRAMES)
    return;
  uint64_t resume = FIRST_FRAMES;
  if (count > FIRST_FRAMES + LAST_FRAMES) {
    resume = count - LAST_FRAMES;
    apus_message_text(message, "  ... ");
    apus_message_decimal(message, resume - FIRST_FRAMES);
    apus_message_text(message, " more frames\n");
  }
  for (; resume < count; resume++)
    print_frame(message, resume, last[resume % LAST_FRAMES]);
}

// `text` and `detail` make the first line.
static APUS_NORETURN void report(enum apus_exit_status status, const char *text,
                                 const char *detail,
                                 const apus_registers *registers, bool exact) {
  begin_report();
  apus_message message;
  message.length = 0;
  apus_message_text(&message, "error: ");
  apus_message_text(&message, text);
  apus_message_text(&message, detail);
  apus_message_text(&message, "\n");
  print_backtrace(&message, registers, exact);
  apus_message_flush(&message);
  apus_exit(status);
}

// Called by the assembly of `apus_trap` and `apus_trap_unresolved`.
APUS_NORETURN void apus_report_trap(uint32_t code,
                                    const apus_registers *registers) {
  const char *message = code < APUS_TRAP_COUNT ? trap_messages[code] : "trap";
  report(code == APUS_TRAP_OUT_OF_FUEL ? APUS_EXIT_FUEL_LIMIT : APUS_EXIT_TRAP,
         message, "", registers, false);
}

APUS_NORETURN void apus_report_unresolved(const char *name,
                                          const apus_registers *registers) {
  report(APUS_EXIT_TRAP, "unresolved import called: ", name, registers, false);
}

static bool is_in_memory(uint64_t address) {
  for (uint32_t i = 0; i < apus_the_program.memory_count; i++) {
    const apus_memory *memory = apus_the_program.memories[i];
    if (address - memory->base < memory->reservation)
      return true;
  }
  return false;
}

static bool is_in_stack_guard(uint64_t address) {
  return address - apus_current_stack()->guard < APUS_STACK_GUARD;
}

static APUS_NORETURN void report_trapping_fault(enum apus_trap_code code,
                                                const apus_fault *fault) {
  if (apus_script_trap != NULL)
    apus_script_trap(code);
  report(APUS_EXIT_TRAP, trap_messages[code], "", &fault->registers, true);
}

static APUS_NORETURN void report_bug(const apus_fault *fault) {
  apus_message detail; // short: it fits, and the flush would reorder the lines
  detail.length = 0;
  apus_message_text(&detail, "signal ");
  apus_message_decimal(&detail, (uint64_t)fault->signal);
  apus_message_text(&detail, " at ");
  apus_message_hexadecimal(
      &detail, fault->registers.value[APUS_REGISTER_PROGRAM_COUNTER]);
  apus_message_text(&detail, ", address ");
  apus_message_hexadecimal(&detail, fault->address);
  detail.bytes[detail.length] = 0;
  report(APUS_EXIT_RUNTIME_BUG, "runtime bug: ", detail.bytes,
         &fault->registers, true);
}

void apus_handle_fault(const apus_fault *fault) {
  uint64_t pc = fault->registers.value[APUS_REGISTER_PROGRAM_COUNTER];
  switch (fault->signal) {
  case SIGSEGV:
  case SIGBUS:
    if (is_in_memory(fault->address))
      report_trapping_fault(APUS_TRAP_MEMORY_OUT_OF_BOUNDS, fault);
    if (is_in_stack_guard(fault->address))
      report_trapping_fault(APUS_TRAP_CALL_STACK_EXHAUSTED, fault);
    break;
  case SIGILL:
    if (apus_is_guest_code(pc) &&
        !apus_is_undefined_instruction((const void *)(uintptr_t)pc))
      report(APUS_EXIT_CPU_UNSUPPORTED,
             "this CPU lacks an instruction that the executable uses; it was "
             "compiled for ",
             apus_the_program.cpu_name, &fault->registers, true);
    break;
  default:
    break;
  }
  report_bug(fault);
}
