// The largest singular value of the infinite matrix whose entries are
// 1, 1/2, 1/3, … along its diagonals, cut off at some order, by the power
// method: problem 3 of Trefethen's "Hundred-dollar, Hundred-digit Challenge"
// (SIAM News, 2002), and a program of the Computer Language Benchmarks Game.
//
// Stresses the conversion of integers to floating point and division, in loops
// whose sums must not be reordered.
//
//   spectral_norm [ORDER]

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGEST = 10000 };

static double entry(int i, int j) {
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(int n, const double *vector, double *product) {
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++)
      sum += entry(i, j) * vector[j];
    product[i] = sum;
  }
}

static void multiply_transposed(int n, const double *vector, double *product) {
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++)
      sum += entry(j, i) * vector[j];
    product[i] = sum;
  }
}

static double dot(int n, const double *a, const double *b) {
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static double spectral_norm(int n) {
  static double u[LARGEST], v[LARGEST], between[LARGEST];
  for (int i = 0; i < n; i++)
    u[i] = 1;
  for (int i = 0; i < 10; i++) {
    multiply(n, u, between);
    multiply_transposed(n, between, v);
    multiply(n, v, between);
    multiply_transposed(n, between, u);
  }
  return sqrt(dot(n, u, v) / dot(n, v, v));
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 4000;
  if (n < 1 || n > LARGEST)
    return 2;
  // Published with nine digits.
  if (fabs(spectral_norm(100) - 1.274219991) > 1e-9) {
    fputs("spectral_norm: wrong result\n", stderr);
    return 1;
  }
  printf("spectral_norm %d: %.17g\n", n, spectral_norm(n));
  return 0;
}
