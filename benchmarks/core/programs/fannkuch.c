// Pancakes: for every permutation of 1 to n, how often the first element's
// worth of elements must be reversed until the first is 1 (Anderson and
// Rettig, "Performing Lisp Analysis of the FANNKUCH Benchmark", 1994). It
// prints the most reversals of any permutation and the sum of all, with
// alternating sign.
//
// Stresses integer loads and stores within a few cache lines, and branches that
// are hard to predict.
//
//   fannkuch [ORDER]

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 16 };

typedef struct {
  int checksum, most;
} Result;

static int reversals(const unsigned char *permutation) {
  unsigned char pancakes[LARGEST];
  int count = 0;
  memcpy(pancakes, permutation, sizeof pancakes);
  // The first element itself is kept apart: it changes places with the one that
  // becomes the first, and what lies between them is reversed.
  int first = pancakes[0];
  while (first != 0) {
    int next = pancakes[first];
    pancakes[first] = (unsigned char)first;
    for (int low = 1, high = first - 1; low < high; low++, high--) {
      unsigned char swap = pancakes[low];
      pancakes[low] = pancakes[high];
      pancakes[high] = swap;
    }
    first = next;
    count++;
  }
  return count;
}

// Moves the first of the elements up to `last` behind the others.
static void rotate(unsigned char *permutation, int last) {
  unsigned char first = permutation[0];
  for (int i = 0; i < last; i++)
    permutation[i] = permutation[i + 1];
  permutation[last] = first;
}

// The next permutation in the order that the sum with signs requires: the first
// two elements rotate each time, the first three after each full turn of
// those, and so on. False after the last.
static int next(unsigned char *permutation, int *turns, int n) {
  for (int last = 1; last < n; last++) {
    rotate(permutation, last);
    if (++turns[last] <= last)
      return 1;
    turns[last] = 0;
  }
  return 0;
}

static Result fannkuch(int n) {
  unsigned char permutation[LARGEST] = {0};
  int turns[LARGEST] = {0}, sign = 1;
  Result result = {0, 0};
  for (int i = 0; i < n; i++)
    permutation[i] = (unsigned char)i;
  do {
    int count = reversals(permutation);
    if (count > result.most)
      result.most = count;
    result.checksum += sign * count;
    sign = -sign;
  } while (next(permutation, turns, n));
  return result;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 11;
  if (n < 1 || n > LARGEST)
    return 2;
  Result known = fannkuch(7);
  if (known.checksum != 228 || known.most != 16) {
    fputs("fannkuch: wrong result\n", stderr);
    return 1;
  }
  Result result = fannkuch(n);
  printf("fannkuch %d: %d %d\n", n, result.checksum, result.most);
  return 0;
}
