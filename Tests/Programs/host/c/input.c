// Standard input, in the way that the argument names: by lines, by bytes, by numbers, some of
// it, copied, or with a look at what it is.

#include "report.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static int by_lines(void) {
  char *line = NULL;
  size_t room = 0;
  long count = 0, longest = 0, bytes = 0;
  for (ssize_t length; (length = getline(&line, &room, stdin)) >= 0; count++) {
    if (count < 5)
      printf("%ld: %zd bytes%s\n", count, length, line[length - 1] == '\n' ? "" : ", no end");
    bytes += length;
    if (length > longest) longest = length;
  }
  printf("%ld lines, %ld bytes, longest %ld, end %d, error %d\n", count, bytes, longest,
         feof(stdin) != 0, ferror(stdin) != 0);
  printf("again: %zd\n", getline(&line, &room, stdin));
  return 0;
}

static int by_bytes(size_t size) {
  unsigned char *block = malloc(size);
  uint64_t hash = 0xcbf29ce484222325, bytes = 0;
  for (ssize_t length; (length = read(0, block, size)) > 0;) {
    for (ssize_t i = 0; i < length; i++) hash = (hash ^ block[i]) * 0x100000001b3;
    bytes += (uint64_t)length;
  }
  printf("%llu bytes, hash %016llx\n", (unsigned long long)bytes, (unsigned long long)hash);
  report("after the end", read(0, block, size));
  report("once more", read(0, block, size));
  free(block);
  return 0;
}

static int by_numbers(void) {
  long number, sum = 0, count = 0;
  while (scanf("%ld", &number) == 1) {
    sum += number;
    count++;
  }
  int next = getchar();
  printf("%ld numbers, sum %ld, then %s\n", count, sum,
         next == EOF ? "the end" : isprint(next) ? "a character" : "something else");
  return count == 0 ? 9 : 0;
}

// What is left belongs to who reads next.
static int some(void) {
  char bytes[10];
  size_t length = 0;
  while (length < sizeof bytes) {
    ssize_t got = read(0, bytes + length, sizeof bytes - length);
    if (got <= 0) break;
    length += (size_t)got;
  }
  printf("%zu bytes\n", length);
  return 0;
}

static int copy(void) {
  FILE *file = fopen("copy", "w");
  for (int byte; (byte = getchar()) != EOF;) {
    putchar(byte);
    putc(byte, file);
  }
  return fclose(file) == 0 && fflush(stdout) == 0 ? 0 : 1;
}

static int look(void) {
  struct stat info;
  report("stat", fstat(0, &info));
  // WASI has no type for a pipe.
  if (S_ISREG(info.st_mode)) printf("file of %lld bytes\n", (long long)info.st_size);
  report("seek", lseek(0, 1, SEEK_SET));
  report("terminal", isatty(0));
  char byte = '-';
  report("read", read(0, &byte, 1));
  printf("%c\n", isprint(byte) ? byte : '-');
  report("close", close(0));
  report("read", read(0, &byte, 1));
  return 0;
}

int main(int count, char **arguments) {
  const char *way = count > 1 ? arguments[1] : "";
  if (strcmp(way, "lines") == 0) return by_lines();
  if (strcmp(way, "bytes") == 0) return by_bytes(4096);
  if (strcmp(way, "odd") == 0) return by_bytes(777);
  if (strcmp(way, "numbers") == 0) return by_numbers();
  if (strcmp(way, "some") == 0) return some();
  if (strcmp(way, "copy") == 0) return copy();
  if (strcmp(way, "look") == 0) return look();
  return 64;
}
