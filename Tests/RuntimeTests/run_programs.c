// Runs the executables that the Makefile linked from programs/ and checks how
// each ends: status, messages, backtrace, whatever its parent did to it.

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *folder;

typedef struct outcome {
  int status; // of exit, or -signal
  char out[1 << 18];
  char err[4096];
  double seconds;
} outcome;

static outcome result;

static void read_all(int fd, char *text, size_t size) {
  size_t used = 0;
  ssize_t got;
  while ((got = read(fd, text + used, size - 1 - used)) > 0)
    used += (size_t)got;
  text[used] = 0;
  close(fd);
}

// Runs folder/name; `prepare` is called in the child.
static void run_with(void (*prepare)(void), const char *name,
                     char **arguments) {
  int out[2], err[2];
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (pipe(out) != 0 || pipe(err) != 0)
    abort();
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  pid_t child = fork();
  if (child == 0) {
    dup2(out[1], 1);
    dup2(err[1], 2);
    for (int fd = 3; fd < 64; fd++)
      close(fd);
    alarm(20);
    if (prepare != NULL)
      prepare();
    arguments[0] = (char *)name;
    execv(path, arguments);
    _exit(99);
  }
  close(out[1]);
  close(err[1]);
  read_all(out[0], result.out, sizeof result.out);
  read_all(err[0], result.err, sizeof result.err);
  int status;
  waitpid(child, &status, 0);
  clock_gettime(CLOCK_MONOTONIC, &end);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  result.seconds = (double)(end.tv_sec - begin.tv_sec) +
                   (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

#define RUN_WITH(prepare, name, ...)                                           \
  run_with(prepare, name, (char *[]){"", __VA_ARGS__ __VA_OPT__(, ) NULL})
#define RUN(name, ...) RUN_WITH(NULL, name __VA_OPT__(, ) __VA_ARGS__)

static bool is_text(const char *actual, const char *expected) {
  if (strcmp(actual, expected) == 0)
    return true;
  printf("--- got\n%s--- expected\n%s---\n", actual, expected);
  return false;
}

static bool starts(const char *actual, const char *expected) {
  if (strncmp(actual, expected, strlen(expected)) == 0)
    return true;
  printf("--- got\n%s--- expected to start\n%s---\n", actual, expected);
  return false;
}

#define OUT_OF_BOUNDS "error: out of bounds memory access\n"

// R6: what a fault is depends on where it was, not on whose code made it.
static void test_traps(void) {
  RUN("hello");
  CHECK_EQUAL(result.status, 0);
  CHECK(is_text(result.out, "Hello, world!\n"));
  CHECK(is_text(result.err, ""));

  RUN("modes", "divide");
  CHECK_EQUAL(result.status, 134);
  CHECK(is_text(result.out, "started\n"));
  CHECK(is_text(result.err, "error: integer divide by zero\n  #0 divide\n"
                            "  #1 divide\n  #2 divide\n  #3 divide\n"
                            "  #4 _start\n"));
  RUN("modes", "frame-pointer");
  CHECK(is_text(result.err,
                "error: integer divide by zero\n  #0 divide\n  #1 divide\n"
                "  #2 divide\n  #3 frame_pointer\n  #4 _start\n"));

  RUN("modes", "load-last");
  CHECK_EQUAL(result.status, 0);
  CHECK(is_text(result.out, "started\n0\nended\n"));
  RUN("modes", "load-end");
  CHECK_EQUAL(result.status, 134);
  CHECK(is_text(result.err, OUT_OF_BOUNDS "  #0 load\n  #1 _start\n"));
  RUN("modes", "load-far");
  CHECK(is_text(result.err, OUT_OF_BOUNDS "  #0 load\n  #1 _start\n"));
  RUN("modes", "fill"); // in libc's memset
  CHECK_EQUAL(result.status, 134);
  CHECK(is_text(result.err, OUT_OF_BOUNDS "  #0 fill\n  #1 _start\n"));

  RUN("modes", "unresolved");
  CHECK_EQUAL(result.status, 134);
  CHECK(is_text(result.err,
                "error: unresolved import called: env.missing\n  #0 _start\n"));
  // W20: the low eight bits, as exit(3).
  static const char *statuses[] = {"0",   "1",   "125", "126",
                                   "255", "256", "300", "-1"};
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
    RUN("modes", "exit", (char *)statuses[i]);
    CHECK_EQUAL(result.status, atoi(statuses[i]) & 0xff);
    CHECK(is_text(result.err, ""));
  }
}

// R6: a fault elsewhere is no trap.
static void test_bugs(void) {
  static const char *modes[] = {"null", "undefined", "load-below"};
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    RUN("modes", (char *)modes[i]);
    CHECK_EQUAL(result.status, 139);
    CHECK(starts(result.err, "error: runtime bug: signal "));
  }
  RUN("modes", "old-cpu");
  CHECK_EQUAL(result.status, 132);
  CHECK(starts(result.err, "error: this CPU lacks an instruction"));
  RUN("modes", "damage");
  CHECK_EQUAL(result.status, 134);
  CHECK(starts(result.err, "error: unreachable\n  #0 damage\n"));
}

