// About a second of computing, in floating point, in memory and in branches:
// the orbits of the planets, a sieve, a sort, a product of matrices and a
// Mandelbrot set. It prints what the results add up to, which is the same
// wherever it runs. From the directory above:
//
//   clang-19 --target=wasm32-wasi -O2 -Wl,-S demo/demo.c -o demo.wasm

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- the sun and the four giant planets, in astronomical units, days and
// solar masses ----

typedef struct {
  double x, y, z, vx, vy, vz, mass;
} Body;

enum { BODIES = 5 };

// Circular orbits, a little inclined: what matters is the work, not the sky.
static void place(Body *bodies) {
  static const double radius[BODIES] = {0, 5.20, 9.58, 19.2, 30.1};
  static const double mass[BODIES] = {1, 9.54e-4, 2.86e-4, 4.37e-5, 5.15e-5};
  const double gravity = 2.9591220828559e-4;
  memset(bodies, 0, BODIES * sizeof *bodies);
  for (int i = 0; i < BODIES; i++) {
    bodies[i].mass = mass[i] * gravity;
    if (i == 0)
      continue;
    double angle = 1.3 * i, speed = sqrt(gravity / radius[i]);
    bodies[i].x = radius[i] * cos(angle);
    bodies[i].y = radius[i] * sin(angle);
    bodies[i].z = 0.02 * radius[i];
    bodies[i].vx = -speed * sin(angle);
    bodies[i].vy = speed * cos(angle);
  }
}

static void step(Body *bodies, double days) {
  for (int i = 0; i < BODIES; i++) {
    for (int j = i + 1; j < BODIES; j++) {
      double dx = bodies[i].x - bodies[j].x, dy = bodies[i].y - bodies[j].y,
             dz = bodies[i].z - bodies[j].z;
      double square = dx * dx + dy * dy + dz * dz;
      double pull = days / (square * sqrt(square));
      bodies[i].vx -= dx * bodies[j].mass * pull;
      bodies[i].vy -= dy * bodies[j].mass * pull;
      bodies[i].vz -= dz * bodies[j].mass * pull;
      bodies[j].vx += dx * bodies[i].mass * pull;
      bodies[j].vy += dy * bodies[i].mass * pull;
      bodies[j].vz += dz * bodies[i].mass * pull;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    bodies[i].x += days * bodies[i].vx;
    bodies[i].y += days * bodies[i].vy;
    bodies[i].z += days * bodies[i].vz;
  }
}

static double orbits(int steps) {
  Body bodies[BODIES];
  place(bodies);
  for (int i = 0; i < steps; i++)
    step(bodies, 0.5);
  double sum = 0;
  for (int i = 0; i < BODIES; i++)
    sum += bodies[i].x + bodies[i].y + bodies[i].z;
  return sum;
}

// ---- the rest ----

static uint32_t primes_below(uint32_t limit) {
  unsigned char *composite = calloc(limit, 1);
  uint32_t count = 0;
  for (uint32_t n = 2; n < limit; n++) {
    if (composite[n])
      continue;
    count++;
    for (uint64_t multiple = (uint64_t)n * n; multiple < limit; multiple += n)
      composite[multiple] = 1;
  }
  free(composite);
  return count;
}

static void sort(uint32_t *items, long n) {
  while (n > 16) {
    uint32_t pivot = items[n / 2];
    long low = 0, high = n - 1;
    while (low <= high) {
      while (items[low] < pivot)
        low++;
      while (items[high] > pivot)
        high--;
      if (low > high)
        break;
      uint32_t swap = items[low];
      items[low++] = items[high];
      items[high--] = swap;
    }
    sort(items, high + 1);
    items += low;
    n -= low;
  }
  for (long i = 1; i < n; i++) {
    uint32_t item = items[i];
    long at = i;
    for (; at > 0 && items[at - 1] > item; at--)
      items[at] = items[at - 1];
    items[at] = item;
  }
}

static uint64_t sorted_sum(long n) {
  uint32_t *items = malloc((size_t)n * sizeof *items), state = 2463534242;
  for (long i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    items[i] = state;
  }
  sort(items, n);
  uint64_t sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 31 + items[i];
  free(items);
  return sum;
}

enum { N = 400 };

static double product(void) {
  static double a[N][N], b[N][N], c[N][N];
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (i * 7 + j * 3) % 11 - 5;
      b[i][j] = (i * 5 + j * 2) % 13 / 4.0;
    }
  for (int i = 0; i < N; i++)
    for (int k = 0; k < N; k++)
      for (int j = 0; j < N; j++)
        c[i][j] += a[i][k] * b[k][j];
  double sum = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      sum += c[i][j] * ((i ^ j) & 3);
  return sum;
}

static long mandelbrot(int size, int limit) {
  long inside = 0;
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++) {
      double cx = 2.6 * column / size - 2, cy = 2.6 * row / size - 1.3, x = 0,
             y = 0;
      int i = 0;
      for (; i < limit && x * x + y * y < 4; i++) {
        double next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
      }
      inside += i == limit;
    }
  return inside;
}

int main(void) {
  printf("orbits      %.9f\n", orbits(3000000));
  printf("primes      %u\n", primes_below(16000000));
  printf("sorted      %016llx\n", (unsigned long long)sorted_sum(4000000));
  printf("product     %.3f\n", product());
  printf("mandelbrot  %ld\n", mandelbrot(600, 300));
  return 0;
}
