// The guest's memory as host calls may touch it: every access of WASI is here.
//
// Pointers and lengths come from the guest and are hostile. A range is checked
// in 64 bits before a host pointer exists, and never kept across a call that
// could grow the memory. Values are stored through memcpy: guest pointers need
// not be aligned. Little-endian hosts only, as Wasm memory is.

#ifndef APUS_WASI_GUEST_H
#define APUS_WASI_GUEST_H

#include "apus_abi.h"

#include "types.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "stores to guest memory need no swapping");

// The host's view of `count` elements of `size` bytes, or NULL if they are not
// all in memory. A module without memory has no valid range.
static inline void *apus_guest_range(const struct apus_memory *memory,
                                     uint64_t pointer, uint64_t count,
                                     uint64_t size) {
  if (memory == NULL)
    return NULL;
  // At most 2^32 * 2^16: no overflow.
  uint64_t length = count * size;
  if (length > memory->byte_length || pointer > memory->byte_length - length)
    return NULL;
  return (uint8_t *)(uintptr_t)memory->base + pointer;
}

static inline uint32_t apus_guest_store(const struct apus_memory *memory,
                                        uint64_t pointer, const void *value,
                                        uint64_t size) {
  void *host = apus_guest_range(memory, pointer, 1, size);
  if (host == NULL)
    return WASI_FAULT;
  memcpy(host, value, size);
  return WASI_SUCCESS;
}

static inline uint32_t apus_guest_store32(const struct apus_memory *memory,
                                          uint64_t pointer, uint32_t value) {
  return apus_guest_store(memory, pointer, &value, sizeof value);
}

static inline uint32_t apus_guest_store64(const struct apus_memory *memory,
                                          uint64_t pointer, uint64_t value) {
  return apus_guest_store(memory, pointer, &value, sizeof value);
}

// Loads from a range that was checked already. Once each: another thread of the
// guest may change what was loaded and checked.
typedef struct apus_unaligned32 {
  uint32_t value;
} __attribute__((packed)) apus_unaligned32;
typedef struct apus_unaligned64 {
  uint64_t value;
} __attribute__((packed)) apus_unaligned64;

static inline uint32_t apus_load32(const uint8_t *bytes) {
  return ((const volatile apus_unaligned32 *)bytes)->value;
}

static inline uint64_t apus_load64(const uint8_t *bytes) {
  return ((const volatile apus_unaligned64 *)bytes)->value;
}

#endif