static void small_stack(void) {
  struct rlimit limit = {64 * 1024, 64 * 1024};
  setrlimit(RLIMIT_STACK, &limit);
}
static void unlimited_stack(void) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_STACK, &limit);
}

// R7, R8: in the guest's code and in a host call, whatever the process's stack.
static void test_exhaustion(void) {
  void (*prepare[])(void) = {NULL, small_stack, unlimited_stack};
  for (size_t i = 0; i < 3; i++) {
    RUN_WITH(prepare[i], "modes", "recurse");
    CHECK_EQUAL(result.status, 134);
    CHECK(starts(result.err, "error: call stack exhausted\n  #0 recurse\n"
                             "  #1 recurse\n"));
    CHECK(strstr(result.err, " more frames\n") != NULL);
    CHECK(strstr(result.err, "recurse\n  #") != NULL);
    CHECK(strcmp(strrchr(result.err, ' '), " _start\n") == 0);
    CHECK(result.seconds < 1);
    RUN_WITH(prepare[i], "modes", "recurse-wide");
    CHECK_EQUAL(result.status, 134);
    CHECK(is_text(result.err, "error: call stack exhausted\n  #0 wide\n"
                              "  #1 wide\n  #2 wide\n  #3 wide\n  #4 wide\n"
                              "  #5 wide\n  #6 _start\n"));
    RUN_WITH(prepare[i], "modes", "recurse-host");
    CHECK_EQUAL(result.status, 134);
    CHECK(starts(result.err, "error: call stack exhausted\n  #0 into host\n"));
    CHECK(result.seconds < 1);
  }
}

static void hostile_signals(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  static const int ignored[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGPIPE};
  for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
    signal(ignored[i], SIG_IGN);
}
static void close_standard(void) {
  close(0);
  close(2);
}
static void close_all(void) {
  close(0);
  close(1);
  close(2);
}
static void broken_pipe(void) {
  int ends[2];
  if (pipe(ends) != 0)
    abort();
  dup2(ends[1], 1);
  close(ends[0]);
}
static void full_device(void) { dup2(open("/dev/full", O_WRONLY), 1); }
static void term_soon(void) {
  // Sent by the parent's shell in life; here by a sibling.
  pid_t target = getpid();
  if (fork() == 0) {
    usleep(50000);
    kill(target, SIGTERM);
    _exit(0);
  }
}
static void segv_soon(void) {
  pid_t target = getpid();
  if (fork() == 0) {
    usleep(50000);
    kill(target, SIGSEGV);
    _exit(0);
  }
}

