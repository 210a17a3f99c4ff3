// W15: a directory of 100,000 entries, each of which comes exactly once whatever
// the size of the buffer. W7: a million descriptors moved.

#include "unit.h"

#define ENTRIES 100000
#define BUFFER 0x8000u
#define BUFFER_SIZE 0x10000u

// Reads the directory with a buffer of `size`; counts how often each name
// comes.
static void count_entries(uint32_t size, uint8_t *seen, uint32_t *others) {
  uint64_t cookie = 0;
  uint32_t used;
  do {
    if (apus_wasi_fd_readdir(&guest, BOX, BUFFER, size, cookie, 0x100) !=
        WASI_SUCCESS)
      abort();
    used = load32(0x100);
    for (uint32_t at_ = 0; at_ + 24 <= used;) {
      uint32_t length = load32(BUFFER + at_ + 16);
      if (at_ + 24 + length > used)
        break; // cut: it comes again
      cookie = load64(BUFFER + at_);
      char name[16] = "";
      memcpy(name, at(BUFFER + at_ + 24), length < 15 ? length : 15);
      if (name[0] == 'n')
        seen[atoi(name + 1)]++;
      else
        ++*others;
      at_ += 24 + length;
    }
  } while (used == size);
}

static void test_many_entries(void) {
  for (int i = 0; i < ENTRIES; i++) {
    char name[32];
    snprintf(name, sizeof name, "box/n%d", i);
    int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
      abort();
    close(fd);
  }
  static const uint32_t sizes[] = {BUFFER_SIZE, 4096, 401};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
    uint8_t *seen = calloc(1, ENTRIES);
    uint32_t others = 0, wrong = 0;
    count_entries(sizes[s], seen, &others);
    for (int i = 0; i < ENTRIES; i++)
      wrong += seen[i] != 1;
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(others, 2); // itself and its parent
    free(seen);
  }
}

static void test_renumbering(void) {
  write_file("box/file", "0123456789");
  uint32_t a, b, errors = 0;
  int before = dup(0);
  close(before);
  errors += open_in(BOX, "file", 0, 0, WASI_RIGHT_FD_READ, &a);
  for (int i = 0; i < 1000000; i++) {
    errors += open_in(BOX, "file", 0, 0, WASI_RIGHT_FD_READ, &b);
    errors += apus_wasi_fd_renumber(&guest, b, a);
  }
  errors += apus_wasi_fd_close(&guest, a);
  CHECK_EQUAL(errors, 0);
  int after = dup(0);
  close(after);
  CHECK_EQUAL(after, before); // no descriptor of the host is left behind
}

int main(void) {
  make_box();
  test_renumbering();
  unlink("box/file");
  test_many_entries();
  return finish_checks();
}
