// The threads of a script: each walks a stream of commands on a stack of its
// own.
//
// Knows nothing of what commands do.

#ifndef APUS_SCRIPT_STREAMS_H
#define APUS_SCRIPT_STREAMS_H

#include "../core/runtime.h"
#include "recover.h"

// What one walk of a stream knows. `recovery` belongs to the call in progress.
typedef struct apus_script_state {
  const apus_script *script;
  uint32_t stream;
  bool is_calling;
  apus_recovery recovery;
} apus_script_state;

// The walk of this thread, or NULL.
extern _Thread_local apus_script_state *apus_script_current;

// Carries out the commands of a stream (driver.c).
void apus_script_walk(apus_script_state *state);

// Starts a thread that walks `stream`, or waits for its end. NULL, or why not.
const char *apus_script_start(const apus_script *script, uint32_t stream);
const char *apus_script_wait(uint32_t stream);

// One thread at a time writes.
void apus_script_lock(void);
void apus_script_unlock(void);

#endif