// R9, W9, W17: what a parent may leave behind.
static void test_parents(void) {
  RUN_WITH(hostile_signals, "modes", "load-end");
  CHECK_EQUAL(result.status, 134);
  RUN_WITH(close_standard, "modes", "closed");
  CHECK_EQUAL(result.status, 0);
  CHECK(is_text(result.out, "started\n8\n8\n8\nended\n"));
  RUN_WITH(close_all, "modes", "divide");
  CHECK_EQUAL(result.status, 134);
  CHECK(is_text(result.out, ""));
  RUN_WITH(broken_pipe, "modes", "pipe");
  CHECK_EQUAL(result.status, 0);
  RUN_WITH(full_device, "modes");
  CHECK_EQUAL(result.status, 0);
  RUN_WITH(term_soon, "modes", "spin");
  CHECK_EQUAL(result.status, -SIGTERM);
  CHECK(result.seconds < 0.5);
  RUN_WITH(segv_soon, "modes", "spin");
  CHECK_EQUAL(result.status, -SIGSEGV);
}

static void little_address_space(void) {
  struct rlimit limit = {1u << 30, 1u << 30};
  setrlimit(RLIMIT_AS, &limit);
}

static void limit_data(void) {
  struct rlimit limit = {64u << 20, 64u << 20};
  setrlimit(RLIMIT_DATA, &limit);
}

// R3: growth, and where the process may have little.
static void test_memories(void) {
  static const char *programs[] = {"modes", "explicit"};
  for (size_t i = 0; i < 2; i++) {
    RUN(programs[i], "grow");
    CHECK_EQUAL(result.status, 0);
    CHECK(is_text(result.out, "started\n3\n0\n3\n0\n0\n3\n0\nended\n"));
    RUN(programs[i], "initialize");
    CHECK(is_text(result.out, "started\n0\n1\n0\n0\nended\n"));
    RUN(programs[i], "table");
    CHECK(is_text(result.out, "started\n10\n1\n1\n0\n0\n15\nended\n"));
    RUN_WITH(limit_data, programs[i], "grow-limited");
    CHECK(is_text(result.out, "started\n0\n2\n196608\nended\n"));
  }
  RUN_WITH(little_address_space, "modes");
  CHECK_EQUAL(result.status, 1);
  CHECK(strstr(result.err, "ulimit -v") != NULL);
  CHECK(strstr(result.err, "--bounds-checks=explicit") != NULL);
  RUN_WITH(little_address_space, "explicit", "grow-limited");
  CHECK_EQUAL(result.status, 0);
  CHECK(is_text(result.out, "started\n0\n2\n196608\nended\n"));
  // A fault where bounds are checked is no trap: the check was forgotten.
  RUN("explicit", "load-end");
  CHECK_EQUAL(result.status, 139);
}

static void test_start(void) {
  RUN("bytes");
  CHECK_EQUAL(result.status, 0);
  RUN("features");
  CHECK_EQUAL(result.status, 132);
  CHECK(is_text(result.err, "error: this executable needs a newer instruction "
                            "set (compiled for x86-64-v9), which this CPU "
                            "lacks\n"));
  RUN("baseline", "load-last");
  CHECK_EQUAL(result.status, 0);
  RUN("version");
  CHECK_EQUAL(result.status, 1);
}

static void set_secret(void) {
  clearenv();
  setenv("SECRET", "1", 1);
  setenv("SHARED", "2", 1);
}

static void test_grants(void) {
  RUN_WITH(set_secret, "granted", "env", "A=b", "env", "SHARED", "--", "x");
  CHECK_EQUAL(result.status, 0);
  // Strings with their NUL, arguments then environment.
  CHECK(memcmp(result.out, "granted\0x\0A=b\0SHARED=2", 23) == 0);
  RUN_WITH(set_secret, "granted", "x");
  CHECK_EQUAL(result.status, 1);
  RUN("granted", "dir", "/nonexistent", "/", "--");
  CHECK_EQUAL(result.status, 1);
  CHECK(is_text(result.err, "error: cannot open the directory /nonexistent: "
                            "No such file or directory\n"));
}

