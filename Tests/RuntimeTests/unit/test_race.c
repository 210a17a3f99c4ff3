// W4, briefly: while another thread turns a directory into a link that leads out
// and renames an ancestor, the guest never sees what is outside.

#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>

static atomic_bool stop;

static void *swap(void *unused) {
  (void)unused;
  while (!stop) {
    rename("box/a", "box/b");
    symlink("../outside", "box/a");
    unlink("box/a");
    rename("box/b", "box/a");
    rename("box/a/deep", "outside/deep");
    rename("outside/deep", "box/a/deep");
  }
  return NULL;
}

static void run(void) {
  static const char *paths[] = {"a/file", "a/deep/../file", "a/deep/../../a/file",
                                "a/deep/../../file"};
  int opened = 0, escaped = 0;
  for (int i = 0; i < 40000; i++) {
    uint32_t fd;
    if (open_in(BOX, paths[i % 4], 1, 0, WASI_RIGHT_FD_READ, &fd) !=
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
  pthread_t thread;
  if (pthread_create(&thread, NULL, swap, NULL) != 0)
    abort();
  run();
  apus_path_without_openat2 = true;
  run();
  stop = true;
  pthread_join(thread, NULL);
  return finish_checks();
}
