// Four ways to find all occurrences of a word in a text: letter by letter,
// Knuth, Morris and Pratt (1977), Boyer and Moore in the form of Horspool
// (1980), and the bits of Baeza-Yates and Gonnet (1992). All must find the
// same.
//
// Stresses loads of bytes, small tables, and branches that are mostly but not
// always predictable.
//
//   string_search [KIBIBYTES]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How many occurrences there are, and the sum of their places.
typedef struct {
  uint32_t count;
  uint64_t places;
} Found;

static void add(Found *found, int place) {
  found->count++;
  found->places += (uint64_t)place;
}

static Found letter_by_letter(const char *text, int size, const char *word,
                              int length) {
  Found found = {0, 0};
  for (int i = 0; i + length <= size; i++) {
    int same = 0;
    while (same < length && text[i + same] == word[same])
      same++;
    if (same == length)
      add(&found, i);
  }
  return found;
}

// After a mismatch the text is not read again: `border[n]` letters at the end
// of the first n letters of the word are also its beginning.
static Found knuth_morris_pratt(const char *text, int size, const char *word,
                                int length) {
  int border[64] = {-1};
  for (int i = 0, same = -1; i < length; border[++i] = ++same)
    while (same >= 0 && word[same] != word[i])
      same = border[same];
  Found found = {0, 0};
  for (int i = 0, same = 0; i < size; i++) {
    while (same >= 0 && word[same] != text[i])
      same = border[same];
    if (++same == length) {
      add(&found, i + 1 - length);
      same = border[same];
    }
  }
  return found;
}

// The letter under the end of the word says how far the word may move.
static Found horspool(const char *text, int size, const char *word,
                      int length) {
  int shift[256];
  for (int i = 0; i < 256; i++)
    shift[i] = length;
  for (int i = 0; i < length - 1; i++)
    shift[(unsigned char)word[i]] = length - 1 - i;
  Found found = {0, 0};
  int i = 0;
  while (i + length <= size) {
    int same = length;
    while (same > 0 && text[i + same - 1] == word[same - 1])
      same--;
    if (same == 0)
      add(&found, i);
    i += shift[(unsigned char)text[i + length - 1]];
  }
  return found;
}

// Bit n of the state is 0 if the last n + 1 letters are the word's first.
static Found shift_or(const char *text, int size, const char *word,
                      int length) {
  uint64_t mask[256], state = ~UINT64_C(0);
  for (int i = 0; i < 256; i++)
    mask[i] = ~UINT64_C(0);
  for (int i = 0; i < length; i++)
    mask[(unsigned char)word[i]] &= ~(UINT64_C(1) << i);
  Found found = {0, 0};
  for (int i = 0; i < size; i++) {
    state = state << 1 | mask[(unsigned char)text[i]];
    if ((state >> (length - 1) & 1) == 0)
      add(&found, i + 1 - length);
  }
  return found;
}

typedef Found Search(const char *, int, const char *, int);
static Search *const searches[] = {letter_by_letter, knuth_morris_pratt,
                                   horspool, shift_or};
enum { SEARCHES = sizeof searches / sizeof *searches };

// What all searches find; ends the program if they differ.
static Found search(const char *text, int size, const char *word) {
  int length = (int)strlen(word);
  Found first = searches[0](text, size, word, length);
  for (int i = 1; i < SEARCHES; i++) {
    Found found = searches[i](text, size, word, length);
    if (found.count != first.count || found.places != first.places) {
      fputs("string_search: wrong result\n", stderr);
      exit(1);
    }
  }
  return first;
}

// Overlapping ones, one at each end, and none.
static int is_correct(void) {
  Found overlapping = search("abababa", 7, "aba");
  Found ends = search("needle in a haystack needle", 27, "needle");
  Found none = search("aaaaaaab", 8, "aabb");
  return overlapping.count == 3 && overlapping.places == 0 + 2 + 4 &&
         ends.count == 2 && ends.places == 21 && none.count == 0;
}

// Four letters of unequal frequency, so that words of a few letters occur.
static void write_text(char *text, int size) {
  uint32_t state = 2463534242;
  for (int i = 0; i < size; i++) {
    state = state * 1664525 + 1013904223;
    text[i] = "aaaaaaabbbbbccdd"[state >> 28];
  }
}

int main(int argc, char **argv) {
  static const char *const words[] = {
      "abba",         "aaaaaaaa", "cadabra", "bbabbabbabba",
      "abacabadabac", "ddddd",    "caca",    "aabaabaabaabaabaabaab"};
  int size = (argc > 1 ? atoi(argv[1]) : 12288) * 1024;
  char *text = malloc((size_t)size);
  if (text == NULL)
    return 1;
  if (!is_correct()) {
    fputs("string_search: wrong result\n", stderr);
    return 1;
  }
  write_text(text, size);
  uint64_t sum = 0;
  uint32_t count = 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    Found found = search(text, size, words[i]);
    count += found.count;
    sum = sum * 31 + found.places;
  }
  printf("string_search %d: %" PRIu32 " %016" PRIx64 "\n", size / 1024, count,
         sum);
  return 0;
}
