// The exit statuses of an executable, stated once.
//
// A guest's own status (proc_exit) is passed on as its low eight bits, as
// exit(3) does for a native program, so it can equal any of these; the message
// on standard error tells them apart.

#ifndef APUS_EXIT_STATUS_H
#define APUS_EXIT_STATUS_H

enum apus_exit_status {
  APUS_EXIT_SUCCESS = 0,
  // The program could not be started: memory, a granted directory, setuid.
  APUS_EXIT_CANNOT_START = 1,
  // Wrong arguments for an export called by name.
  APUS_EXIT_USAGE = 2,
  // The CPU lacks an instruction (128 + SIGILL).
  APUS_EXIT_CPU_UNSUPPORTED = 132,
  // The guest trapped (128 + SIGABRT).
  APUS_EXIT_TRAP = 134,
  // A fault that no guest should be able to cause (128 + SIGSEGV).
  APUS_EXIT_RUNTIME_BUG = 139,
};

#endif
