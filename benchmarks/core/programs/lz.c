// Compression by references to earlier text (Lempel and Ziv, 1977), in whole
// bytes without an entropy code: each step is a run of literal bytes and then a
// copy of what stood a given distance back. The longest match is looked for
// along a chain of the places that begin with the same three bytes. It
// compresses a text that it makes up, decompresses that and compares.
//
// Stresses loads of bytes at irregular distances, short loops of comparison and
// copies that may overlap.
//
//   lz [KIBIBYTES]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 4, WINDOW = 1 << 16, HASH_BITS = 14, PATIENCE = 32 };

typedef struct {
  int *latest;  // by hash, the last place with that hash, or -1
  int *earlier; // by place in the window, the one before with the same hash
} Chains;

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL)
    exit(1);
  return memory;
}

static uint32_t hash(const uint8_t *bytes) {
  uint32_t three =
      bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
  return (three * 0x9e3779b1) >> (32 - HASH_BITS);
}

static void enter(Chains *chains, const uint8_t *text, int at) {
  uint32_t index = hash(text + at);
  chains->earlier[at % WINDOW] = chains->latest[index];
  chains->latest[index] = at;
}

static int common(const uint8_t *a, const uint8_t *b, const uint8_t *end) {
  const uint8_t *start = b;
  while (b < end && *a == *b) {
    a++;
    b++;
  }
  return (int)(b - start);
}

// The length of the longest match before `at`, 0 if there is none.
static int longest_match(const Chains *chains, const uint8_t *text, int at,
                         int size, int *distance) {
  int best = 0, from = chains->latest[hash(text + at)];
  for (int i = 0; i < PATIENCE && from >= 0 && at - from < WINDOW; i++) {
    if (at + best < size && text[from + best] == text[at + best]) {
      int length = common(text + from, text + at, text + size);
      if (length > best) {
        best = length;
        *distance = at - from;
      }
    }
    from = chains->earlier[from % WINDOW];
  }
  return best >= SHORTEST ? best : 0;
}

// Seven bits a byte, the least significant first, the last without a mark.
static uint8_t *put_number(uint8_t *to, uint32_t number) {
  for (; number >= 128; number >>= 7)
    *to++ = (uint8_t)(number | 128);
  *to++ = (uint8_t)number;
  return to;
}

static uint32_t get_number(const uint8_t **from) {
  uint32_t number = 0;
  for (int shift = 0;; shift += 7) {
    uint8_t byte = *(*from)++;
    number |= (uint32_t)(byte & 127) << shift;
    if (byte < 128)
      return number;
  }
}

static uint8_t *put_literals(uint8_t *to, const uint8_t *text, int count) {
  to = put_number(to, (uint32_t)count);
  memcpy(to, text, (size_t)count);
  return to + count;
}

static int compress(const uint8_t *text, int size, uint8_t *packed) {
  Chains chains = {allocate(sizeof(int) << HASH_BITS),
                   allocate(sizeof(int) * WINDOW)};
  for (int i = 0; i < 1 << HASH_BITS; i++)
    chains.latest[i] = -1;
  uint8_t *to = packed;
  int literals = 0, at = 0, distance = 0;
  while (at + SHORTEST <= size) {
    int length = longest_match(&chains, text, at, size, &distance);
    if (length != 0) {
      to = put_literals(to, text + literals, at - literals);
      to = put_number(to, (uint32_t)length);
      to = put_number(to, (uint32_t)distance);
    }
    for (int end = at + (length == 0 ? 1 : length); at < end; at++)
      if (at + SHORTEST <= size)
        enter(&chains, text, at);
    if (length != 0)
      literals = at;
  }
  to = put_literals(to, text + literals, size - literals);
  free(chains.latest);
  free(chains.earlier);
  return (int)(to - packed);
}

static int decompress(const uint8_t *packed, int size, uint8_t *text) {
  const uint8_t *from = packed, *end = packed + size;
  uint8_t *to = text;
  for (;;) {
    uint32_t literals = get_number(&from);
    memcpy(to, from, literals);
    to += literals;
    from += literals;
    if (from >= end)
      return (int)(to - text);
    uint32_t length = get_number(&from), distance = get_number(&from);
    for (uint32_t i = 0; i < length; i++, to++)
      *to = *(to - distance);
  }
}

// Words of a small vocabulary, the first of them the most frequent.
static void write_text(uint8_t *text, int size) {
  enum { WORDS = 4096, LONGEST = 10 };
  static uint8_t words[WORDS][LONGEST];
  uint32_t state = 2463534242;
  for (int i = 0; i < size;) {
    state = state * 1664525 + 1013904223;
    uint32_t a = state >> 22, b = state >> 12 & 1023, c = state >> 2 & 1023;
    uint32_t word = (a * b >> 10) * c / (1024 * 1024 / WORDS);
    uint32_t length = 2 + word % (LONGEST - 2);
    if (words[word][0] == 0)
      for (uint32_t letter = 0; letter < length; letter++)
        words[word][letter] =
            (uint8_t)('a' + (word * (letter + 7) + (state >> letter)) % 26);
    for (uint32_t letter = 0; letter < length && i < size; letter++)
      text[i++] = words[word][letter];
    if (i < size)
      text[i++] = ' ';
  }
}

// By hand: four literals, a copy that overlaps itself, no more.
static int is_correct(void) {
  static const uint8_t packed[] = {4, 'a', 'b', 'a', 'b', 8, 2, 0};
  uint8_t text[16], again[16];
  return decompress(packed, sizeof packed, text) == 12 &&
         memcmp(text, "abababababab", 12) == 0 &&
         compress(text, 12, again) == 6 && memcmp(again, "\2ab\12\2", 6) == 0;
}

int main(int argc, char **argv) {
  int size = (argc > 1 ? atoi(argv[1]) : 16384) * 1024;
  uint8_t *text = allocate((size_t)size), *again = allocate((size_t)size);
  // Each step takes no more than two bytes beyond its literals and its copy.
  uint8_t *packed = allocate((size_t)size * 2 + 16);
  write_text(text, size);
  int packed_size = compress(text, size, packed);
  uint64_t sum = 0;
  for (int i = 0; i < packed_size; i++)
    sum = sum * 31 + packed[i];
  if (!is_correct() || decompress(packed, packed_size, again) != size ||
      memcmp(text, again, (size_t)size) != 0) {
    fputs("lz: wrong result\n", stderr);
    return 1;
  }
  printf("lz %d: %d %016" PRIx64 "\n", size / 1024, packed_size, sum);
  return 0;
}
