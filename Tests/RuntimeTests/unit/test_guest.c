// wasi/guest.h, and every WASI call with hostile pointers (W10): an error or a
// result, never an access outside of memory, which the address sanitizer sees.

#include "unit.h"
#include "wasi/guest.h"

static void test_ranges(void) {
  CHECK(apus_guest_range(&guest, 0, MEMORY_SIZE, 1) == at(0));
  CHECK(apus_guest_range(&guest, 0, MEMORY_SIZE + 1, 1) == NULL);
  CHECK(apus_guest_range(&guest, MEMORY_SIZE, 0, 8) != NULL);
  CHECK(apus_guest_range(&guest, MEMORY_SIZE + 1, 0, 8) == NULL);
  CHECK(apus_guest_range(&guest, MEMORY_SIZE - 3, 1, 4) == NULL);
  CHECK(apus_guest_range(&guest, MEMORY_SIZE - 4, 1, 4) != NULL);
  CHECK(apus_guest_range(&guest, 0xfffffffc, 1, 4) == NULL);
  CHECK(apus_guest_range(&guest, 0, UINT32_MAX, 48) == NULL);
  // 2^28 elements of 16 bytes: 2^32, which 32 bits would take for 0.
  CHECK(apus_guest_range(&guest, 0, 1u << 28, 16) == NULL);
  CHECK(apus_guest_range(NULL, 0, 0, 1) == NULL);
  CHECK_EQUAL(apus_guest_store64(&guest, MEMORY_SIZE - 7, 1), WASI_FAULT);
  CHECK_EQUAL(apus_guest_store32(NULL, 0, 1), WASI_FAULT);
}

#define POINTERS 7
#define LENGTHS 5
static const uint32_t pointers[POINTERS] = {
    0, 1, MEMORY_SIZE - 1, MEMORY_SIZE, 0xfffffffc, 0xffffffff,
    0x80000001};
static const uint32_t lengths[LENGTHS] = {0, 1, 7, 0x80000000, 0xffffffff};

static int calls;

// Of the functions that were swept, the names.
static const char *swept[64];
static size_t swept_count;

// Calls a function with every combination of hostile values in up to six places;
// a `d` is a descriptor, a `p` a pointer, an `l` a length, an `n` a small number.
static void sweep(const char *shape,
                  uint32_t (*call)(apus_memory *, const uint32_t *)) {
  uint32_t arguments[8];
  size_t count = strlen(shape), state[8] = {0};
  static const uint32_t descriptors[3] = {3, 99, 1};
  static const uint32_t numbers[3] = {0, 1, 0xffffffff};
  for (;;) {
    for (size_t i = 0; i < count; i++)
      arguments[i] = shape[i] == 'd'   ? descriptors[state[i]]
                     : shape[i] == 'p' ? pointers[state[i]]
                     : shape[i] == 'l' ? lengths[state[i]]
                                       : numbers[state[i]];
    call(&guest, arguments);
    call(NULL, arguments);
    calls += 2;
    size_t i = 0;
    for (; i < count; i++) {
      size_t limit = shape[i] == 'p' ? POINTERS : shape[i] == 'l' ? LENGTHS : 3;
      if (++state[i] < limit)
        break;
      state[i] = 0;
    }
    if (i == count)
      return;
  }
}

#define CALL(name, ...)                                                        \
  static uint32_t call_##name(apus_memory *m, const uint32_t *a) {             \
    (void)a;                                                                   \
    return apus_wasi_##name(m, __VA_ARGS__);                                   \
  }
CALL(args_get, a[0], a[1])
CALL(args_sizes_get, a[0], a[1])
CALL(environ_get, a[0], a[1])
CALL(environ_sizes_get, a[0], a[1])
CALL(clock_res_get, a[0], a[1])
CALL(clock_time_get, a[0], a[2], a[1])
CALL(fd_advise, a[0], a[1], a[2], a[3])
CALL(fd_allocate, a[0], a[1], a[2])
CALL(fd_datasync, a[0])
CALL(fd_fdstat_get, a[0], a[1])
CALL(fd_fdstat_set_flags, a[0], a[1])
CALL(fd_filestat_get, a[0], a[1])
CALL(fd_filestat_set_size, a[0], a[1])
CALL(fd_filestat_set_times, a[0], a[1], a[2], a[3])
CALL(fd_pread, a[0], a[1], a[2], 0, a[3])
CALL(fd_prestat_get, a[0], a[1])
CALL(fd_prestat_dir_name, a[0], a[1], a[2])
CALL(fd_pwrite, a[0], a[1], a[2], 0, a[3])
CALL(fd_read, a[0], a[1], a[2], a[3])
CALL(fd_readdir, a[0], a[1], a[2], a[3], a[4])
CALL(fd_renumber, a[0] + 90, a[1])
CALL(fd_seek, a[0], a[1], a[2], a[3])
CALL(fd_sync, a[0])
CALL(fd_tell, a[0], a[1])
CALL(fd_write, a[0], a[1], a[2], a[3])
CALL(path_create_directory, a[0], a[1], a[2])
CALL(path_filestat_get, a[0], a[1], a[2], a[3], a[4])
CALL(path_filestat_set_times, a[0], a[1], a[2], a[3], 0, 0, 0)
CALL(path_link, 3, 0, a[0], a[1], 3, a[2], a[3])
CALL(path_open, a[0], a[1], a[2], a[3], 0, 0, 0, 0, a[4])
CALL(path_readlink, a[0], a[1], a[2], a[3], a[4], a[5])
CALL(path_remove_directory, a[0], a[1], a[2])
CALL(path_rename, 3, a[0], a[1], 3, a[2], a[3])
CALL(path_symlink, a[0], a[1], 3, a[2], a[3])
CALL(path_unlink_file, a[0], a[1], a[2])
CALL(poll_oneoff, a[0], a[1], a[2], a[3])
CALL(proc_raise, a[0])
CALL(random_get, a[0], a[1])
CALL(sock_accept, a[0], a[1], a[2])
CALL(sock_recv, a[0], a[1], a[2], a[3], a[4], a[4])
CALL(sock_send, a[0], a[1], a[2], a[3], a[4])
CALL(sock_shutdown, a[0], a[1])
CALL(unstable_fd_filestat_get, a[0], a[1])
CALL(unstable_fd_seek, a[0], a[1], a[2], a[3])
CALL(unstable_path_filestat_get, a[0], a[1], a[2], a[3], a[4])
CALL(unstable_poll_oneoff, a[0], a[1], a[2], a[3])

