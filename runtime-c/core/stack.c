// The guest's stack and the stack of the fault handler, in one mapping:
//
//   guard (1 MiB) | guest's stack | guard (64 KiB) | handler's stack | guard
//
// Knows nothing of what runs on them. The guards are never accessible, so running
// off either stack faults instead of touching something else.

#include "runtime.h"

#define UPPER_GUARD UINT64_C(0x10000)

apus_stacks apus_guest_stacks;

bool apus_stacks_create(uint64_t size) {
  uint64_t page = apus_page_size();
  size = apus_round_up(size, page);
  uint64_t signal_size = apus_round_up(apus_signal_stack_size(), page);
  uint8_t *start = apus_reserve(APUS_STACK_GUARD + size + UPPER_GUARD +
                                signal_size + UPPER_GUARD);
  if (start == NULL)
    return false;
  uint8_t *low = start + APUS_STACK_GUARD;
  uint8_t *signal_stack = low + size + UPPER_GUARD;
  if (!apus_commit((uintptr_t)low, size) ||
      !apus_commit((uintptr_t)signal_stack, signal_size))
    return false;
  // With huge pages its first touch would clear 2 MiB.
  apus_avoid_huge_pages(low, size);
  apus_guest_stacks = (apus_stacks){
      .guard = (uintptr_t)start,
      .low = (uintptr_t)low,
      .high = (uintptr_t)low + size,
      .signal_stack = signal_stack,
      .signal_stack_size = signal_size,
  };
  return true;
}
