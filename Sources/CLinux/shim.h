// Pieces of the Linux interface that Swift cannot import: macros with casts or
// several operands, and variables that Swift 6 takes for unsafe.

#ifndef APUS_CLINUX_SHIM_H
#define APUS_CLINUX_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
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

#endif
