// Dense linear algebra: a product of square matrices, and a system of equations
// solved by LU decomposition with partial pivoting (Gauss; as in Golub and Van
// Loan, "Matrix Computations", algorithms 1.1.8 and 3.4.1). It makes A and X
// from random numbers, computes B = A X, solves A Y = B and compares Y with X.
//
// Stresses multiplication and addition in double precision over rows that lie
// in order, which a compiler can vectorise.
//
//   linear_algebra [ORDER]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252;

// A number from -1 to 1: George Marsaglia's xorshift, of 64 bits.
static double random_number(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) / (double)(UINT64_C(1) << 52) - 1;
}

static double *new_matrix(int n) {
  double *matrix = malloc((size_t)n * (size_t)n * sizeof *matrix);
  if (matrix == NULL)
    exit(1);
  return matrix;
}

static void randomise(int n, double *a) {
  for (int i = 0; i < n * n; i++)
    a[i] = random_number();
}

static double *row(int n, double *a, int i) {
  return a + (size_t)i * (size_t)n;
}

// to[from, n) -= factor * of[from, n), what both algorithms spend their time in
static void subtract_row(double *restrict to, const double *restrict of,
                         double factor, int from, int n) {
  for (int j = from; j < n; j++)
    to[j] -= factor * of[j];
}

// c = a b. The middle loop goes over stripes of b that stay in the cache.
static void multiply(int n, double *a, double *b, double *c) {
  enum { STRIPE = 32 };
  memset(c, 0, (size_t)n * (size_t)n * sizeof *c);
  for (int start = 0; start < n; start += STRIPE) {
    int end = start + STRIPE < n ? start + STRIPE : n;
    for (int i = 0; i < n; i++)
      for (int k = start; k < end; k++)
        subtract_row(row(n, c, i), row(n, b, k), -row(n, a, i)[k], 0, n);
  }
}

static void swap_rows(int n, double *a, int i, int j) {
  for (int k = 0; k < n; k++) {
    double swap = row(n, a, i)[k];
    row(n, a, i)[k] = row(n, a, j)[k];
    row(n, a, j)[k] = swap;
  }
}

static double magnitude(double x) { return x < 0 ? -x : x; }

static int pivot_of(int n, double *a, int column) {
  int best = column;
  for (int i = column + 1; i < n; i++)
    if (magnitude(row(n, a, i)[column]) > magnitude(row(n, a, best)[column]))
      best = i;
  return best;
}

// Replaces a by its factors, L below the diagonal and U on and above it, and
// brings the rows of b into the order of those of a.
static void decompose(int n, double *a, double *b) {
  for (int k = 0; k < n; k++) {
    int pivot = pivot_of(n, a, k);
    if (pivot != k) {
      swap_rows(n, a, k, pivot);
      swap_rows(n, b, k, pivot);
    }
    for (int i = k + 1; i < n; i++) {
      double factor = row(n, a, i)[k] / row(n, a, k)[k];
      row(n, a, i)[k] = factor;
      subtract_row(row(n, a, i), row(n, a, k), factor, k + 1, n);
    }
  }
}

// Replaces b by the solution of L U y = b, all of its columns at once.
static void substitute(int n, double *lu, double *b) {
  for (int i = 0; i < n; i++)
    for (int k = 0; k < i; k++)
      subtract_row(row(n, b, i), row(n, b, k), row(n, lu, i)[k], 0, n);
  for (int i = n - 1; i >= 0; i--) {
    for (int k = i + 1; k < n; k++)
      subtract_row(row(n, b, i), row(n, b, k), row(n, lu, i)[k], 0, n);
    for (int j = 0; j < n; j++)
      row(n, b, i)[j] /= row(n, lu, i)[i];
  }
}

// The determinant of the Hilbert matrix of order 3 is 1/2160, and the corner of
// its inverse is 9.
static int is_correct(void) {
  double hilbert[9], square[9], unit[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (int i = 0; i < 9; i++)
    hilbert[i] = 1.0 / (i / 3 + i % 3 + 1);
  multiply(3, hilbert, hilbert, square);
  decompose(3, hilbert, unit);
  substitute(3, hilbert, unit);
  double determinant = hilbert[0] * hilbert[4] * hilbert[8];
  return magnitude(square[0] - 49 / 36.0) < 1e-12 &&
         magnitude(magnitude(determinant) * 2160 - 1) < 1e-12 &&
         magnitude(unit[0] - 9) < 1e-10;
}

static double largest_difference(int n, const double *a, const double *b) {
  double largest = 0;
  for (int i = 0; i < n * n; i++)
    if (magnitude(a[i] - b[i]) > largest)
      largest = magnitude(a[i] - b[i]);
  return largest;
}

static uint64_t checksum(int n, const double *a) {
  uint64_t sum = 0;
  for (int i = 0; i < n * n; i++) {
    uint64_t bits;
    memcpy(&bits, &a[i], sizeof bits);
    sum = (sum ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
  }
  return sum;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 1200;
  double *a = new_matrix(n), *x = new_matrix(n), *b = new_matrix(n);
  randomise(n, a);
  randomise(n, x);
  multiply(n, a, x, b);
  uint64_t product = checksum(n, b);
  decompose(n, a, b);
  substitute(n, a, b);
  if (!is_correct() || largest_difference(n, b, x) > 1e-6) {
    fputs("linear_algebra: wrong result\n", stderr);
    return 1;
  }
  printf("linear_algebra %d: %016" PRIx64 " %016" PRIx64 "\n", n, product,
         checksum(n, b));
  return 0;
}
