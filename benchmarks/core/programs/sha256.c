// SHA-256 (FIPS 180-4) of pseudo-random bytes.
//
// Stresses rotations, exclusive or and addition of 32 bits in long chains, with
// more live values than there are registers.
//
//   sha256 [KIBIBYTES]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The first 32 bits of the fractions of the cube roots of the first 64 primes.
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// And of the square roots of the first eight.
static const uint32_t at_start[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

static uint32_t load(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[2] << 8 | bytes[3];
}

static void schedule(const uint8_t *block, uint32_t *words) {
  for (int i = 0; i < 16; i++)
    words[i] = load(block + 4 * i);
  for (int i = 16; i < 64; i++) {
    uint32_t a = words[i - 15], b = words[i - 2];
    words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
               words[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
}

static void compress(uint32_t *hash, const uint8_t *block) {
  uint32_t words[64];
  schedule(block, words);
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4],
           f = hash[5], g = hash[6], h = hash[7];
  for (int i = 0; i < 64; i++) {
    uint32_t choice = (e & f) ^ (~e & g),
             majority = (a & b) ^ (a & c) ^ (b & c);
    uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                     choice + constants[i] + words[i];
    uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
  hash[4] += e;
  hash[5] += f;
  hash[6] += g;
  hash[7] += h;
}

static void sha256(const uint8_t *message, size_t size, uint32_t *hash) {
  memcpy(hash, at_start, sizeof at_start);
  size_t rest = size % 64;
  for (size_t at = 0; at + 64 <= size; at += 64)
    compress(hash, message + at);
  // A one, zeros, and the size in bits.
  uint8_t last[128] = {0};
  size_t padded = rest < 56 ? 64 : 128;
  memcpy(last, message + size - rest, rest);
  last[rest] = 0x80;
  uint64_t bits = (uint64_t)size * 8;
  for (int i = 1; i <= 8; i++, bits >>= 8)
    last[padded - (size_t)i] = (uint8_t)bits;
  for (size_t at = 0; at < padded; at += 64)
    compress(hash, last + at);
}

static void write_hash(const uint32_t *hash, char *text) {
  for (int i = 0; i < 8; i++)
    sprintf(text + 8 * i, "%08" PRIx32, hash[i]);
}

// The examples of the standard.
static int is_correct(void) {
  static const char *const examples[][2] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc",
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    uint32_t hash[8];
    char text[65];
    sha256((const uint8_t *)examples[i][0], strlen(examples[i][0]), hash);
    write_hash(hash, text);
    if (strcmp(text, examples[i][1]) != 0)
      return 0;
  }
  return 1;
}

int main(int argc, char **argv) {
  enum { PIECE = 256 * 1024 };
  static uint8_t message[PIECE];
  int kibibytes = argc > 1 ? atoi(argv[1]) : 256 * 1024;
  if (!is_correct()) {
    fputs("sha256: wrong result\n", stderr);
    return 1;
  }
  uint32_t state = 2463534242, hash[8];
  for (size_t i = 0; i < PIECE; i++) {
    state = state * 1664525 + 1013904223;
    message[i] = (uint8_t)(state >> 24);
  }
  // The hash of each piece goes into the next.
  for (int done = 0; done < kibibytes; done += PIECE / 1024) {
    sha256(message, PIECE, hash);
    memcpy(message, hash, sizeof hash);
  }
  char text[65];
  write_hash(hash, text);
  printf("sha256 %d: %s\n", kibibytes, text);
  return 0;
}
