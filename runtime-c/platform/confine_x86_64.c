// Running under a filter that reports: refused calls raise SIGSYS, whose
// handler makes them from the one place that the filter lets make any.
//
// For finding out what a filter lacks. Knows nothing of what should be in it.

#include "confine.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

// x86_64.S. The label behind it is where the kernel sees the call come from.
int64_t apus_pass_call(uint64_t number, const uint64_t arguments[6]);
extern const char apus_passed_call[] __attribute__((visibility("hidden")));

static void (*report_call)(uint64_t number);

#define KNOWN_CALLS 1024

static void on_refused_call(int signal, siginfo_t *info, void *context) {
  static uint8_t reported[KNOWN_CALLS];
  gregset_t *saved = &((ucontext_t *)context)->uc_mcontext.gregs;
  uint64_t number = (uint32_t)info->si_syscall;
  (void)signal;
  if (number >= KNOWN_CALLS || !reported[number])
    report_call(number);
  if (number < KNOWN_CALLS)
    reported[number] = 1;
  const uint64_t arguments[6] = {
      (uint64_t)(*saved)[REG_RDI], (uint64_t)(*saved)[REG_RSI],
      (uint64_t)(*saved)[REG_RDX], (uint64_t)(*saved)[REG_R10],
      (uint64_t)(*saved)[REG_R8],  (uint64_t)(*saved)[REG_R9]};
  (*saved)[REG_RAX] = apus_pass_call(number, arguments);
}

// Opcodes of BPF, and what a filter says of a call.
#define LOAD 0x20
#define JUMP_IF_EQUAL 0x15
#define RETURN 0x06
#define ALLOW 0x7fff0000u
#define KILL 0x80000000u
#define RAISE 0x00030000u

// Offsets in what a filter sees of a call.
enum { NUMBER = 0, PLACE_LOW = 8, PLACE_HIGH = 12 };

#define SIGRETURN 15

enum apus_filter_result
apus_filter_apply_reporting(const apus_filter_instruction *instructions,
                            uint64_t length, void (*report)(uint64_t number)) {
  uint64_t place = (uint64_t)(uintptr_t)apus_passed_call;
  const apus_filter_instruction exempt[] = {
      {LOAD, 0, 0, NUMBER},     {JUMP_IF_EQUAL, 4, 0, SIGRETURN},
      {LOAD, 0, 0, PLACE_LOW},  {JUMP_IF_EQUAL, 0, 3, (uint32_t)place},
      {LOAD, 0, 0, PLACE_HIGH}, {JUMP_IF_EQUAL, 0, 1, (uint32_t)(place >> 32)},
      {RETURN, 0, 0, ALLOW},
  };
  const uint64_t first = sizeof exempt / sizeof exempt[0];
  apus_filter_instruction changed[APUS_MAX_FILTER];
  if (length > APUS_MAX_FILTER - first)
    return APUS_FILTER_FAILED;
  memcpy(changed, exempt, sizeof exempt);
  for (uint64_t i = 0; i < length; i++) {
    changed[first + i] = instructions[i];
    if (instructions[i].code == RETURN && instructions[i].operand == KILL)
      changed[first + i].operand = RAISE;
  }
  report_call = report;
  struct sigaction action = {.sa_sigaction = on_refused_call,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaction(SIGSYS, &action, NULL);
  return apus_filter_apply(changed, first + length);
}