static void test_invoke(void) {
  RUN("invoke", "-1", "0xffffffffffffffff", "0.1", "1e300");
  CHECK_EQUAL(result.status, 0);
  CHECK(is_text(result.out, "1e+300\n0.1\n-1\n-1\n"));
  RUN("invoke", "4294967295", "-9223372036854775808", "nan", "-inf");
  CHECK(is_text(result.out, "-inf\nnan\n-9223372036854775808\n-1\n"));
  RUN("invoke", "2147483647", "1", "3.4028235e38", "0.30000000000000004");
  CHECK(is_text(result.out, "0.30000000000000004\n3.4028235e+38\n1\n"
                            "2147483647\n"));
  RUN("invoke", "1", "2", "3");
  CHECK_EQUAL(result.status, 2);
  CHECK(
      is_text(result.err, "error: turn expects (i32, i64, f32, f64), got 3\n"));
  static const char *bad[] = {"", "x", "1x", "4294967296", "-2147483649", "0x"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    RUN("invoke", (char *)bad[i], "2", "3", "4");
    CHECK_EQUAL(result.status, 2);
    CHECK(starts(result.err, "error: malformed argument \""));
  }
  RUN("invoke", "1", "2", " 3", "4");
  CHECK_EQUAL(result.status, 2);
}

static void measure(void) {
  setenv("APUS_BENCH_FD", "9", 1);
  dup2(1, 9);
}
static void measure_output(void) { setenv("APUS_BENCH_FD", "1", 1); }

static void test_bench(void) {
  RUN_WITH(measure, "bench");
  CHECK_EQUAL(result.status, 0);
  size_t length = strlen(result.out);
  CHECK(length > 1 && result.out[length - 1] == '\n' &&
        strspn(result.out, "0123456789") == length - 1);
  RUN_WITH(measure_output, "bench");
  CHECK(is_text(result.out, ""));
}

// The line that starts with `number`, without it.
static const char *script_line(const char *number) {
  static char line[256];
  size_t length = strlen(number);
  for (const char *at = result.out; at != NULL && *at != 0;
       at = strchr(at, '\n') != NULL ? strchr(at, '\n') + 1 : NULL)
    if (strncmp(at, number, length) == 0 && at[length] == ' ') {
      snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
      return line + length + 1;
    }
  return "";
}

static void test_script(void) {
  RUN("script");
  CHECK(is_text(script_line("0"), "returned f8f9fafbfcfdfeff0000000000000000 "
                                  "02010000000000000000000000000000"));
  CHECK(is_text(script_line("1"), "trapped integer overflow"));
  CHECK(is_text(script_line("2"), "trapped out of bounds memory access"));
  CHECK(is_text(script_line("3"), "trapped call stack exhausted"));
  CHECK(is_text(script_line("4"), "returned"));
  CHECK(is_text(script_line("5"), "returned"));
  CHECK(is_text(script_line("100000"), "trapped call stack exhausted"));
  CHECK(is_text(script_line("100001"), "trapped out of bounds memory access"));
  CHECK(is_text(script_line("100002"),
                "returned 01000000000000000000000000000000"));
  CHECK(is_text(script_line("6"), "returned"));
  CHECK(is_text(script_line("7"), "failed no such thread"));
  CHECK(is_text(script_line("5007"), "trapped out of bounds memory access"));
  CHECK(is_text(script_line("5008"),
                "returned 02000000000000000000000000000000"));
  // A bug ends the process; what was done before is known.
  CHECK(is_text(script_line("5009"), ""));
  CHECK_EQUAL(result.status, 139);
  CHECK(starts(result.err, "error: runtime bug: signal "));
}

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  folder = argv[1];
  test_traps();
  test_bugs();
  test_exhaustion();
  test_parents();
  test_memories();
  test_start();
  test_grants();
  test_invoke();
  test_bench();
  test_script();
  return finish_checks();
}
