// Sorts the lines of standard input in three ways that must agree: qsort with a callback, a
// merge sort and a heap sort through a function pointer from a table.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*Order)(const char *, const char *);
typedef void (*Sort)(char **, size_t, Order);

static int by_bytes(const char *a, const char *b) { return strcmp(a, b); }

static int by_length(const char *a, const char *b) {
  size_t m = strlen(a), n = strlen(b);
  return m != n ? (m < n ? -1 : 1) : strcmp(a, b);
}

static int reversed(const char *a, const char *b) { return strcmp(b, a); }

static Order current;

static int through_current(const void *a, const void *b) {
  return current(*(char *const *)a, *(char *const *)b);
}

static void library_sort(char **lines, size_t n, Order order) {
  current = order;
  qsort(lines, n, sizeof *lines, through_current);
}

static void merge(char **lines, char **space, size_t n, Order order) {
  if (n < 2) return;
  size_t half = n / 2, i = 0, j = half, k = 0;
  merge(lines, space, half, order);
  merge(lines + half, space, n - half, order);
  while (i < half && j < n)
    space[k++] = order(lines[j], lines[i]) < 0 ? lines[j++] : lines[i++];
  while (i < half) space[k++] = lines[i++];
  while (j < n) space[k++] = lines[j++];
  memcpy(lines, space, n * sizeof *lines);
}

static void merge_sort(char **lines, size_t n, Order order) {
  char **space = malloc((n + 1) * sizeof *space);
  merge(lines, space, n, order);
  free(space);
}

static void sift(char **lines, size_t root, size_t n, Order order) {
  for (size_t child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && order(lines[child], lines[child + 1]) < 0) child++;
    if (order(lines[root], lines[child]) >= 0) return;
    char *swap = lines[root];
    lines[root] = lines[child];
    lines[child] = swap;
  }
}

static void heap_sort(char **lines, size_t n, Order order) {
  for (size_t i = n / 2; i-- > 0;) sift(lines, i, n, order);
  for (size_t i = n; i-- > 1;) {
    char *swap = lines[0];
    lines[0] = lines[i];
    lines[i] = swap;
    sift(lines, 0, i, order);
  }
}

static const Sort sorts[] = {library_sort, merge_sort, heap_sort};
static const Order orders[] = {by_bytes, by_length, reversed};
static const char *const order_names[] = {"bytes", "length", "reversed"};

int main(void) {
  char **lines = NULL, buffer[4096];
  size_t n = 0, room = 0;
  while (fgets(buffer, sizeof buffer, stdin)) {
    buffer[strcspn(buffer, "\r\n")] = 0;
    if (n == room) lines = realloc(lines, (room = room ? room * 2 : 8) * sizeof *lines);
    lines[n++] = strdup(buffer);
  }
  char **first = malloc((n + 1) * sizeof *first), **again = malloc((n + 1) * sizeof *again);
  for (size_t o = 0; o < 3; o++) {
    for (size_t s = 0; s < 3; s++) {
      char **target = s == 0 ? first : again;
      memcpy(target, lines, n * sizeof *lines);
      sorts[s](target, n, orders[o]);
      for (size_t i = 0; s > 0 && i < n; i++)
        if (strcmp(first[i], again[i]) != 0) {
          printf("%s: sort %zu differs at %zu\n", order_names[o], s, i);
          return 1;
        }
    }
    printf("by %s: %zu lines\n", order_names[o], n);
    for (size_t i = 0; i < n; i += n / 6 + 1) printf("  %4zu %.50s\n", i, first[i]);
  }
  return 0;
}
