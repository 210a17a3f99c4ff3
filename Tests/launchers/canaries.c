// Runs a program with each number of arguments below COUNT beside canaries.
//
//   canaries PROGRAM COUNT
//
// The descriptor in APUS_CANARY is a file without blocks, in memory, where a
// page that is touched is a block at once. A line for each run: the status, and
// the blocks that the file has got.

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 4096

static void fail(const char *what) {
  perror(what);
  exit(125);
}

static int run(const char *program, char **arguments) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0)
    fail("fork");
  if (child == 0) {
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execv(program, arguments);
    _exit(126);
  }
  int status;
  if (waitpid(child, &status, 0) != child)
    fail("waitpid");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  int count = argc == 3 ? atoi(argv[2]) : 0;
  if (count < 1 || count > MOST) {
    fputs("usage: canaries PROGRAM COUNT\n", stderr);
    return 125;
  }
  for (int i = 0; i < count; i++) {
    int file = memfd_create("canary", 0);
    if (file < 0)
      fail("memfd_create");
    char name[16];
    snprintf(name, sizeof name, "%d", file);
    setenv("APUS_CANARY", name, 1);
    char *arguments[MOST + 2] = {argv[1]};
    for (int j = 1; j <= i; j++)
      arguments[j] = "x";
    int status = run(argv[1], arguments);
    struct stat found;
    if (fstat(file, &found) != 0)
      fail("fstat");
    printf("%d %lld\n", status, (long long)found.st_blocks);
    close(file);
  }
  return 0;
}
