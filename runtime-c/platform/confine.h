// What a process may give up for good on Linux: privileges, files, system
// calls.
//
// Knows the kernel's interfaces and nothing of grants or of WASI;
// start/confinement.c says what a program gives up.

#ifndef APUS_CONFINE_H
#define APUS_CONFINE_H

#include "apus_abi.h"
#include "platform.h"

// Executing a program gives no more rights from now on. False on failure.
bool apus_give_up_privileges(void);

// --- Landlock ----------------------------------------------------------------

// The version of Landlock that the kernel has, 0 for none that is of use; -1 if
// it refuses to say.
int apus_landlock_version(void);
// A set of rules that refuses every file; -1 on failure.
int apus_landlock_create(int version);
// Allows what lies beneath a directory.
bool apus_landlock_allow(int rules, int version, int directory, bool read_only);
// Makes the rules hold, and closes the set.
bool apus_landlock_apply(int rules);

// --- System calls ------------------------------------------------------------

enum apus_filter_result {
  APUS_FILTERED,
  APUS_FILTER_UNKNOWN,
  APUS_FILTER_FAILED
};

// Whether a filter holds.
extern bool apus_is_filtered;

// From now on the process makes only the calls that the filter allows.
// APUS_FILTER_UNKNOWN: the kernel has no such filters.
enum apus_filter_result
apus_filter_apply(const apus_filter_instruction *instructions, uint64_t length);

// The same, but a call that the filter refuses is reported, once for each, and
// made.
enum apus_filter_result
apus_filter_apply_reporting(const apus_filter_instruction *instructions,
                            uint64_t length, void (*report)(uint64_t number));

#endif
