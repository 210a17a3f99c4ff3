// Multiplies matrices of doubles, floats and integers, and solves a system of equations.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { N = 96 };

static double a[N][N], b[N][N], c[N][N];
static float fa[N][N], fb[N][N], fc[N][N];
static int32_t ia[N][N], ib[N][N], ic[N][N];

static uint32_t state = 12345;

static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

#define MULTIPLY(type, x, y, z)                                   \
  for (int i = 0; i < N; i++)                                     \
    for (int j = 0; j < N; j++) {                                 \
      type sum = 0;                                               \
      for (int k = 0; k < N; k++) sum += (type)(x[i][k] * y[k][j]); \
      z[i][j] = sum;                                              \
    }

static uint64_t hash(const void *data, size_t size) {
  const unsigned char *bytes = data;
  uint64_t h = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; i++) h = (h ^ bytes[i]) * 0x100000001b3;
  return h;
}

static unsigned long long bits(double value) {
  unsigned long long result;
  memcpy(&result, &value, sizeof result);
  return result;
}

// Gaussian elimination with partial pivoting; the result overwrites the right side.
static void solve(double m[N][N], double right[N]) {
  for (int column = 0; column < N; column++) {
    int pivot = column;
    for (int row = column + 1; row < N; row++)
      if (fabs(m[row][column]) > fabs(m[pivot][column])) pivot = row;
    for (int k = 0; k < N; k++) {
      double swap = m[column][k];
      m[column][k] = m[pivot][k];
      m[pivot][k] = swap;
    }
    double swap = right[column];
    right[column] = right[pivot];
    right[pivot] = swap;
    for (int row = column + 1; row < N; row++) {
      double factor = m[row][column] / m[column][column];
      for (int k = column; k < N; k++) m[row][k] -= factor * m[column][k];
      right[row] -= factor * right[column];
    }
  }
  for (int row = N - 1; row >= 0; row--) {
    for (int k = row + 1; k < N; k++) right[row] -= m[row][k] * right[k];
    right[row] /= m[row][row];
  }
}

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (double)next() / 4294967296.0 - 0.5;
      b[i][j] = (double)next() / 4294967296.0 - 0.5;
      fa[i][j] = (float)a[i][j];
      fb[i][j] = (float)b[i][j];
      ia[i][j] = (int32_t)(next() % 2001) - 1000;
      ib[i][j] = (int32_t)(next() % 2001) - 1000;
    }
  MULTIPLY(double, a, b, c)
  MULTIPLY(float, fa, fb, fc)
  MULTIPLY(int32_t, ia, ib, ic)
  printf("double %.12f %.12f %016llx\n", c[0][0], c[N - 1][N - 1],
         (unsigned long long)hash(c, sizeof c));
  printf("float %.6f %.6f %016llx\n", (double)fc[0][0], (double)fc[N - 1][N - 1],
         (unsigned long long)hash(fc, sizeof fc));
  printf("int %d %d %016llx\n", ic[0][0], ic[N - 1][N - 1],
         (unsigned long long)hash(ic, sizeof ic));

  double right[N], worst = 0;
  static double copy[N][N];
  memcpy(copy, a, sizeof copy);
  for (int i = 0; i < N; i++) {
    right[i] = 0;
    for (int k = 0; k < N; k++) right[i] += a[i][k] * (k + 1);
  }
  solve(copy, right);
  for (int i = 0; i < N; i++) worst = fmax(worst, fabs(right[i] - (i + 1)));
  printf("solved %016llx error below 1e-9: %s\n", (unsigned long long)hash(right, sizeof right),
         worst < 1e-9 ? "yes" : "no");

  volatile double huge = 1e300, tiny = 1e-300;
  double values[] = {0.1, -0.0, huge * huge, 2.5, -3.5, tiny * 1e-12, 123456789.125, 1.0 / 3};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    printf("%g %.3e %016llx floor %g ceil %g nearest %g trunc %g\n", values[i], values[i],
           bits(values[i]), floor(values[i]), ceil(values[i]), rint(values[i]), trunc(values[i]));
  return 0;
}
