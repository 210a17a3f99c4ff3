// Linear memories: mapping, growing, and the active data segments.
//
// The address of a memory is a constant of the contract. A memory whose accesses
// are unchecked reserves everything a 32-bit index and offset can reach, so a
// fault is the bounds check; one with explicit bounds maps only what it uses.
// See "Memory Instances" in the specification.

#include "runtime.h"

#include <string.h>

#define NO_PAGES UINT64_MAX // -1, the failure of memory.grow

// What a memory can hold at most: its region, or what 32-bit indices reach.
static uint64_t capacity(const apus_memory *memory) {
  if (memory->flags & APUS_MEMORY_EXPLICIT_BOUNDS)
    return APUS_MEMORY_STRIDE - APUS_MEMORY_SLACK;
  return UINT64_C(1) << 32;
}

// Makes [old, new) accessible. Page sizes below the machine's end inside a
// machine page, whose rest stays zero: nothing writes beyond `byte_length`.
static bool extend(apus_memory *memory, uint64_t old_length,
                   uint64_t new_length) {
  uint64_t page = apus_page_size();
  uint64_t mapped = apus_round_up(old_length, page);
  uint64_t wanted = apus_round_up(new_length, page);
  if (wanted == mapped)
    return true;
  if (memory->flags & APUS_MEMORY_EXPLICIT_BOUNDS)
    return apus_map_at(memory->base + mapped, wanted - mapped);
  return apus_commit(memory->base + mapped, wanted - mapped);
}

bool apus_memory_create(apus_memory *memory, uint32_t index) {
  memory->base = APUS_MEMORY_BASE + index * APUS_MEMORY_STRIDE;
  memory->byte_length = 0;
  if (!(memory->flags & APUS_MEMORY_EXPLICIT_BOUNDS) &&
      !apus_reserve_at(memory->base, APUS_MEMORY_RESERVATION))
    return false;
  return apus_memory_grow(memory, memory->initial_pages) != NO_PAGES;
}

uint64_t apus_memory_grow(apus_memory *memory, uint64_t delta) {
  uint32_t shift = memory->page_size_log2;
  uint64_t old_length = memory->byte_length;
  uint64_t old_pages = old_length >> shift;
  if (delta == 0)
    return old_pages;
  uint64_t limit = capacity(memory) >> shift;
  if (limit > memory->maximum_pages)
    limit = memory->maximum_pages;
  if (old_pages > limit || delta > limit - old_pages)
    return NO_PAGES;
  uint64_t new_length = (old_pages + delta) << shift;
  if (!extend(memory, old_length, new_length))
    return NO_PAGES;
  memory->byte_length = new_length; // only now: the bytes exist
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
