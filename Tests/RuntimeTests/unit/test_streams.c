// Streams that end, fill up, block and are interrupted, and what else may go
// wrong outside of the guest (W7, W12 to W14, W16 to W20).

#include "unit.h"

#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

static void put_iovec(uint32_t pointer, uint32_t length) {
  put32(0x400, pointer);
  put32(0x404, length);
}
static uint32_t read_some(uint32_t fd, uint32_t length) {
  put_iovec(0x500, length);
  put32(0x100, 0x55);
  return apus_wasi_fd_read(&guest, fd, 0x400, 1, 0x100);
}
static uint32_t write_some(uint32_t fd, uint32_t length) {
  put_iovec(0x500, length);
  return apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100);
}

// Makes `host` the process's descriptor `fd` while `test` runs. Checks print to
// standard output, so results are collected first.
static int replace(int fd, int host) {
  fflush(stdout);
  int saved = dup(fd);
  dup2(host, fd);
  close(host);
  return saved;
}
static void restore(int fd, int saved) {
  dup2(saved, fd);
  close(saved);
}

// W7; test_many.c does it a million times.
static void test_renumbering(void) {
  write_file("box/file", "0123456789");
  uint32_t a, b;
  // Onto the granted directory: the number is no longer its name.
  CHECK_EQUAL(open_in(BOX, "file", 0, 0, WASI_RIGHT_FD_READ, &a), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_renumber(&guest, a, READ_ONLY_BOX), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, READ_ONLY_BOX, 0x100),
              WASI_BADF);
  CHECK_EQUAL(open_in(READ_ONLY_BOX, "file", 0, 0, 2, &b), WASI_NOTDIR);
}

// W12: lists whose lengths add up to 2^32 and more.
static void test_long_lists(void) {
  int saved = replace(1, open("/dev/null", O_WRONLY));
  uint32_t errors[4], written[4];
  static const uint32_t counts[4] = {64, 65, 1024, 2000};
  for (uint32_t i = 0; i < 2000; i++) {
    put32(0x8000 + 8 * i, 0);
    put32(0x8004 + 8 * i, (uint32_t)guest.byte_length);
  }
  for (int i = 0; i < 4; i++) {
    errors[i] = apus_wasi_fd_write(&guest, 1, 0x8000, counts[i], 0x100);
    written[i] = load32(0x100);
  }
  restore(1, saved);
  for (int i = 0; i < 4; i++) {
    CHECK_EQUAL(errors[i], WASI_SUCCESS);
    CHECK_EQUAL(written[i], 0x7ffff000); // what the host takes at once
  }
}

// W13
static void test_random(void) {
  uint32_t size = (uint32_t)guest.byte_length;
  uint8_t *copy = calloc(1, size);
  memcpy(copy, at(0), size);
  CHECK_EQUAL(apus_wasi_random_get(&guest, 1, size - 2), WASI_SUCCESS);
  CHECK(*at(0) == copy[0] && *at(size - 1) == copy[size - 1]);
  int zeros = 0;
  for (uint32_t i = size - 4096; i < size - 1; i++)
    zeros += *at(i) == 0;
  CHECK(zeros < 100);
  memcpy(at(0), copy, size);
  CHECK_EQUAL(apus_wasi_random_get(&guest, size - 1, 2), WASI_FAULT);
  free(copy);
}

// W16
static void test_extremes(void) {
  uint32_t fd;
  CHECK_EQUAL(open_in(BOX, "big", 0, WASI_OFLAG_CREAT, ALL_RIGHTS, &fd),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, UINT64_C(1) << 63, 1, 0x100),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, INT64_MAX, 2, 0x100) ==
                  WASI_SUCCESS,
              load64(0x100) == INT64_MAX);
  uint32_t error = apus_wasi_fd_allocate(&guest, fd, 0, UINT64_C(1) << 62);
  CHECK(error == WASI_FBIG || error == WASI_NOSPC || error == WASI_NOTSUP);
  CHECK_EQUAL(apus_wasi_fd_allocate(&guest, fd, 1, UINT64_MAX), WASI_INVAL);
  put_iovec(0x500, 1);
  error = apus_wasi_fd_pwrite(&guest, fd, 0x400, 1, INT64_MAX, 0x100);
  CHECK(error == WASI_FBIG || error == WASI_INVAL);
  apus_wasi_fd_close(&guest, fd);
}

