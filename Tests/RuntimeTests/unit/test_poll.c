// poll_oneoff, clocks, random bytes (W11, W13, W14).

#include "unit.h"

#include <sys/socket.h>

static void put_clock(uint32_t address, uint64_t userdata, uint32_t id,
                      uint64_t timeout, uint16_t flags) {
  memset(at(address), 0, 48);
  put64(address, userdata);
  put32(address + 16, id);
  put64(address + 24, timeout);
  memcpy(at(address + 40), &flags, 2);
}

static void put_descriptor(uint32_t address, uint64_t userdata, uint8_t tag,
                           uint32_t fd) {
  memset(at(address), 0, 48);
  put64(address, userdata);
  *at(address + 8) = tag;
  put32(address + 16, fd);
}

#define IN 0x1000u
#define OUT 0x2000u

static uint32_t poll_once(uint32_t count) {
  put32(0x100, 0);
  return apus_wasi_poll_oneoff(&guest, IN, OUT, count, 0x100);
}

static void test_clocks(void) {
  CHECK_EQUAL(poll_once(0), WASI_INVAL);
  uint64_t before = apus_monotonic_nanoseconds();
  put_clock(IN, 7, 1, 20000000, 0);
  CHECK_EQUAL(poll_once(1), WASI_SUCCESS);
  CHECK(apus_monotonic_nanoseconds() - before >= 20000000);
  CHECK_EQUAL(load32(0x100), 1);
  CHECK_EQUAL(load64(OUT), 7);
  CHECK_EQUAL(load64(OUT + 8), 0); // error, type and padding
  // In the past, and never; the nearer one decides.
  put_clock(IN, 1, 0, 5, 1);
  CHECK_EQUAL(poll_once(1), WASI_SUCCESS);
  put_clock(IN, 1, 1, UINT64_MAX, 0);
  put_clock(IN + 48, 2, 0, 1000, 0);
  CHECK_EQUAL(poll_once(2), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 1);
  CHECK_EQUAL(load64(OUT), 2);
  put_clock(IN, 1, 99, 0, 0);
  CHECK_EQUAL(poll_once(1), WASI_SUCCESS);
  CHECK_EQUAL(*at(OUT + 8), WASI_INVAL);
  put_clock(IN, 1, 2, 0, 0);
  CHECK_EQUAL(poll_once(1), WASI_SUCCESS);
  CHECK_EQUAL(*at(OUT + 8), WASI_NOTSUP);
  *at(IN + 8) = 3;
  CHECK_EQUAL(poll_once(1), WASI_INVAL);
  // Many, and the two arrays over each other.
  for (uint32_t i = 0; i < 1000; i++)
    put_clock(IN + 48 * i, i, 1, i < 10 ? 0 : UINT64_MAX, 0);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, IN, IN, 1000, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 10);
  for (uint32_t i = 0; i < 10; i++)
    CHECK_EQUAL(load64(IN + 32 * i), i);
}

static void test_bounds(void) {
  uint32_t in_end = MEMORY_SIZE - 2 * 48, out_end = MEMORY_SIZE - 2 * 32;
  put_clock(in_end, 1, 1, 0, 0);
  put_clock(in_end + 48, 1, 1, 0, 0);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, in_end, OUT, 2, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, in_end + 1, OUT, 2, 0x100),
              WASI_FAULT);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, in_end + 48, OUT, 2, 0x100),
              WASI_FAULT);
  put_clock(IN, 1, 1, 0, 0);
  put_clock(IN + 48, 1, 1, 0, 0);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, IN, out_end, 2, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, IN, out_end + 32, 2, 0x100),
              WASI_FAULT);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, IN, OUT, 1000000, 0x100),
              WASI_FAULT);
  CHECK_EQUAL(apus_wasi_poll_oneoff(&guest, IN, OUT, UINT32_MAX, 0x100),
              WASI_FAULT);
}

