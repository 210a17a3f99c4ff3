// W5: a directory granted for reading. Everything that would change something
// is refused, whichever of the two directories is the read-only one, and the
// same names work in the other; with openat2 and without it.

#include "unit.h"

#define RO READ_ONLY_BOX
#define CREATE WASI_OFLAG_CREAT
#define TRUNCATE WASI_OFLAG_TRUNC

static uint32_t length_a(const char *path) { return put_text(PATH_A, path); }
static uint32_t length_b(const char *path) { return put_text(PATH_B, path); }

static uint32_t try_open(const char *path, uint32_t oflags, uint64_t rights) {
  uint32_t fd;
  uint32_t error = open_in(RO, path, 1, oflags, rights, &fd);
  if (error == WASI_SUCCESS)
    apus_wasi_fd_close(&guest, fd);
  return error;
}

static uint32_t rename_path(uint32_t from, uint32_t to, const char *name) {
  uint32_t a = length_a("file"), b = length_b(name);
  return apus_wasi_path_rename(&guest, from, PATH_A, a, to, PATH_B, b);
}
static uint32_t link_path(uint32_t from, uint32_t to, const char *name) {
  uint32_t a = length_a("file"), b = length_b(name);
  return apus_wasi_path_link(&guest, from, 0, PATH_A, a, to, PATH_B, b);
}

static void test_names(void) {
  CHECK_EQUAL(
      apus_wasi_path_create_directory(&guest, RO, PATH_A, length_a("new")),
      WASI_ROFS);
  CHECK_EQUAL(
      apus_wasi_path_remove_directory(&guest, RO, PATH_A, length_a("dir")),
      WASI_ROFS);
  CHECK_EQUAL(apus_wasi_path_unlink_file(&guest, RO, PATH_A, length_a("file")),
              WASI_ROFS);
  uint32_t a = length_a("target");
  CHECK_EQUAL(
      apus_wasi_path_symlink(&guest, PATH_A, a, RO, PATH_B, length_b("new")),
      WASI_ROFS);
  CHECK_EQUAL(apus_wasi_path_filestat_set_times(&guest, RO, 1, PATH_A,
                                                length_a("file"), 1, 1, 5),
              WASI_ROFS);
  static const uint32_t pairs[3][2] = {{RO, RO}, {RO, BOX}, {BOX, RO}};
  for (int i = 0; i < 3; i++) {
    CHECK_EQUAL(rename_path(pairs[i][0], pairs[i][1], "new"), WASI_ROFS);
    CHECK_EQUAL(link_path(pairs[i][0], pairs[i][1], "new"), WASI_ROFS);
  }
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, RO, 1, 1, 5), WASI_ROFS);
}

static void test_files(void) {
  CHECK_EQUAL(try_open("new", CREATE, WASI_RIGHT_FD_READ), WASI_ROFS);
  CHECK_EQUAL(try_open("dangling", CREATE, WASI_RIGHT_FD_READ), WASI_ROFS);
  CHECK_EQUAL(try_open("file", TRUNCATE, WASI_RIGHT_FD_READ), WASI_ROFS);
  CHECK_EQUAL(try_open("file", 0, WASI_RIGHT_FD_WRITE), WASI_ROFS);
  CHECK_EQUAL(try_open("file", 0, ALL_RIGHTS), WASI_ROFS);
  CHECK_EQUAL(try_open("file", 0, WASI_RIGHT_FD_ALLOCATE), WASI_ROFS);
  uint32_t fd;
  CHECK_EQUAL(open_in(RO, "file", 0, 0,
                      WASI_RIGHT_FD_READ | WASI_RIGHT_FD_FILESTAT_SET_TIMES |
                          WASI_RIGHT_FD_SYNC,
                      &fd),
              WASI_SUCCESS);
  put32(0x400, 0x500);
  put32(0x404, 6);
  CHECK_EQUAL(apus_wasi_fd_read(&guest, fd, 0x400, 1, 0x100), WASI_SUCCESS);
  CHECK(memcmp(at(0x500), "inside", 6) == 0);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_pwrite(&guest, fd, 0x400, 1, 0, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, fd, 1, 1, 5),
              WASI_NOTCAPABLE);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_size(&guest, fd, 0), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_allocate(&guest, fd, 0, 100), WASI_NOTCAPABLE);
  CHECK_EQUAL(
      apus_wasi_fd_fdstat_set_rights(&guest, fd, WASI_RIGHT_FD_WRITE, 0),
      WASI_NOTCAPABLE);
  apus_wasi_fd_close(&guest, fd);
}

// A directory opened in the read-only one is read-only, also under a number
// that was another's.
static void test_inheritance(void) {
  uint32_t inner, other, fd;
  CHECK_EQUAL(open_in(RO, "dir", 0, WASI_OFLAG_DIRECTORY, ALL_RIGHTS, &inner),
              WASI_SUCCESS);
  CHECK_EQUAL(open_in(inner, "new", 0, CREATE, WASI_RIGHT_FD_READ, &fd),
              WASI_ROFS);
  CHECK_EQUAL(open_in(inner, "deep", 0, 0, WASI_RIGHT_FD_WRITE, &fd),
              WASI_ROFS);
  CHECK_EQUAL(open_in(BOX, "dir", 0, WASI_OFLAG_DIRECTORY,
                      ALL_RIGHTS & ~WASI_RIGHT_FD_WRITE, &other),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_renumber(&guest, inner, other), WASI_SUCCESS);
  CHECK_EQUAL(open_in(other, "new", 0, CREATE, WASI_RIGHT_FD_READ, &fd),
              WASI_ROFS);
  apus_wasi_fd_close(&guest, other);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, RO, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x208) & WASI_RIGHTS_CHANGING, 0);
}

static void test_reading(void) {
  CHECK_EQUAL(try_open("link", 0, WASI_RIGHT_FD_READ), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dir/deep", 0, WASI_RIGHT_FD_READ), WASI_SUCCESS);
  CHECK_EQUAL(try_open("../outside", 0, WASI_RIGHT_FD_READ), WASI_PERM);
  CHECK_EQUAL(apus_wasi_path_filestat_get(&guest, RO, 1, PATH_A,
                                          length_a("link"), 0x200),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_path_readlink(&guest, RO, PATH_A, length_a("link"),
                                      0x300, 16, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_readdir(&guest, RO, 0x8000, 1024, 0, 0x100),
              WASI_SUCCESS);
}

int main(void) {
  make_box();
  write_file("outside", "secret");
  write_file("box/file", "inside");
  mkdir("box/dir", 0777);
  write_file("box/dir/deep", "inside");
  symlink("file", "box/link");
  symlink("absent", "box/dangling");
  struct stat before, after;
  stat("box/file", &before);
  for (int mode = 0; mode < 2; mode++) {
    apus_path_without_openat2 = mode == 1;
    test_names();
    test_files();
    test_inheritance();
    test_reading();
  }
  stat("box/file", &after);
  CHECK_EQUAL(after.st_size, 6);
  CHECK_EQUAL(after.st_nlink, 1);
  CHECK_EQUAL(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
  CHECK(access("box/new", F_OK) != 0 && access("box/absent", F_OK) != 0);
  CHECK(access("box/dir/new", F_OK) != 0);
  CHECK_EQUAL(link_path(BOX, BOX, "new"), WASI_SUCCESS);
  return finish_checks();
}
