// ChaCha20 (Bernstein, 2008; RFC 8439): encrypts a buffer again and again, each
// time with the next nonce.
//
// Stresses addition, exclusive or and rotation of 32 bits over sixteen words,
// which a compiler may keep in registers or in vectors.
//
//   chacha20 [KIBIBYTES]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  uint32_t words[16];
} State;

static uint32_t load(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
         (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

// Constants, key, counter, nonce. The constants spell "expand 32-byte k".
static State start(const uint8_t *key, uint32_t counter, const uint8_t *nonce) {
  State state = {{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}};
  for (int i = 0; i < 8; i++)
    state.words[4 + i] = load(key + 4 * i);
  state.words[12] = counter;
  for (int i = 0; i < 3; i++)
    state.words[13 + i] = load(nonce + 4 * i);
  return state;
}

static uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

static inline void quarter_round(uint32_t *x, int a, int b, int c, int d) {
  x[a] += x[b];
  x[d] = rotate(x[d] ^ x[a], 16);
  x[c] += x[d];
  x[b] = rotate(x[b] ^ x[c], 12);
  x[a] += x[b];
  x[d] = rotate(x[d] ^ x[a], 8);
  x[c] += x[d];
  x[b] = rotate(x[b] ^ x[c], 7);
}

// Ten times the columns, then the diagonals.
static void key_stream(const State *state, uint8_t *block) {
  State mixed = *state;
  uint32_t *x = mixed.words;
  for (int round = 0; round < 10; round++) {
    quarter_round(x, 0, 4, 8, 12);
    quarter_round(x, 1, 5, 9, 13);
    quarter_round(x, 2, 6, 10, 14);
    quarter_round(x, 3, 7, 11, 15);
    quarter_round(x, 0, 5, 10, 15);
    quarter_round(x, 1, 6, 11, 12);
    quarter_round(x, 2, 7, 8, 13);
    quarter_round(x, 3, 4, 9, 14);
  }
  for (int i = 0; i < 16; i++) {
    uint32_t word = x[i] + state->words[i];
    for (int byte = 0; byte < 4; byte++, word >>= 8)
      block[4 * i + byte] = (uint8_t)word;
  }
}

static void encrypt(State state, uint8_t *text, size_t size) {
  for (size_t at = 0; at < size; at += 64, state.words[12]++) {
    uint8_t block[64];
    key_stream(&state, block);
    size_t count = size - at < 64 ? size - at : 64;
    for (size_t i = 0; i < count; i++)
      text[at + i] ^= block[i];
  }
}

// The examples of RFC 8439: sections 2.3.2 (a block) and 2.4.2 (a text).
static int is_correct(void) {
  static const uint8_t expected_block[16] = {
      0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15,
      0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4,
  };
  static const uint8_t expected_text[16] = {
      0x6e, 0x2e, 0x35, 0x9a, 0x25, 0x68, 0xf9, 0x80,
      0x41, 0xba, 0x07, 0x28, 0xdd, 0x0d, 0x69, 0x81,
  };
  uint8_t key[32], nonce[12] = {0, 0, 0, 9, 0, 0, 0, 0x4a}, block[64];
  for (int i = 0; i < 32; i++)
    key[i] = (uint8_t)i;
  State state = start(key, 1, nonce);
  key_stream(&state, block);
  if (memcmp(block, expected_block, sizeof expected_block) != 0)
    return 0;
  uint8_t text[] = "Ladies and Gentlemen of the class of '99: If I could offer "
                   "you only one tip for the future, sunscreen would be it.";
  nonce[3] = 0;
  encrypt(start(key, 1, nonce), text, sizeof text - 1);
  return memcmp(text, expected_text, sizeof expected_text) == 0 &&
         text[112] == 0x87 && text[113] == 0x4d;
}

int main(int argc, char **argv) {
  enum { PIECE = 64 * 1024 };
  static uint8_t text[PIECE];
  int kibibytes = argc > 1 ? atoi(argv[1]) : 384 * 1024;
  if (!is_correct()) {
    fputs("chacha20: wrong result\n", stderr);
    return 1;
  }
  uint8_t key[32], nonce[12] = {0};
  memset(key, 0x42, sizeof key);
  for (int done = 0; done < kibibytes; done += PIECE / 1024) {
    encrypt(start(key, 0, nonce), text, PIECE);
    for (int i = 0; ++nonce[i] == 0 && i < 11; i++)
      ;
  }
  uint64_t sum = 0;
  for (size_t i = 0; i < PIECE; i++)
    sum = sum * 31 + text[i];
  printf("chacha20 %d: %016" PRIx64 "\n", kibibytes, sum);
  return 0;
}