static void test_descriptors(void) {
  // Standard input and output become the ends of a socket.
  int ends[2], saved = dup(1);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  fflush(stdout);
  dup2(ends[0], 0);
  dup2(ends[0], 1);
  put_descriptor(IN, 1, 1, 0);
  put_descriptor(IN + 48, 2, 2, 1);
  uint32_t error = poll_once(2), count = load32(0x100);
  uint64_t ready = load64(OUT);
  uint8_t tag = *at(OUT + 10);
  if (write(ends[1], "hello", 5) != 5)
    abort();
  put_clock(IN + 48, 3, 1, UINT64_MAX, 0);
  uint32_t error2 = poll_once(2), count2 = load32(0x100);
  uint64_t bytes = load64(OUT + 16);
  put32(0x400, 0x500);
  put32(0x404, 3);
  uint32_t error3 = apus_wasi_sock_recv(&guest, 0, 0x400, 1, 1, 0x100, 0x110);
  uint32_t peeked = load32(0x100);
  uint32_t error4 = apus_wasi_sock_send(&guest, 1, 0x400, 1, 0, 0x100);
  char text[8] = {0};
  ssize_t got = read(ends[1], text, sizeof text);
  close(ends[1]);
  uint32_t error5 = poll_once(1);
  uint8_t hangup = *at(OUT + 24);
  dup2(saved, 1);
  CHECK_EQUAL(error, WASI_SUCCESS);
  CHECK_EQUAL(count, 1);
  CHECK_EQUAL(ready, 2);
  CHECK_EQUAL(tag, 2);
  CHECK_EQUAL(error2, WASI_SUCCESS);
  CHECK_EQUAL(count2, 1);
  CHECK_EQUAL(bytes, 5);
  CHECK_EQUAL(error3, WASI_SUCCESS);
  CHECK_EQUAL(peeked, 3);
  CHECK_EQUAL(error4, WASI_SUCCESS);
  CHECK(got == 3 && memcmp(text, "hel", 3) == 0);
  CHECK_EQUAL(error5, WASI_SUCCESS);
  CHECK_EQUAL(hangup, 1);
  put_descriptor(IN, 9, 1, 55);
  CHECK_EQUAL(poll_once(1), WASI_SUCCESS);
  CHECK_EQUAL(*at(OUT + 8), WASI_BADF);
  put_descriptor(IN, 9, 2, 0); // standard input is not writable
  CHECK_EQUAL(poll_once(1), WASI_SUCCESS);
  CHECK_EQUAL(*at(OUT + 8), WASI_BADF);
}

static void test_time_and_chance(void) {
  CHECK_EQUAL(apus_wasi_clock_time_get(&guest, 0, 0, 0x100), WASI_SUCCESS);
  CHECK(load64(0x100) > UINT64_C(1600000000000000000));
  for (uint32_t id = 1; id < 4; id++) {
    CHECK_EQUAL(apus_wasi_clock_time_get(&guest, id, 0, 0x100), WASI_SUCCESS);
    CHECK_EQUAL(apus_wasi_clock_res_get(&guest, id, 0x100), WASI_SUCCESS);
    CHECK(load64(0x100) > 0);
  }
  CHECK_EQUAL(apus_wasi_clock_time_get(&guest, 4, 0, 0x100), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_clock_res_get(&guest, UINT32_MAX, 0x100), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_random_get(&guest, 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_random_get(&guest, 0, MEMORY_SIZE), WASI_SUCCESS);
  int zeros = 0;
  for (uint32_t i = 0; i < MEMORY_SIZE; i++)
    zeros += *at(i) == 0;
  CHECK(zeros < 1000);
  CHECK_EQUAL(apus_wasi_random_get(&guest, 1, MEMORY_SIZE), WASI_FAULT);
  CHECK_EQUAL(apus_wasi_sched_yield(&guest), WASI_SUCCESS);
}

int main(void) {
  make_box();
  test_clocks();
  test_bounds();
  test_descriptors();
  test_time_and_chance();
  return finish_checks();
}
