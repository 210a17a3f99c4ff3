// A guest that broke out: linked into an executable in place of sched_yield, it
// makes the system call that the program's first argument names, and prints
// what came back.
//
// Stands for code that runs with every check of the runtime behind it. What
// stops it is the kernel. Used by Tests/EndToEndTests/ConfinementTests.swift.

#include "core/runtime.h"
#include "wasi/wasi.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static long raw_call(long number, long a, long b, long c, long d, long e,
                     long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                     "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static void print(const char *text, size_t length) {
  struct iovec buffer = {(void *)(uintptr_t)text, length};
  raw_call(SYS_writev, 1, (long)&buffer, 1, 0, 0, 0);
}

static void print_result(long value) {
  char text[32] = "result ";
  char *end = text + 7;
  if (value < 0)
    *end++ = '-', value = -value;
  char digits[24], *digit = digits;
  do
    *digit++ = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (digit != digits)
    *end++ = *--digit;
  *end++ = '\n';
  print(text, (size_t)(end - text));
}

static long open_file(const char *path, int flags) {
  return raw_call(SYS_openat, AT_FDCWD, (long)path, flags, 0600, 0, 0);
}

static void print_file(const char *path) {
  char bytes[4096];
  long file = open_file(path, O_RDONLY), got;
  struct iovec buffer = {bytes, sizeof bytes};
  while ((got = raw_call(SYS_readv, file, (long)&buffer, 1, 0, 0, 0)) > 0)
    print(bytes, (size_t)got);
}

static long attempt(const char *what, const char *path) {
  const long code = (long)(uintptr_t)&apus_wasi_sched_yield & ~4095L;
  const long page = (long)APUS_MEMORY_BASE;
  const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
#define IS(name) if (strcmp(what, name) == 0)
  IS("nothing") return 0;
  IS("socket") return raw_call(SYS_socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0);
  IS("execve") {
    const char *arguments[] = {"/bin/echo", "executed", NULL};
    return raw_call(SYS_execve, (long)arguments[0], (long)arguments, 0, 0, 0,
                    0);
  }
  IS("fork")
  return raw_call(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0) == 0
             ? raw_call(SYS_exit_group, 0, 0, 0, 0, 0, 0)
             : 1;
  IS("kill") return raw_call(SYS_kill, 1, 0, 0, 0, 0, 0);
  IS("ptrace") return raw_call(SYS_ptrace, 0, 0, 0, 0, 0, 0);
  IS("prctl") return raw_call(SYS_prctl, 4, 1, 0, 0, 0, 0);
  IS("old-open") return raw_call(SYS_open, (long)"/etc/passwd", 0, 0, 0, 0, 0);
  IS("other-number")
  return raw_call(SYS_socket | 0x40000000, AF_INET, SOCK_STREAM, 0, 0, 0, 0);
  IS("other-architecture") {
    long result = 20; // getpid
    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     :
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
  }
  IS("map")
  return raw_call(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, anonymous, -1, 0) >
         0;
  IS("map-code")
  return raw_call(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                  anonymous, -1, 0);
  IS("map-over")
  return raw_call(SYS_mmap, code, 4096, PROT_READ | PROT_WRITE,
                  anonymous | MAP_FIXED, -1, 0);
  IS("commit")
  return raw_call(SYS_mprotect, page + (1 << 20), 4096, PROT_READ | PROT_WRITE,
                  0, 0, 0);
  IS("commit-code")
  return raw_call(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC, 0, 0, 0);
  IS("change-code")
  return raw_call(SYS_mprotect, code, 4096, PROT_READ | PROT_WRITE, 0, 0, 0);
  IS("read") return open_file(path, O_RDONLY);
  IS("create") return open_file(path, O_WRONLY | O_CREAT);
  IS("print") {
    print_file(path);
    return 0;
  }
  return -1;
}

uint32_t apus_wasi_sched_yield(APUS_UNUSED struct apus_memory *memory) {
  char **arguments = apus_arguments.guest_arguments;
  uint32_t count = apus_arguments.guest_argument_count;
  print_result(attempt(count > 0 ? arguments[0] : "nothing",
                       count > 1 ? arguments[1] : ""));
  return 0;
}
