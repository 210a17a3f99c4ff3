// Times processes from start to exit, alternating between programs so that all
// of them see the same machine.
//
//   measure RUNS PROGRAM...
//
// Prints a line for each program: the median in microseconds, and its path. The
// programs get no arguments, no input, and their output goes nowhere.

#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// Nanoseconds that one run of `program` takes.
static int64_t run(char *program, const posix_spawn_file_actions_t *actions) {
  char *arguments[] = {program, NULL};
  char *environment[] = {NULL};
  pid_t process;
  int64_t start = now();
  // glibc's posix_spawn is a vfork: what is measured starts at exec.
  if (posix_spawn(&process, program, actions, NULL, arguments, environment)) {
    fprintf(stderr, "measure: cannot run %s\n", program);
    exit(1);
  }
  int status;
  if (waitpid(process, &status, 0) != process || status != 0) {
    fprintf(stderr, "measure: %s failed with status %#x\n", program, status);
    exit(1);
  }
  return now() - start;
}

static int compare(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  int runs = argc > 2 ? atoi(argv[1]) : 0;
  int programs = argc - 2;
  if (runs < 1) {
    fprintf(stderr, "usage: measure RUNS PROGRAM...\n");
    return 2;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  int64_t *times = calloc((size_t)runs * (size_t)programs, sizeof *times);
  if (!times)
    return 1;
  // The first run of each warms the page cache.
  for (int run_index = -1; run_index < runs; run_index++) {
    for (int i = 0; i < programs; i++) {
      int64_t time = run(argv[2 + i], &actions);
      if (run_index >= 0)
        times[i * runs + run_index] = time;
    }
  }
  for (int i = 0; i < programs; i++) {
    int64_t *mine = times + i * runs;
    qsort(mine, (size_t)runs, sizeof *mine, compare);
    printf("%.1f %s\n", (double)mine[runs / 2] / 1000, argv[2 + i]);
  }
  return 0;
}
