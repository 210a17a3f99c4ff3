// Walking the guest's stack.
//
// Knows .eh_frame and the bounds of the guest's stack, and nothing of names or
// traps. The runtime's own C has no unwind tables, so a frame without an entry
// is where the guest ends. A damaged stack ends the walk; it cannot crash it.

#ifndef APUS_UNWIND_H
#define APUS_UNWIND_H

#include "frame_table.h"
#include "runtime.h"

typedef struct apus_walk {
  apus_registers registers;
  const apus_stack *stack; // of the thread whose frames are walked
  // The program counter is that of a fault; otherwise it is a return address
  // and the call stands before it, perhaps as the last instruction of the
  // function.
  bool exact;
  // Rules by address: a deep recursion asks for the same few again and again.
  // Not a static variable, which would give every start-up two more pages to
  // touch.
  struct {
    uint64_t address;
    apus_frame_rule rule;
  } cache[32];
} apus_walk;

// Finds the innermost guest frame. False if there is none.
bool apus_walk_start(apus_walk *walk, const apus_registers *registers,
                     bool exact);
// Goes on to the caller. False if there is none.
bool apus_walk_next(apus_walk *walk);
// An address inside the current frame's function, for looking up its name.
uint64_t apus_walk_address(const apus_walk *walk);

bool apus_is_guest_code(uint64_t address);

#endif
