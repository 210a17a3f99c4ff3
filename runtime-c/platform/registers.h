// The machine state that a stack walk starts from, and the few places where C
// must touch it. One such pair of files (registers.h, x86_64.S) per processor.
//
// Knows the DWARF numbering of the registers and nothing of how they are used.

#ifndef APUS_REGISTERS_H
#define APUS_REGISTERS_H

#include "platform.h"

// DWARF numbers: rax rdx rcx rbx rsi rdi rbp rsp r8..r15, return address.
enum {
  APUS_REGISTER_STACK_POINTER = 7,
  APUS_REGISTER_PROGRAM_COUNTER = 16,
  APUS_REGISTER_COUNT = 17
};

typedef struct apus_registers {
  uint64_t value[APUS_REGISTER_COUNT];
} apus_registers;

// What a signal handler learns about a fault.
typedef struct apus_fault {
  int signal;
  int code;
  uint64_t address;
  apus_registers registers;
} apus_fault;

// Calls `entry` with the stack pointer at `stack_top` (x86_64.S).
void apus_call_on_stack(void (*entry)(void), void *stack_top);

// Installs `handler` for faults on the alternate stack, ignores SIGPIPE and
// unblocks every signal, whatever the parent process left behind (signals.c).
// False on failure.
bool apus_install_fault_handler(void (*handler)(const apus_fault *),
                                void *stack, uint64_t stack_size);
// Lets a fault that another process sent take its usual course.
APUS_NORETURN void apus_reraise(int signal);
// True while a probe of cpu.c runs; its handler then resumes at the failure.
extern volatile bool apus_probing;

// Returns the first missing feature of `features` (a bit), or 0 (cpu.c).
uint32_t apus_missing_cpu_feature(uint32_t features);
const char *apus_cpu_feature_name(uint32_t feature);
// Rounding, denormals and exception masks as Wasm wants them (x86_64.S).
void apus_reset_float_control(void);
// True if the instruction at `address` is the one compilers place where code
// must not go: a fault there is no sign of an old CPU.
bool apus_is_undefined_instruction(const void *address);

#endif
