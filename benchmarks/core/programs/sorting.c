// Three ways to sort: quicksort (Hoare, 1961, with the median of three and
// Sedgewick's insertion sort for short pieces), merge sort from the bottom up
// (von Neumann, 1945) and radix sort by bytes, the last first (as Hollerith's
// machines did). All three sort the same random numbers and must agree.
//
// Stresses comparisons that cannot be predicted (quicksort), streams of memory
// (merge) and scattered stores (radix).
//
//   sorting [ITEMS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void insertion_sort(uint32_t *items, int n) {
  for (int i = 1; i < n; i++) {
    uint32_t item = items[i];
    int at = i;
    for (; at > 0 && items[at - 1] > item; at--)
      items[at] = items[at - 1];
    items[at] = item;
  }
}

static uint32_t median(uint32_t a, uint32_t b, uint32_t c) {
  if (a > b) {
    uint32_t swap = a;
    a = b;
    b = swap;
  }
  return c < a ? a : c > b ? b : c;
}

// Brings what is less than a pivot before what is greater, and returns where
// the second part begins.
static int partition(uint32_t *items, int n) {
  uint32_t pivot = median(items[0], items[n / 2], items[n - 1]);
  int low = 0, high = n - 1;
  for (;;) {
    while (items[low] < pivot)
      low++;
    while (items[high] > pivot)
      high--;
    if (low >= high)
      return high + 1;
    uint32_t swap = items[low];
    items[low++] = items[high];
    items[high--] = swap;
  }
}

static void quicksort(uint32_t *items, int n) {
  while (n > 16) {
    int middle = partition(items, n);
    quicksort(items, middle);
    items += middle;
    n -= middle;
  }
  insertion_sort(items, n);
}

static void merge(const uint32_t *a, int a_count, const uint32_t *b,
                  int b_count, uint32_t *to) {
  while (a_count > 0 && b_count > 0) {
    if (*b < *a) {
      *to++ = *b++;
      b_count--;
    } else {
      *to++ = *a++;
      a_count--;
    }
  }
  memcpy(to, a, (size_t)a_count * sizeof *a);
  memcpy(to + a_count, b, (size_t)b_count * sizeof *b);
}

static int at_most(int a, int b) { return a < b ? a : b; }

static void merge_sort(uint32_t *items, int n, uint32_t *scratch) {
  enum { RUN = 16 };
  uint32_t *from = items, *to = scratch;
  for (int i = 0; i < n; i += RUN)
    insertion_sort(items + i, at_most(RUN, n - i));
  for (int run = RUN; run < n; run *= 2) {
    for (int i = 0; i < n; i += 2 * run) {
      int first = at_most(run, n - i), second = at_most(run, n - i - first);
      merge(from + i, first, from + i + first, second, to + i);
    }
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != items)
    memcpy(items, from, (size_t)n * sizeof *items);
}

// Four passes, after which the result is where it was at the start.
static void radix_sort(uint32_t *items, int n, uint32_t *scratch) {
  for (int shift = 0; shift < 32; shift += 8) {
    int place[256] = {0}, sum = 0;
    for (int i = 0; i < n; i++)
      place[items[i] >> shift & 255]++;
    for (int digit = 0; digit < 256; digit++) {
      int count = place[digit];
      place[digit] = sum;
      sum += count;
    }
    for (int i = 0; i < n; i++)
      scratch[place[items[i] >> shift & 255]++] = items[i];
    uint32_t *swap = items;
    items = scratch;
    scratch = swap;
  }
}

static void randomise(uint32_t *items, int n) {
  uint32_t state = 2463534242;
  for (int i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    items[i] = state;
  }
}

// The same with any order of the items, and another if one is lost.
static uint64_t content(const uint32_t *items, int n) {
  uint64_t sum = 0;
  for (int i = 0; i < n; i++)
    sum += (uint64_t)items[i] * items[i];
  return sum;
}

static uint64_t checksum(const uint32_t *items, int n) {
  uint64_t sum = 0;
  for (int i = 0; i < n; i++)
    sum = sum * 31 + items[i];
  return sum;
}

static int is_sorted(const uint32_t *items, int n) {
  for (int i = 1; i < n; i++)
    if (items[i - 1] > items[i])
      return 0;
  return 1;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 4000000;
  uint32_t *items = malloc((size_t)n * sizeof *items);
  uint32_t *scratch = malloc((size_t)n * sizeof *scratch);
  if (items == NULL || scratch == NULL)
    return 1;
  randomise(items, n);
  uint64_t expected = content(items, n), sums[3];
  for (int way = 0; way < 3; way++) {
    randomise(items, n);
    if (way == 0)
      quicksort(items, n);
    else if (way == 1)
      merge_sort(items, n, scratch);
    else
      radix_sort(items, n, scratch);
    sums[way] = checksum(items, n);
    if (!is_sorted(items, n) || content(items, n) != expected ||
        sums[way] != sums[0]) {
      fputs("sorting: wrong result\n", stderr);
      return 1;
    }
  }
  printf("sorting %d: %016" PRIx64 "\n", n, sums[0]);
  return 0;
}
