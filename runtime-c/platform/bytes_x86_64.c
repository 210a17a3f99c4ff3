// memcpy, memmove and memset for x86-64, in place of musl's.
//
// memory.copy and memory.fill end here, mostly with few bytes. musl's versions
// are single string instructions, which take some 30 cycles to begin and, where
// source and destination overlap backwards, move a byte or two a cycle. SSE2
// only: every x86-64 has it, and asking for more would cost a CPUID at start.
//
// A fault in here may be the guest's, so each is a leaf that pushes nothing.

#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORTED __attribute__((visibility("default")))

// From here on the string instructions are faster; they need no overlap.
#define STRING_LENGTH 2048

typedef uint16_t __attribute__((aligned(1), may_alias)) unaligned16;
typedef uint32_t __attribute__((aligned(1), may_alias)) unaligned32;
typedef uint64_t __attribute__((aligned(1), may_alias)) unaligned64;

static inline __m128i load(const uint8_t *from) {
  return _mm_loadu_si128((const __m128i *)(const void *)from);
}
static inline void store(uint8_t *to, __m128i value) {
  _mm_storeu_si128((__m128i *)(void *)to, value);
}

// Up to 16 bytes as two pieces that may lie over each other. All loads come
// before the first store, here and below: that is what makes overlap harmless.
static inline void move_few(uint8_t *to, const uint8_t *from, size_t n) {
  if (n >= 8) {
    uint64_t first = *(const unaligned64 *)(const void *)from;
    uint64_t last = *(const unaligned64 *)(const void *)(from + n - 8);
    *(unaligned64 *)(void *)to = first;
    *(unaligned64 *)(void *)(to + n - 8) = last;
  } else if (n >= 4) {
    uint32_t first = *(const unaligned32 *)(const void *)from;
    uint32_t last = *(const unaligned32 *)(const void *)(from + n - 4);
    *(unaligned32 *)(void *)to = first;
    *(unaligned32 *)(void *)(to + n - 4) = last;
  } else if (n >= 2) {
    uint16_t first = *(const unaligned16 *)(const void *)from;
    uint16_t last = *(const unaligned16 *)(const void *)(from + n - 2);
    *(unaligned16 *)(void *)to = first;
    *(unaligned16 *)(void *)(to + n - 2) = last;
  } else if (n != 0) {
    *to = *from;
  }
}

static inline void move_64(uint8_t *to, const uint8_t *from) {
  __m128i a = load(from), b = load(from + 16);
  __m128i c = load(from + 32), d = load(from + 48);
  store(to, a);
  store(to + 16, b);
  store(to + 32, c);
  store(to + 48, d);
}

// More than 64 bytes, the destination not above the source: from the front. The
// tail is loaded before anything is written over it.
static inline void move_forward(uint8_t *to, const uint8_t *from, size_t n) {
  __m128i a = load(from + n - 64), b = load(from + n - 48);
  __m128i c = load(from + n - 32), d = load(from + n - 16);
  uint8_t *tail = to + n - 64;
  for (; to < tail; to += 64, from += 64)
    move_64(to, from);
  store(tail, a);
  store(tail + 16, b);
  store(tail + 32, c);
  store(tail + 48, d);
}

// The same from the back.
static inline void move_backward(uint8_t *to, const uint8_t *from, size_t n) {
  __m128i a = load(from), b = load(from + 16);
  __m128i c = load(from + 32), d = load(from + 48);
  for (; n > 64; n -= 64)
    move_64(to + n - 64, from + n - 64);
  store(to, a);
  store(to + 16, b);
  store(to + 32, c);
  store(to + 48, d);
}

EXPORTED void *memmove(void *destination, const void *source, size_t n) {
  uint8_t *to = destination;
  const uint8_t *from = source;
  if (n <= 16) {
    move_few(to, from, n);
  } else if (n <= 32) {
    __m128i first = load(from), last = load(from + n - 16);
    store(to, first);
    store(to + n - 16, last);
  } else if (n <= 64) {
    __m128i a = load(from), b = load(from + 16);
    __m128i c = load(from + n - 32), d = load(from + n - 16);
    store(to, a);
    store(to + 16, b);
    store(to + n - 32, c);
    store(to + n - 16, d);
  } else if ((uintptr_t)to - (uintptr_t)from < n) {
    move_backward(to, from, n); // the destination begins inside the source
  } else if (n >= STRING_LENGTH && (uintptr_t)from - (uintptr_t)to >= n) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
  } else {
    move_forward(to, from, n);
  }
  return destination;
}

EXPORTED void *memcpy(void *, const void *, size_t)
    __attribute__((alias("memmove")));

EXPORTED void *memset(void *destination, int byte, size_t n) {
  uint8_t *to = destination;
  uint64_t eight = (uint8_t)byte * UINT64_C(0x0101010101010101);
  __m128i sixteen = _mm_set1_epi64x((long long)eight);
  if (n < 16) {
    if (n >= 8) {
      *(unaligned64 *)(void *)to = eight;
      *(unaligned64 *)(void *)(to + n - 8) = eight;
    } else if (n >= 4) {
      *(unaligned32 *)(void *)to = (uint32_t)eight;
      *(unaligned32 *)(void *)(to + n - 4) = (uint32_t)eight;
    } else if (n != 0) {
      to[0] = (uint8_t)byte;
      to[n / 2] = (uint8_t)byte;
      to[n - 1] = (uint8_t)byte;
    }
  } else if (n >= STRING_LENGTH) {
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
  } else {
    uint8_t *tail = to + n - 16;
    for (; tail - to >= 64; to += 64) {
      store(to, sixteen);
      store(to + 16, sixteen);
      store(to + 32, sixteen);
      store(to + 48, sixteen);
    }
    for (; to < tail; to += 16)
      store(to, sixteen);
    store(tail, sixteen);
  }
  return destination;
}
