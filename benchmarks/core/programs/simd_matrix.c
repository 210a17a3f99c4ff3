// Products of matrices in single precision with vectors of four numbers: those
// of WebAssembly where it has them, of SSE on x86-64, and elsewhere four
// numbers in a structure. All do the same operations in the same order, so the
// result is the same to the last bit.
//
// Stresses vector loads, a broadcast, multiplication and addition, with the
// sums of four rows in registers.
//
//   simd_matrix [ROUNDS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- vectors of four ----

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

typedef v128_t Vector;
static Vector load(const float *from) { return wasm_v128_load(from); }
static void store(float *to, Vector a) { wasm_v128_store(to, a); }
static Vector broadcast(float x) { return wasm_f32x4_splat(x); }
static Vector add(Vector a, Vector b) { return wasm_f32x4_add(a, b); }
static Vector multiply(Vector a, Vector b) { return wasm_f32x4_mul(a, b); }

#elif defined(__SSE2__)
#include <emmintrin.h>

typedef __m128 Vector;
static Vector load(const float *from) { return _mm_loadu_ps(from); }
static void store(float *to, Vector a) { _mm_storeu_ps(to, a); }
static Vector broadcast(float x) { return _mm_set1_ps(x); }
static Vector add(Vector a, Vector b) { return _mm_add_ps(a, b); }
static Vector multiply(Vector a, Vector b) { return _mm_mul_ps(a, b); }

#else

typedef struct {
  float x, y, z, w;
} Vector;
static Vector load(const float *from) {
  return (Vector){from[0], from[1], from[2], from[3]};
}
static void store(float *to, Vector a) {
  to[0] = a.x;
  to[1] = a.y;
  to[2] = a.z;
  to[3] = a.w;
}
static Vector broadcast(float x) { return (Vector){x, x, x, x}; }
static Vector add(Vector a, Vector b) {
  return (Vector){a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w};
}
static Vector multiply(Vector a, Vector b) {
  return (Vector){a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w};
}

#endif

// ---- matrices ----

enum { N = 192, ROWS = 4, WIDTH = 4 };
typedef float Row[N];

// c = a b, by blocks of four rows and one vector.
static void product(Row *a, Row *b, Row *c) {
  for (int i = 0; i < N; i += ROWS)
    for (int j = 0; j < N; j += WIDTH) {
      Vector sums[ROWS] = {broadcast(0), broadcast(0), broadcast(0),
                           broadcast(0)};
      for (int k = 0; k < N; k++) {
        Vector right = load(&b[k][j]);
        for (int row = 0; row < ROWS; row++)
          sums[row] = add(sums[row], multiply(broadcast(a[i + row][k]), right));
      }
      for (int row = 0; row < ROWS; row++)
        store(&c[i + row][j], sums[row]);
    }
}

// A row of the product over eight, the square root of N / 3: its numbers are
// then about as large as those of the first factor, whose row it becomes.
static void feed_back(const float *from, float *to) {
  for (int j = 0; j < N; j += WIDTH)
    store(&to[j], multiply(broadcast(0.125f), load(&from[j])));
}

static Row first[N], second[N], result[N];

// The same as the definition for small integers, which are exact.
static int is_correct(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      first[i][j] = (float)((i * 7 + j * 3) % 11 - 5);
      second[i][j] = (float)((i * 5 + j * 2) % 13 - 6);
    }
  product(first, second, result);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int sum = 0;
      for (int k = 0; k < N; k++)
        sum += ((i * 7 + k * 3) % 11 - 5) * ((k * 5 + j * 2) % 13 - 6);
      if (result[i][j] != (float)sum)
        return 0;
    }
  return 1;
}

// Every number is from -1 to 1.
static void randomise(Row *a, uint32_t state) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      a[i][j] = (float)(state >> 8) / 8388608.0f - 1;
    }
}

static uint32_t checksum(Row *a) {
  uint32_t sum = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      uint32_t bits;
      memcpy(&bits, &a[i][j], sizeof bits);
      sum = (sum ^ bits) * 0x9e3779b1;
    }
  return sum;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 2000;
  if (!is_correct()) {
    fputs("simd_matrix: wrong result\n", stderr);
    return 1;
  }
  randomise(first, 2463534242);
  randomise(second, 88172645);
  for (int i = 0; i < rounds; i++) {
    product(first, second, result);
    feed_back(result[i % N], first[i % N]);
  }
  printf("simd_matrix %d: %08" PRIx32 "\n", rounds, checksum(result));
  return 0;
}
