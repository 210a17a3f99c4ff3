// W1: links of /proc that lead to open files and to the root, where a folder of
// /proc is granted. None is followed, however paths are resolved.

#include "unit.h"

static const char *const links[] = {
    "root",     "cwd",   "exe",       "fd/0",           "root/",
    "root/etc", "cwd/.", "root/../.", "fd/../root/etc", "task/../cwd/"};
#define LINKS (sizeof links / sizeof links[0])

static void test_links(void) {
  for (size_t i = 0; i < LINKS; i++) {
    uint32_t fd;
    CHECK(open_in(BOX, links[i], 1, 0, WASI_RIGHT_FD_READ, &fd) !=
          WASI_SUCCESS);
    CHECK(open_in(BOX, links[i], 1, WASI_OFLAG_DIRECTORY, WASI_RIGHT_FD_READDIR,
                  &fd) != WASI_SUCCESS);
    uint32_t length = put_text(PATH_A, links[i]);
    CHECK(apus_wasi_path_filestat_get(&guest, BOX, 1, PATH_A, length, 0x200) !=
          WASI_SUCCESS);
  }
  // What is no such link is read as anywhere.
  uint32_t fd;
  CHECK_EQUAL(open_in(BOX, "status", 1, 0, WASI_RIGHT_FD_READ, &fd),
              WASI_SUCCESS);
  apus_wasi_fd_close(&guest, fd);
  CHECK_EQUAL(apus_wasi_path_readlink(&guest, BOX, PATH_A,
                                      put_text(PATH_A, "root"), 0x300, 16,
                                      0x100),
              WASI_SUCCESS);
}

int main(void) {
  make_memory();
  static char *arguments[] = {"unit", "dir", "/proc/self", "/", "--", NULL};
  static char *environment[] = {NULL};
  if (!apus_arguments_create(5, arguments, environment))
    abort();
  apus_fd_table_start();
  test_links();
  apus_path_without_openat2 = true;
  test_links();
  return finish_checks();
}
