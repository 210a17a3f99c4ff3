// The guest's stack, in one mapping:
//
//   guard (1 MiB) | guest's stack | guard (64 KiB)
//
// Knows nothing of what runs on it. The guards are never accessible, so running
// off the stack faults instead of touching something else.

#include "runtime.h"

#define UPPER_GUARD UINT64_C(0x10000)

apus_stack apus_guest_stack;

const apus_stack *apus_current_stack(void) {
  const apus_stack *stack =
      apus_thread_stack != NULL ? apus_thread_stack() : NULL;
  return stack != NULL ? stack : &apus_guest_stack;
}

bool apus_stack_create(uint64_t size) {
  uint64_t page = apus_page_size();
  size = apus_round_up(size, page);
  uint8_t *start = apus_reserve(APUS_STACK_GUARD + size + UPPER_GUARD);
  if (start == NULL)
    return false;
  uint8_t *low = start + APUS_STACK_GUARD;
  if (!apus_commit((uintptr_t)low, size))
    return false;
  // With huge pages its first touch would clear 2 MiB.
  apus_avoid_huge_pages(low, size);
  apus_guest_stack = (apus_stack){
      .guard = (uintptr_t)start,
      .low = (uintptr_t)low,
      .high = (uintptr_t)low + size,
  };
  return true;
}
