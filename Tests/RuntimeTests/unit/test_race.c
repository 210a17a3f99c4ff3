// W4: for five seconds another process turns a directory into a link that leads
// out and back, and renames an ancestor of an open walk, while the guest opens
// files: with openat2 and without it, it never sees what is outside.

#include "unit.h"

#include <signal.h>
#include <sys/wait.h>

#define NANOSECONDS UINT64_C(1000000000)
#define DURATION (5 * NANOSECONDS)

static void swap_for_ever(void) {
  for (;;) {
    rename("box/a", "box/b");
    symlink("../outside", "box/a");
    unlink("box/a");
    rename("box/b", "box/a");
    rename("box/a/deep", "outside/deep");
    rename("outside/deep", "box/a/deep");
    rename("box/target", "box/hidden");
    symlink("../outside/file", "box/target");
    unlink("box/target");
    rename("box/hidden", "box/target");
  }
}

static void run(uint64_t duration) {
  static const char *paths[] = {"a/file", "a/deep/../file",
                                "a/deep/../../a/file", "a/deep/../../file",
                                "target"};
  int opened = 0, escaped = 0, created = 0;
  uint64_t end = apus_monotonic_nanoseconds() + duration;
  for (int i = 0; apus_monotonic_nanoseconds() < end; i++) {
    uint32_t fd;
    // What is created must be inside as well.
    if (i % 16 == 0 && open_in(BOX, "a/new", 1, WASI_OFLAG_CREAT,
                               WASI_RIGHT_FD_READ, &fd) == WASI_SUCCESS) {
      apus_wasi_fd_close(&guest, fd);
      created++;
    }
    if (open_in(BOX, paths[i % 5], 1, 0, WASI_RIGHT_FD_READ, &fd) !=
        WASI_SUCCESS)
      continue;
    opened++;
    put32(0x400, 0x500);
    put32(0x404, 8);
    memset(at(0x500), 0, 8);
    apus_wasi_fd_read(&guest, fd, 0x400, 1, 0x100);
    escaped += memcmp(at(0x500), "secret", 6) == 0;
    apus_wasi_fd_close(&guest, fd);
  }
  CHECK_EQUAL(escaped, 0);
  CHECK(opened > 0);
  CHECK(created > 0);
}

int main(void) {
  make_box();
  mkdir("outside", 0777);
  write_file("outside/file", "secret");
  write_file("file", "secret");
  mkdir("box/a", 0777);
  mkdir("box/a/deep", 0777);
  write_file("box/a/file", "inside");
  write_file("box/file", "inside");
  write_file("box/target", "inside");
  pid_t other = fork();
  if (other == 0)
    swap_for_ever();
  run(DURATION / 2);
  apus_path_without_openat2 = true;
  run(DURATION / 2);
  kill(other, SIGKILL);
  waitpid(other, NULL, 0);
  CHECK(access("outside/new", F_OK) != 0);
  return finish_checks();
}
