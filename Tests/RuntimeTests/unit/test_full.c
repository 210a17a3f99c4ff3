// W17: a file system that fills up.
//
// It is a tmpfs of this process's own, in a mount namespace.

#include "unit.h"

#include <sched.h>
#include <sys/mount.h>

// Puts a file system of half a megabyte in place of /tmp.
static bool mount_own(void) {
  return unshare(CLONE_NEWNS) == 0 &&
         mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount("tmpfs", "/tmp", "tmpfs", 0, "size=512k,mode=777") == 0;
}

static void test_full(void) {
  uint32_t fd, other;
  CHECK_EQUAL(open_in(BOX, "file", 0, WASI_OFLAG_CREAT, ALL_RIGHTS, &fd),
              WASI_SUCCESS);
  memset(at(0x8000), 'x', 0x10000);
  put32(0x400, 0x8000);
  put32(0x404, 0xfff0); // no divisor of what there is room for
  uint64_t total = 0;
  uint32_t error = WASI_SUCCESS, short_writes = 0;
  for (int i = 0; i < 100 && error == WASI_SUCCESS; i++) {
    put32(0x100, 0);
    error = apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100);
    if (error == WASI_SUCCESS) {
      total += load32(0x100);
      short_writes += load32(0x100) < 0xfff0;
    }
  }
  CHECK_EQUAL(error, WASI_NOSPC);
  CHECK_EQUAL(short_writes, 1);
  CHECK_EQUAL(apus_wasi_fd_filestat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x220), total); // what was said to be written is there
  CHECK_EQUAL(apus_wasi_fd_pwrite(&guest, fd, 0x400, 1, total, 0x100),
              WASI_NOSPC);
  CHECK_EQUAL(apus_wasi_fd_allocate(&guest, fd, 0, 1 << 20), WASI_NOSPC);
  // A file of no bytes still has a place, and room that is given back is used.
  CHECK_EQUAL(open_in(BOX, "other", 0, WASI_OFLAG_CREAT, ALL_RIGHTS, &other),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, other, 0x400, 1, 0x100), WASI_NOSPC);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_size(&guest, fd, 0), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, other, 0x400, 1, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 0xfff0);
  apus_wasi_fd_close(&guest, fd);
  apus_wasi_fd_close(&guest, other);
}

int main(void) {
  if (!mount_own()) {
    skip("a file system that fills up takes the right to mount one");
  } else {
    make_box();
    test_full();
  }
  return finish_checks();
}
