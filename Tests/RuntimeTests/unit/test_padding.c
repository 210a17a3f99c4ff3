// R11: what the runtime writes into a guest's memory holds nothing of the
// host's: padding, and fields that do not apply, are zero.

#include "unit.h"

static const uint32_t result = 0x2000;

// What a call does not write keeps this.
static void soil(void) { memset(at(result), 0xaa, 0x1000); }

static bool is(uint32_t first, uint32_t end, uint8_t byte) {
  for (uint32_t i = first; i < end; i++)
    if (*at(result + i) != byte)
      return false;
  return true;
}
#define ZERO(first, end) is(first, end, 0)
#define UNTOUCHED(first) is(first, 0x1000, 0xaa)

static void test_descriptors(void) {
  uint32_t fd;
  CHECK_EQUAL(open_in(BOX, "file", 0, 0, WASI_RIGHT_FD_READ | 1 << 21, &fd),
              WASI_SUCCESS);
  soil(); // filestat: 7 bytes after the type
  CHECK_EQUAL(apus_wasi_fd_filestat_get(&guest, fd, result), WASI_SUCCESS);
  CHECK(ZERO(17, 24) && UNTOUCHED(64));
  soil();
  uint32_t length = put_text(PATH_A, "file");
  CHECK_EQUAL(
      apus_wasi_path_filestat_get(&guest, BOX, 0, PATH_A, length, result),
      WASI_SUCCESS);
  CHECK(ZERO(17, 24) && UNTOUCHED(64));
  soil(); // of wasi_unstable: 3 bytes after the type
  CHECK_EQUAL(apus_wasi_unstable_fd_filestat_get(&guest, fd, result),
              WASI_SUCCESS);
  CHECK(ZERO(17, 20) && UNTOUCHED(56));
  soil(); // fdstat: 1 byte after the type, 4 after the flags
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, fd, result), WASI_SUCCESS);
  CHECK(ZERO(1, 2) && ZERO(4, 8) && UNTOUCHED(24));
  soil(); // prestat: 3 bytes after the tag
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, BOX, result), WASI_SUCCESS);
  CHECK(ZERO(1, 4) && UNTOUCHED(8));
  apus_wasi_fd_close(&guest, fd);
}

static void test_entries(void) {
  soil();
  CHECK_EQUAL(apus_wasi_fd_readdir(&guest, BOX, result, 0x800, 0, 0x100),
              WASI_SUCCESS);
  uint32_t used = load32(0x100), position = 0, entries = 0;
  while (position + 24 <= used) { // 3 bytes after the type
    CHECK(ZERO(position + 21, position + 24));
    position += 24 + load32(result + position + 16);
    entries++;
  }
  CHECK_EQUAL(position, used);
  CHECK_EQUAL(entries, 3);
  CHECK(UNTOUCHED(used));
}

static void test_events(void) {
  // A clock and a file that can be read.
  memset(at(0x800), 0, 96);
  put64(0x800, 0x1122334455667788);
  put32(0x810, 1);
  put64(0x830, 0x1122334455667788);
  *at(0x838) = 1;
  uint32_t fd;
  open_in(BOX, "file", 0, 0, WASI_RIGHT_FD_READ | WASI_RIGHT_POLL_FD_READWRITE,
          &fd);
  put32(0x840, fd);
  soil();
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, 0x800, result, 2, 0x100),
              WASI_SUCCESS);
  uint32_t events = load32(0x100);
  CHECK(events >= 1 && events <= 2);
  for (uint32_t i = 0; i < events; i++) {
    uint32_t event = 32 * i;
    CHECK(ZERO(event + 11, event + 16) && ZERO(event + 26, event + 32));
    if (*at(result + event + 10) == 0) // of a clock, nothing that is read
      CHECK(ZERO(event + 16, event + 32));
  }
  CHECK(UNTOUCHED(32 * events));
  apus_wasi_fd_close(&guest, fd);
}

int main(void) {
  make_box();
  write_file("box/file", "0123456789");
  test_descriptors();
  test_entries();
  test_events();
  return finish_checks();
}
