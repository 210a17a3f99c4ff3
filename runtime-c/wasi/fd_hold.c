// Which descriptors the call in progress of each thread uses.
//
// Only linked into programs that start threads: their code says when a call of
// the host ends.

#include "fd_table.h"

#include "wasi.h"

// path_link and path_rename use two.
#define MOST_IN_A_CALL 2

static _Thread_local apus_fd *held[MOST_IN_A_CALL];
static _Thread_local uint32_t held_count;

void apus_fd_hold(apus_fd *entry) {
  if (held_count == MOST_IN_A_CALL)
    __builtin_trap();
  entry->users++;
  held[held_count++] = entry;
}

void apus_wasi_call_end(void) {
  while (held_count > 0)
    apus_fd_let_go(held[--held_count]);
}
