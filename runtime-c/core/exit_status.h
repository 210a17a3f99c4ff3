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
  // A limit that was set for the program: initial memories or descriptors that
  // exceed it, its fuel, its time (as timeout(1) has it).
  APUS_EXIT_DESCRIPTOR_LIMIT = 121,
  APUS_EXIT_MEMORY_LIMIT = 122,
  APUS_EXIT_FUEL_LIMIT = 123,
  APUS_EXIT_TIME_LIMIT = 124,
  // The CPU lacks an instruction (128 + SIGILL).
  APUS_EXIT_CPU_UNSUPPORTED = 132,
  // The guest trapped (128 + SIGABRT).
  APUS_EXIT_TRAP = 134,
  // A fault that no guest should be able to cause (128 + SIGSEGV).
  APUS_EXIT_RUNTIME_BUG = 139,
};

#endif
