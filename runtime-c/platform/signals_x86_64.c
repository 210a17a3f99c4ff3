// Signals: the dispositions the runtime needs, and turning what the kernel says
// about a fault into an `apus_fault`.
//
// Knows nothing of what a fault means; that is for core/trap.c to say.

#include "confine.h"
#include "registers.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

void apus_probe_failed(void);

static void (*fault_handler)(const apus_fault *);

static void on_fault(int signal, siginfo_t *info, void *context) {
  // The ucontext is the kernel's: musl's type has the same layout.
  gregset_t *saved = &((ucontext_t *)context)->uc_mcontext.gregs;
  if (signal == SIGILL && apus_probing) {
    (*saved)[REG_RIP] = (greg_t)(uintptr_t)&apus_probe_failed;
    return;
  }
  // Sent by a process (`kill -SEGV`): not a fault, so it means what it always
  // does.
  if (info->si_code <= 0)
    apus_reraise(signal);
  static const uint8_t dwarf_order[APUS_REGISTER_COUNT] = {
      REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
      REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
      REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  apus_fault fault = {.signal = signal,
                      .code = info->si_code,
                      .address = (uint64_t)(uintptr_t)info->si_addr};
  for (int i = 0; i < APUS_REGISTER_COUNT; i++)
    fault.registers.value[i] = (uint64_t)(*saved)[dwarf_order[i]];
  fault_handler(&fault);
}

bool apus_install_fault_handler(void (*handler)(const apus_fault *),
                                void *stack, uint64_t stack_size) {
  fault_handler = handler;
  stack_t alternate = {.ss_sp = stack, .ss_size = stack_size};
  // Not deferred: a fault inside the handler comes back to it and is reported.
  struct sigaction action = {.sa_sigaction = on_fault,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  // Writing to a closed pipe is an error the guest sees, not its end.
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigset_t none;
  sigemptyset(&none);
  return sigaltstack(&alternate, NULL) == 0 &&
         sigaction(SIGSEGV, &action, NULL) == 0 &&
         sigaction(SIGBUS, &action, NULL) == 0 &&
         sigaction(SIGFPE, &action, NULL) == 0 &&
         sigaction(SIGILL, &action, NULL) == 0 &&
         sigaction(SIGPIPE, &ignore, NULL) == 0 &&
         sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

APUS_NORETURN void apus_reraise(int signal) {
  // A program that may not send signals ends with what a shell makes of one.
  if (apus_is_filtered)
    apus_exit(128 + signal);
  struct sigaction usual = {.sa_handler = SIG_DFL};
  sigaction(signal, &usual, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  raise(signal);
  apus_exit(128 + signal);
}
