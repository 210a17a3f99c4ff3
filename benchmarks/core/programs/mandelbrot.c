// The Mandelbrot set by escape time (Brooks and Matelski, 1978; Mandelbrot,
// 1980): how many iterations of z := z² + c each point of a grid stays within a
// distance of 2. It prints how many points never left and a checksum of all
// counts.
//
// Stresses scalar multiplication and addition in double precision, with a
// branch that ends each loop after an unpredictable time.
//
//   mandelbrot [SIZE]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 400 };

static int iterations(double re, double im) {
  double x = 0, y = 0;
  for (int i = 0; i < LIMIT; i++) {
    double xx = x * x, yy = y * y;
    if (xx + yy > 4)
      return i;
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return LIMIT;
}

// The fixed point 0, a cycle of two, one that ends in a cycle, the tip of the
// set; and 1, which goes 0, 1, 2, 5.
static int is_correct(void) {
  return iterations(0, 0) == LIMIT && iterations(-1, 0) == LIMIT &&
         iterations(0, 1) == LIMIT && iterations(-2, 0) == LIMIT &&
         iterations(1, 0) == 3 && iterations(-2.1, 0) == 1;
}

int main(int argc, char **argv) {
  int size = argc > 1 ? atoi(argv[1]) : 1800;
  if (!is_correct()) {
    fputs("mandelbrot: wrong result\n", stderr);
    return 1;
  }
  int inside = 0;
  uint32_t checksum = 0;
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++) {
      int count = iterations(2.5 * column / size - 2, 2.5 * row / size - 1.25);
      inside += count == LIMIT;
      checksum = checksum * 31 + (uint32_t)count;
    }
  printf("mandelbrot %d: %d %08" PRIx32 "\n", size, inside, checksum);
  return 0;
}
