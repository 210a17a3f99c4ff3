// In how many ways n queens stand on a board of n by n squares so that none
// attacks another (Bezzel, 1848), by backtracking with a bit for each column
// and diagonal (as in Richards, "Backtracking Algorithms in MCPL", 1997).
//
// Stresses calls and returns of a small recursive function, operations on bits
// and branches that are hard to predict.
//
//   queens [SIZE]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

// The columns taken, and the squares of this row that are attacked from the
// upper left and the upper right.
static uint64_t solutions(uint32_t all, uint32_t columns, uint32_t left,
                          uint32_t right) {
  if (columns == all)
    return 1;
  uint64_t count = 0;
  uint32_t free_squares = all & ~(columns | left | right);
  while (free_squares != 0) {
    uint32_t square = free_squares & (0 - free_squares);
    free_squares ^= square;
    count += solutions(all, columns | square, (left | square) << 1,
                       (right | square) >> 1);
  }
  return count;
}

static uint64_t queens(int n) {
  return solutions(((uint32_t)1 << n) - 1, 0, 0, 0);
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 15;
  if (n < 1 || n > 30)
    return 2;
  if (queens(6) != 4 || queens(8) != 92 || queens(10) != 724) {
    fputs("queens: wrong result\n", stderr);
    return 1;
  }
  printf("queens %d: %" PRIu64 "\n", n, queens(n));
  return 0;
}
