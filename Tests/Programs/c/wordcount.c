// Counts the words of standard input. Each language has this program, and all print the same:
// see ../README.md for what.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char *word;
  size_t length;
  long count;
} Entry;

static Entry *table;
static size_t capacity, used;

static uint64_t fnv1a(const char *bytes, size_t size) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
  return hash;
}

static Entry *slot(const char *word, size_t length) {
  size_t at = fnv1a(word, length) & (capacity - 1);
  while (table[at].word &&
         (table[at].length != length || memcmp(table[at].word, word, length) != 0))
    at = (at + 1) & (capacity - 1);
  return &table[at];
}

static void grow(void) {
  Entry *old = table;
  size_t old_capacity = capacity;
  capacity = capacity ? capacity * 2 : 16;
  table = calloc(capacity, sizeof *table);
  for (size_t i = 0; i < old_capacity; i++)
    if (old[i].word) *slot(old[i].word, old[i].length) = old[i];
  free(old);
}

static void count(const char *word, size_t length) {
  if (used * 4 >= capacity * 3) grow();
  Entry *entry = slot(word, length);
  if (!entry->word) {
    entry->word = malloc(length + 1);
    memcpy(entry->word, word, length);
    entry->word[length] = 0;
    entry->length = length;
    used++;
  }
  entry->count++;
}

static int by_count_then_word(const void *left, const void *right) {
  const Entry *a = left, *b = right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return strcmp(a->word, b->word);
}

static char *read_all(size_t *size) {
  size_t room = 4096, got;
  char *bytes = malloc(room);
  *size = 0;
  while ((got = fread(bytes + *size, 1, room - *size, stdin)) > 0) {
    *size += got;
    if (*size == room) bytes = realloc(bytes, room *= 2);
  }
  return bytes;
}

int main(void) {
  size_t size;
  char *bytes = read_all(&size);
  uint64_t hash = fnv1a(bytes, size);
  long lines = 0, words = 0, longest = 0;
  double sum = 0, squares = 0;

  size_t start = 0;
  for (size_t i = 0; i <= size; i++) {
    char c = i < size ? bytes[i] : 0;
    if (c == '\n') lines++;
    if (c >= 'A' && c <= 'Z') bytes[i] = c = (char)(c + 32);
    if (c >= 'a' && c <= 'z') continue;
    if (i > start) {
      long length = (long)(i - start);
      count(bytes + start, i - start);
      words++;
      sum += (double)length;
      squares += (double)length * (double)length;
      if (length > longest) longest = length;
    }
    start = i + 1;
  }

  Entry *sorted = malloc((used + 1) * sizeof *sorted);
  size_t n = 0;
  for (size_t i = 0; i < capacity; i++)
    if (table[i].word) sorted[n++] = table[i];
  qsort(sorted, n, sizeof *sorted, by_count_then_word);

  double entropy = 0, total = words ? (double)words : 1;
  for (size_t i = 0; i < n; i++) {
    double share = (double)sorted[i].count / total;
    entropy -= share * log2(share);
  }
  double mean = sum / total;
  printf("bytes %zu lines %ld words %ld distinct %zu\n", size, lines, words, n);
  printf("fnv1a %016llx\n", (unsigned long long)hash);
  printf("length mean %.4f deviation %.4f longest %ld\n", mean,
         sqrt(squares / total - mean * mean), longest);
  printf("entropy %.6f\n", entropy);
  for (size_t i = 0; i < n; i++)
    printf("%6ld %7.3f%% %s\n", sorted[i].count, 100 * (double)sorted[i].count / total,
           sorted[i].word);
  return 0;
}