// W17
static void test_full_and_broken(void) {
  int ends[2];
  int saved = replace(1, open("/dev/full", O_WRONLY));
  uint32_t full = write_some(1, 10);
  restore(1, saved);
  CHECK_EQUAL(full, WASI_NOSPC);
  if (pipe(ends) != 0)
    abort();
  close(ends[0]);
  signal(SIGPIPE, SIG_IGN);
  saved = replace(1, ends[1]);
  uint32_t broken = write_some(1, 10);
  restore(1, saved);
  CHECK_EQUAL(broken, WASI_PIPE);
  // As much as there is room for.
  if (pipe(ends) != 0)
    abort();
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  saved = replace(1, ends[1]);
  uint32_t size = (uint32_t)guest.byte_length - 0x500;
  uint32_t partial = write_some(1, size), written = load32(0x100);
  uint32_t again = write_some(1, 1);
  restore(1, saved);
  close(ends[0]);
  CHECK_EQUAL(partial, WASI_SUCCESS);
  CHECK(written > 0 && written < size);
  CHECK_EQUAL(again, WASI_AGAIN);
}

static void on_alarm(int signal) { (void)signal; }

// W18: calls that block, while a signal comes every millisecond.
static void test_interruptions(void) {
  struct sigaction action = {.sa_handler = on_alarm}; // without SA_RESTART
  sigaction(SIGALRM, &action, NULL);
  struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  int ends[2];
  if (pipe(ends) != 0)
    abort();
  pid_t writer = fork();
  if (writer == 0) {
    usleep(100000);
    _exit(write(ends[1], "hello", 5) == 5 ? 0 : 1);
  }
  int saved = replace(0, ends[0]);
  setitimer(ITIMER_REAL, &often, NULL);
  uint32_t error = read_some(0, 10), got = load32(0x100);
  // Three times a clock of 20 ms.
  uint64_t before = apus_monotonic_nanoseconds();
  memset(at(0x1000), 0, 48);
  put32(0x1010, 1);
  put64(0x1018, 20000000);
  uint32_t polled = 0;
  for (int i = 0; i < 3; i++)
    polled |= apus_wasi_poll_oneoff(&guest, 0x1000, 0x2000, 1, 0x100);
  uint64_t slept = apus_monotonic_nanoseconds() - before;
  uint32_t random = apus_wasi_random_get(&guest, 0x10000, 0x10000);
  setitimer(ITIMER_REAL, &never, NULL);
  fcntl(0, F_SETFL, O_NONBLOCK);
  uint32_t empty = read_some(0, 1);
  restore(0, saved);
  close(ends[1]);
  waitpid(writer, NULL, 0);
  CHECK_EQUAL(error, WASI_SUCCESS);
  CHECK_EQUAL(got, 5);
  CHECK_EQUAL(polled, WASI_SUCCESS);
  CHECK(slept >= 60000000 && slept < 10000000000);
  CHECK_EQUAL(random, WASI_SUCCESS);
  CHECK_EQUAL(empty, WASI_AGAIN);
}

// W18: nothing is read beyond what the guest asked for; who shares the file
// goes on where it stopped.
static void test_no_reading_ahead(void) {
  int file = open("box/file", O_RDONLY);
  int other = dup(file);
  int saved = replace(0, file);
  uint32_t error = read_some(0, 3);
  restore(0, saved);
  CHECK_EQUAL(error, WASI_SUCCESS);
  CHECK_EQUAL(lseek(other, 0, SEEK_CUR), 3);
  close(other);
}

