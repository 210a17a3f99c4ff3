// Calling guest code so that a trap ends the call and not the process.
//
// One such pair of files (recover.h, recover_x86_64.S) per processor, as with
// platform/registers.h. Linked into script programs only.

#ifndef APUS_RECOVER_H
#define APUS_RECOVER_H

#include "apus_abi.h"

// Where a call can be left: the stack pointer below the registers that it
// saved.
typedef struct apus_recovery {
  uint64_t stack_pointer;
} apus_recovery;

#define APUS_NO_TRAP UINT32_MAX

// Calls thunk(code, values); returns APUS_NO_TRAP, or what was handed to
// `apus_recover`.
uint32_t apus_call_guarded(apus_recovery *recovery, apus_script_thunk *thunk,
                           const void *code, apus_value *values);

// Returns from the call that `recovery` belongs to, whatever it was doing. From
// a signal handler too: it must not have blocked a signal.
_Noreturn void apus_recover(const apus_recovery *recovery, uint32_t trap);

#endif
