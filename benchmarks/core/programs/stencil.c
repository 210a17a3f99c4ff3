// The heat equation in a cube: each step replaces every inner cell by a mean of
// itself and its six neighbours (explicit Euler over the seven-point stencil,
// as Jacobi's method does; the faces of the cube are kept at their
// temperature).
//
// Stresses loads of neighbours at fixed distances, a few additions for each and
// a store: addressing, the second level of the cache, and vectorisation where
// there is any.
//
//   stencil [STEPS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 64 };
typedef double Plane[N][N];

static void step(Plane *restrict from, Plane *restrict to, double rate) {
  for (int i = 1; i < N - 1; i++)
    for (int j = 1; j < N - 1; j++)
      for (int k = 1; k < N - 1; k++) {
        double here = from[i][j][k];
        double around = from[i - 1][j][k] + from[i + 1][j][k] +
                        from[i][j - 1][k] + from[i][j + 1][k] +
                        from[i][j][k - 1] + from[i][j][k + 1];
        to[i][j][k] = here + rate * (around - 6 * here);
      }
}

static Plane first[N], second[N];

// Runs an even number of steps, so that the result is in `first`.
static void diffuse(int steps, double rate) {
  memcpy(second, first, sizeof second);
  for (int i = 0; i < steps; i += 2) {
    step(first, second, rate);
    step(second, first, rate);
  }
}

// A linear temperature is in balance; the numbers are such that nothing is
// rounded.
static int keeps_gradient(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < N; k++)
        first[i][j][k] = i + 2 * j - 3 * k;
  diffuse(4, 0.125);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < N; k++)
        if (first[i][j][k] != i + 2 * j - 3 * k)
          return 0;
  return 1;
}

// Two steps of a unit of heat: a quarter of a quarter stays and six eighths of
// eighths come back.
static int spreads_evenly(void) {
  enum { MIDDLE = N / 2 };
  memset(first, 0, sizeof first);
  first[MIDDLE][MIDDLE][MIDDLE] = 1;
  diffuse(2, 0.125);
  return first[MIDDLE][MIDDLE][MIDDLE] == 1 / 16.0 + 6 / 64.0 &&
         first[MIDDLE + 1][MIDDLE][MIDDLE] == 2 * 0.25 * 0.125 &&
         first[MIDDLE][MIDDLE - 2][MIDDLE] == 1 / 64.0 &&
         first[MIDDLE + 1][MIDDLE][MIDDLE + 1] == 2 / 64.0;
}

// Cold everywhere but on one face and in a few cells within.
static void light(void) {
  uint32_t state = 2463534242;
  memset(first, 0, sizeof first);
  for (int j = 0; j < N; j++)
    for (int k = 0; k < N; k++)
      first[0][j][k] = 100;
  for (int i = 0; i < 200; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    first[1 + state % (N - 2)][1 + (state >> 8) % (N - 2)]
         [1 + (state >> 16) % (N - 2)] = (double)(state >> 24);
  }
}

static uint64_t checksum(void) {
  uint64_t sum = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < N; k++) {
        uint64_t bits;
        memcpy(&bits, &first[i][j][k], sizeof bits);
        sum = (sum ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
      }
  return sum;
}

int main(int argc, char **argv) {
  int steps = argc > 1 ? atoi(argv[1]) : 5000;
  if (!keeps_gradient() || !spreads_evenly()) {
    fputs("stencil: wrong result\n", stderr);
    return 1;
  }
  light();
  diffuse(steps, 0.15);
  printf("stencil %d: %016" PRIx64 "\n", steps, checksum());
  return 0;
}