// W14: times at the edges of what WASI and the host can say.
static void test_times(void) {
  static const uint64_t times[] = {0, 1, INT64_MAX, UINT64_C(1) << 63,
                                   UINT64_MAX};
  uint32_t fd;
  CHECK_EQUAL(open_in(BOX, "file", 0, 0, ALL_RIGHTS, &fd), WASI_SUCCESS);
  for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
    CHECK_EQUAL(
        apus_wasi_fd_filestat_set_times(&guest, fd, times[i], times[i], 5),
        WASI_SUCCESS);
    CHECK_EQUAL(apus_wasi_fd_filestat_get(&guest, fd, 0x200), WASI_SUCCESS);
    // The file system may know less: then the nearest time that it knows.
    CHECK(load64(0x230) == times[i] ||
          (times[i] > UINT64_C(1) << 62 && load64(0x230) > INT32_MAX));
  }
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, fd, 1, 1, 1 | 2),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, fd, 1, 1, 4 | 8),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, fd, 1, 1, 16),
              WASI_INVAL);
  apus_wasi_fd_close(&guest, fd);
}

// W20: what is no regular file.
static void test_other_files(void) {
  uint32_t fd;
  if (mkfifo("box/fifo", 0666) != 0)
    abort();
  int end = open("box/fifo", O_RDWR);
  CHECK_EQUAL(open_in(BOX, "fifo", 0, 0, WASI_RIGHT_FD_READ, &fd),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, 0, 1, 0x100), WASI_SPIPE);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(*at(0x200), WASI_FILETYPE_UNKNOWN);
  if (write(end, "abc", 3) != 3)
    abort();
  CHECK_EQUAL(read_some(fd, 10), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 3);
  apus_wasi_fd_close(&guest, fd);
  close(end);
  mkdir("box/folder", 0777);
  CHECK_EQUAL(open_in(BOX, "folder", 0, 0, WASI_RIGHT_FD_WRITE, &fd),
              WASI_ISDIR);
  CHECK_EQUAL(open_in(BOX, "folder", 0, 0, WASI_RIGHT_FD_READ, &fd),
              WASI_SUCCESS);
  CHECK_EQUAL(read_some(fd, 10), WASI_ISDIR);
  apus_wasi_fd_close(&guest, fd);
}

// W19: more arguments than the guest's memory holds.
static void test_many_arguments(void) {
  enum { COUNT = 100000 };
  char **arguments = calloc(COUNT + 3, sizeof *arguments);
  static char *environment[] = {NULL};
  arguments[0] = "unit";
  arguments[1] = "--";
  for (int i = 2; i < COUNT + 2; i++)
    arguments[i] = i % 2 ? "" : "\xff";
  CHECK(apus_arguments_create(COUNT + 2, arguments, environment));
  CHECK_EQUAL(apus_wasi_args_sizes_get(&guest, 0x100, 0x104), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), COUNT + 1);
  CHECK_EQUAL(load32(0x104), 5 + COUNT + COUNT / 2);
  CHECK_EQUAL(apus_wasi_args_get(&guest, 0x1000, 0x100000), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x1000 + 4 * COUNT), 0x100000 + load32(0x104) - 1);
  CHECK_EQUAL(apus_wasi_args_get(
                  &guest, (uint32_t)guest.byte_length - 4 * COUNT, 0x1000),
              WASI_FAULT);
  free(arguments);
}

int main(void) {
  make_box();
  test_renumbering();
  // 64 MiB.
  free((void *)(uintptr_t)guest.base);
  guest.byte_length = 64 << 20;
  guest.base = (uintptr_t)calloc(1, guest.byte_length);
  test_long_lists();
  test_random();
  test_extremes();
  test_full_and_broken();
  test_interruptions();
  test_no_reading_ahead();
  test_times();
  test_other_files();
  test_many_arguments();
  return finish_checks();
}