static void test_hostile_pointers(void) {
  // Standard output must not receive what the sweep writes.
  int output = dup(1), nothing = open("/dev/null", O_WRONLY);
  fflush(stdout);
  dup2(nothing, 1);
#define SWEEP(name, shape)                                                     \
  do {                                                                         \
    swept[swept_count++] = #name;                                              \
    sweep(shape, call_##name);                                                 \
  } while (0)
  SWEEP(args_get, "pp");
  SWEEP(args_sizes_get, "pp");
  SWEEP(environ_get, "pp");
  SWEEP(environ_sizes_get, "pp");
  SWEEP(clock_res_get, "np");
  SWEEP(clock_time_get, "npn");
  SWEEP(fd_advise, "dnnn");
  SWEEP(fd_allocate, "dnn");
  SWEEP(fd_datasync, "d");
  SWEEP(fd_fdstat_get, "dp");
  SWEEP(fd_fdstat_set_flags, "dn");
  SWEEP(fd_filestat_get, "dp");
  SWEEP(fd_filestat_set_size, "dn");
  SWEEP(fd_filestat_set_times, "dnnn");
  SWEEP(fd_pread, "dplp");
  SWEEP(fd_prestat_get, "dp");
  SWEEP(fd_prestat_dir_name, "dpl");
  SWEEP(fd_pwrite, "dplp");
  memset(at(0), 0xff, 64);
  SWEEP(fd_write, "dplp");
  SWEEP(fd_read, "dplp");
  SWEEP(fd_readdir, "dplnp");
  SWEEP(fd_renumber, "dd");
  SWEEP(fd_seek, "dnnp");
  SWEEP(fd_sync, "d");
  SWEEP(fd_tell, "dp");
  SWEEP(path_create_directory, "dpl");
  SWEEP(path_filestat_get, "dnplp");
  SWEEP(path_filestat_set_times, "dnpl");
  SWEEP(path_link, "plpl");
  SWEEP(path_open, "dnplp");
  SWEEP(path_readlink, "dplplp");
  SWEEP(path_remove_directory, "dpl");
  SWEEP(path_rename, "plpl");
  SWEEP(path_symlink, "plpl");
  SWEEP(path_unlink_file, "dpl");
  // A descriptor or clock that is never ready would wait for ever: the tags are
  // invalid here, and test_poll.c has the rest.
  memset(at(0), 0xff, 128);
  SWEEP(poll_oneoff, "pplp");
  SWEEP(proc_raise, "n");
  SWEEP(random_get, "pl");
  SWEEP(sock_accept, "dnp");
  SWEEP(sock_recv, "dplnp");
  SWEEP(sock_send, "dplnp");
  SWEEP(sock_shutdown, "dn");
  SWEEP(unstable_fd_filestat_get, "dp");
  SWEEP(unstable_fd_seek, "dnnp");
  SWEEP(unstable_path_filestat_get, "dnplp");
  memset(at(0), 0xff, 128);
  SWEEP(unstable_poll_oneoff, "pplp");
  dup2(output, 1);
  CHECK(calls > 10000);
}

// A function that wasi.def gains is swept, or takes numbers only.
static void test_coverage(void) {
  static const char *const all[] = {
#define WASI(name, parameters, results) #name,
#include "wasi.def"
#undef WASI
  };
  static const char *const without_pointers[] = {
      "fd_close", "fd_fdstat_set_rights", "proc_exit", "sched_yield"};
  CHECK_EQUAL(sizeof all / sizeof all[0], 46);
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    bool found = false;
    for (size_t k = 0; k < swept_count; k++)
      found |= strcmp(all[i], swept[k]) == 0;
    for (size_t k = 0; k < 4; k++)
      found |= strcmp(all[i], without_pointers[k]) == 0;
    if (!found)
      printf("%s\n", all[i]);
    CHECK(found);
  }
}

int main(void) {
  make_box();
  test_ranges();
  // Reading standard input must not wait for a terminal.
  dup2(open("/dev/null", O_RDONLY), 0);
  test_hostile_pointers();
  test_coverage();
  return finish_checks();
}
