// A system call without a function of libc around it.
//
// A processor that must not predict returns across a system call, as most that
// guard against speculation, pays for each function that is left after it:
// behind libc's read are four. For calls whose cost is that of their way.

#ifndef APUS_SYSTEM_CALL_X86_64_H
#define APUS_SYSTEM_CALL_X86_64_H

// What the kernel answers: below 0 and not below -4095, the negated errno. It
// ignores arguments beyond those of the call.
static inline long apus_call_system(long number, long a, long b, long c, long d,
                                    long e) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

#endif
