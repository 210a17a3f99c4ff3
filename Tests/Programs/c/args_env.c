// Prints its arguments and its environment, runs its exit handlers and ends with status 7.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static void first_registered(void) { puts("exit handler 1"); }
static void last_registered(void) { puts("exit handler 2"); }

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_escaped(const char *text) {
  for (; *text; text++)
    if (*text >= ' ' && *text <= '~')
      putchar(*text);
    else
      printf("\\x%02x", (unsigned char)*text);
}

int main(int argc, char **argv) {
  atexit(first_registered);
  atexit(last_registered);
  printf("%d arguments\n", argc - 1);
  for (int i = 1; i < argc; i++) {
    printf("  [");
    print_escaped(argv[i]);
    puts("]");
  }
  size_t n = 0;
  while (environ && environ[n]) n++;
  if (n) qsort(environ, n, sizeof *environ, compare);
  printf("%zu variables\n", n);
  for (size_t i = 0; i < n; i++) {
    printf("  ");
    print_escaped(environ[i]);
    puts("");
  }
  const char *greeting = getenv("GREETING");
  printf("GREETING %s, MISSING %s\n", greeting ? greeting : "(none)",
         getenv("MISSING") ? "set" : "(none)");
  fprintf(stderr, "to standard error\n");
  exit(7);
}
