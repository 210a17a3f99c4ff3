// Linear memories: mapping, growing, and the active data segments.
//
// The compiler chose the region of each memory and what it may hold at most. A
// memory with a reservation has everything that an unchecked access can reach
// reserved, so a fault is the bounds check; one without maps only what it uses.
// See "Memory Instances" in the specification.

#include "runtime.h"

#include <string.h>

#define NO_PAGES UINT64_MAX // -1, the failure of memory.grow

// Makes [old, new) accessible; what a guest holds is none of those who read the
// dumps of the host. Page sizes below the machine's end inside a
// machine page, whose rest stays zero: nothing writes beyond `byte_length`.
static bool extend(apus_memory *memory, uint64_t old_length,
                   uint64_t new_length) {
  uint64_t page = apus_page_size();
  uint64_t mapped = apus_round_up(old_length, page);
  uint64_t wanted = apus_round_up(new_length, page);
  if (wanted == mapped)
    return true;
  if (memory->reservation != 0)
    return apus_commit(memory->base + mapped, wanted - mapped);
  if (!apus_map_at(memory->base + mapped, wanted - mapped))
    return false;
  apus_leave_out_of_dumps(memory->base + mapped, wanted - mapped);
  return true;
}

// Bytes of all memories together.
static uint64_t total;

static uint64_t grow(apus_memory *memory, uint64_t delta) {
  uint32_t shift = memory->page_size_log2;
  uint64_t old_length = memory->byte_length;
  uint64_t old_pages = old_length >> shift;
  uint64_t limit = memory->maximum_pages;
  if (old_pages > limit || delta > limit - old_pages)
    return NO_PAGES;
  // Cannot wrap: the maximum is at most what the region holds.
  uint64_t new_length = (old_pages + delta) << shift;
  uint64_t more = new_length - old_length;
  if (more > apus_the_limits.memory - total ||
      !extend(memory, old_length, new_length))
    return NO_PAGES;
  total += more;
  // Only now: the bytes exist. Other threads read it without the lock.
  __atomic_store_n(&memory->byte_length, new_length, __ATOMIC_SEQ_CST);
  return old_pages;
}

bool apus_memory_exceeds_limit(const apus_memory *memory) {
  return memory->initial_pages << memory->page_size_log2 >
         apus_the_limits.memory - total;
}

bool apus_memory_create(apus_memory *memory) {
  if (memory->reservation != 0) {
    if (!apus_reserve_at(memory->base, memory->reservation))
      return false;
    apus_leave_out_of_dumps(memory->base, memory->reservation);
  }
  return grow(memory, memory->initial_pages) != NO_PAGES;
}

uint64_t apus_memory_grow(apus_memory *memory, uint64_t delta) {
  static apus_lock growing;
  if (!(memory->flags & APUS_MEMORY_SHARED))
    return grow(memory, delta);
  apus_lock_acquire(&growing);
  uint64_t old_pages = grow(memory, delta);
  apus_lock_release(&growing);
  return old_pages;
}

uint32_t apus_memory_initialize(apus_memory *memory,
                                const apus_data_segment *segments,
                                uint64_t count) {
  uint8_t *base = (uint8_t *)(uintptr_t)memory->base;
  for (uint64_t i = 0; i < count; i++) {
    const apus_data_segment *segment = &segments[i];
    if (segment->length > memory->byte_length ||
        segment->offset > memory->byte_length - segment->length)
      return 0;
    memcpy(base + segment->offset, segment->bytes, segment->length);
  }
  return 1;
}
