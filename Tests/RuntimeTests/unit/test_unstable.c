// What wasi_unstable, the WASI of 2019, has otherwise: the values of whence,
// the layouts of filestat and of subscriptions.

#include "unit.h"

static void test_seek(uint32_t fd) {
  // 0 is the current position, 1 the end, 2 the start.
  CHECK_EQUAL(apus_wasi_unstable_fd_seek(&guest, fd, 4, 2, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load64(0x100), 4);
  CHECK_EQUAL(apus_wasi_unstable_fd_seek(&guest, fd, 3, 0, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load64(0x100), 7);
  CHECK_EQUAL(apus_wasi_unstable_fd_seek(&guest, fd, (uint64_t)-1, 1, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load64(0x100), 9);
  CHECK_EQUAL(apus_wasi_unstable_fd_seek(&guest, fd, 0, 3, 0x100), WASI_INVAL);
}

static void check_filestat(void) {
  CHECK_EQUAL(*at(0x210), WASI_FILETYPE_REGULAR_FILE);
  CHECK_EQUAL(*at(0x211) | *at(0x212) | *at(0x213), 0);
  CHECK_EQUAL(load32(0x214), 2);          // links
  CHECK_EQUAL(load64(0x218), 10);         // size
  CHECK_EQUAL(load64(0x228), 7000000001); // modification
  CHECK_EQUAL(load64(0x238), 0x5555555555555555);
}

static void test_filestat(uint32_t fd) {
  struct timespec times[2] = {{7, 1}, {7, 1}};
  utimensat(AT_FDCWD, "box/file", times, 0);
  memset(at(0x200), 0x55, 64);
  CHECK_EQUAL(apus_wasi_unstable_fd_filestat_get(&guest, fd, 0x200),
              WASI_SUCCESS);
  check_filestat();
  memset(at(0x200), 0x55, 64);
  CHECK_EQUAL(apus_wasi_unstable_path_filestat_get(
                  &guest, BOX, 0, PATH_A, put_text(PATH_A, "file"), 0x200),
              WASI_SUCCESS);
  check_filestat();
  CHECK_EQUAL(apus_wasi_unstable_fd_filestat_get(&guest, fd, MEMORY_SIZE - 55),
              WASI_FAULT);
}

static void test_poll(void) {
  // 56 bytes each: a clock's own identifier stands before its number.
  memset(at(0x1000), 0, 112);
  put64(0x1000, 5);
  put64(0x1010, 99);
  put32(0x1018, 1);
  put64(0x1020, 1000000);
  put64(0x1038, 6);
  put32(0x1050, 1);
  put64(0x1058, UINT64_MAX);
  uint64_t before = apus_monotonic_nanoseconds();
  CHECK_EQUAL(apus_wasi_unstable_poll_oneoff(&guest, 0x1000, 0x2000, 2, 0x100),
              WASI_SUCCESS);
  CHECK(apus_monotonic_nanoseconds() - before >= 1000000);
  CHECK_EQUAL(load32(0x100), 1);
  CHECK_EQUAL(load64(0x2000), 5);
  CHECK_EQUAL(load64(0x2008), 0);
  uint32_t end = MEMORY_SIZE - 112;
  CHECK_EQUAL(apus_wasi_unstable_poll_oneoff(&guest, end + 1, 0x2000, 2, 0x100),
              WASI_FAULT);
}

int main(void) {
  make_box();
  write_file("box/file", "0123456789");
  link("box/file", "box/other");
  uint32_t fd;
  CHECK_EQUAL(open_in(BOX, "file", 0, 0, ALL_RIGHTS, &fd), WASI_SUCCESS);
  test_seek(fd);
  test_filestat(fd);
  test_poll();
  return finish_checks();
}
