// Descriptors: rights, reading and writing, positions, directories, renumbering
// (W6 to W8, W12, W15, W16).

#include "unit.h"

static uint32_t open_file(const char *path, uint32_t oflags, uint64_t rights) {
  uint32_t fd;
  CHECK_EQUAL(open_in(BOX, path, 0, oflags, rights, &fd), WASI_SUCCESS);
  return fd;
}

// An iovec list at 0x400 with one buffer.
static void put_iovec(uint32_t pointer, uint32_t length) {
  put32(0x400, pointer);
  put32(0x404, length);
}

static void test_rights(void) {
  write_file("box/file", "0123456789");
  uint32_t fd = open_file("file", 0, WASI_RIGHT_FD_READ);
  put_iovec(0x500, 4);
  CHECK_EQUAL(apus_wasi_fd_read(&guest, fd, 0x400, 1, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 4);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_size(&guest, fd, 0), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_readdir(&guest, fd, 0x500, 64, 0, 0x100),
              WASI_NOTDIR);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(*at(0x200), WASI_FILETYPE_REGULAR_FILE);
  CHECK_EQUAL(load64(0x208), WASI_RIGHT_FD_READ);
  CHECK_EQUAL(load64(0x210), 0);
  CHECK_EQUAL(load32(0x204), 0); // padding
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_rights(&guest, fd, 64, 0),
              WASI_NOTCAPABLE);
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_rights(&guest, fd, 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_read(&guest, fd, 0x400, 1, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_close(&guest, fd), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_close(&guest, fd), WASI_BADF);

  // A directory hands on no more than it inherits.
  mkdir("box/dir", 0777);
  write_file("box/dir/file", "abc");
  uint32_t length = put_text(PATH_A, "dir");
  CHECK_EQUAL(apus_wasi_path_open(&guest, BOX, 0, PATH_A, length,
                                  WASI_OFLAG_DIRECTORY, ALL_RIGHTS & ~64ull,
                                  WASI_RIGHT_FD_READ, 0, 0x100),
              WASI_SUCCESS);
  uint32_t directory = load32(0x100), inner;
  CHECK_EQUAL(open_in(directory, "file", 0, 0, ALL_RIGHTS, &inner),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, inner, 0x400, 1, 0x100), WASI_BADF);
  apus_wasi_fd_close(&guest, inner);
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_rights(
                  &guest, directory, WASI_RIGHT_PATH_OPEN, WASI_RIGHT_FD_READ),
              WASI_SUCCESS);
  CHECK_EQUAL(open_in(directory, "new", 0, WASI_OFLAG_CREAT, 2, &inner),
              WASI_NOTCAPABLE);
  CHECK_EQUAL(open_in(directory, "file", 0, WASI_OFLAG_TRUNC, 2, &inner),
              WASI_NOTCAPABLE);
  CHECK_EQUAL(apus_wasi_fd_read(&guest, directory, 0x400, 1, 0x100),
              WASI_ISDIR);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, directory, 0, 0, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_sync(&guest, directory), WASI_BADF);
  apus_wasi_fd_close(&guest, directory);
  length = put_text(PATH_A, "dir");
  CHECK_EQUAL(apus_wasi_path_open(&guest, BOX, 0, PATH_A, length,
                                  WASI_OFLAG_DIRECTORY, 2 | 64, 0, 0, 0x100),
              WASI_ISDIR);
  fd = open_file("file", 0, 2);
  CHECK_EQUAL(open_in(fd, "x", 0, 0, 2, &inner), WASI_NOTDIR);
  apus_wasi_fd_close(&guest, fd);
}

static void test_io(void) {
  uint32_t fd = open_file("io", WASI_OFLAG_CREAT, ALL_RIGHTS);
  memcpy(at(0x500), "hello world", 11);
  put32(0x400, 0x500);
  put32(0x404, 5);
  put32(0x408, 0x505);
  put32(0x40c, 6);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 2, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 11);
  CHECK_EQUAL(apus_wasi_fd_tell(&guest, fd, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x100), 11);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, (uint64_t)-6, 2, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load64(0x100), 5);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, (uint64_t)-6, 1, 0x100),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, UINT64_C(1) << 63, 0, 0x100),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, 0, 3, 0x100), WASI_INVAL);
  put_iovec(0x600, 100);
  CHECK_EQUAL(apus_wasi_fd_pread(&guest, fd, 0x400, 1, 6, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 5);
  CHECK(memcmp(at(0x600), "world", 5) == 0);
  CHECK_EQUAL(apus_wasi_fd_pread(&guest, fd, 0x400, 1, UINT64_MAX, 0x100),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_pwrite(&guest, fd, 0x400, 1, UINT64_C(1) << 63,
                                  0x100),
              WASI_INVAL);
  // Reading over the list itself.
  put_iovec(0x400, 8);
  CHECK_EQUAL(apus_wasi_fd_pread(&guest, fd, 0x400, 1, 0, 0x100), WASI_SUCCESS);
  CHECK(memcmp(at(0x400), "hello wo", 8) == 0);

  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 0, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 0);
  for (uint32_t i = 0; i < 3000; i++) {
    put32(0x8000 + 8 * i, 0x500);
    put32(0x8004 + 8 * i, 1);
  }
  CHECK_EQUAL(apus_wasi_fd_pwrite(&guest, fd, 0x8000, 1024, 0, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 1024);
  CHECK_EQUAL(apus_wasi_fd_pwrite(&guest, fd, 0x8000, 3000, 0, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 1024); // as much as the host takes at once
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x8000, 1u << 29, 0x100),
              WASI_FAULT);
  put_iovec(MEMORY_SIZE - 4, 5);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100), WASI_FAULT);
  put_iovec(MEMORY_SIZE + 1, 0);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100), WASI_FAULT);

  CHECK_EQUAL(apus_wasi_fd_filestat_set_size(&guest, fd, 100), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_filestat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x220), 100);
  CHECK_EQUAL(load64(0x210), WASI_FILETYPE_REGULAR_FILE);
  uint32_t error = apus_wasi_fd_filestat_set_size(&guest, fd, UINT64_C(1) << 62);
  CHECK(error == WASI_FBIG || error == WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_size(&guest, fd, UINT64_MAX),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, fd, 1, 2, 5),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_filestat_set_times(&guest, fd, 1, 2, 12),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_filestat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x228), 1);
  CHECK_EQUAL(load64(0x230), 2);
  // Before 1970 there is no time for WASI.
  struct timespec old[2] = {{.tv_sec = -5}, {.tv_sec = -5}};
  utimensat(AT_FDCWD, "box/io", old, 0);
  CHECK_EQUAL(apus_wasi_fd_filestat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x230), 0);

  CHECK_EQUAL(apus_wasi_fd_allocate(&guest, fd, 0, 200), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_advise(&guest, fd, 0, 0, 3), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_advise(&guest, fd, 0, 0, 6), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_fd_sync(&guest, fd), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_datasync(&guest, fd), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_flags(&guest, fd, WASI_FDFLAG_APPEND),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, fd, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(*at(0x202), WASI_FDFLAG_APPEND);
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_flags(&guest, fd, 32), WASI_INVAL);
  apus_wasi_fd_close(&guest, fd);

  put_iovec(0x500, 1);
  CHECK_EQUAL(apus_wasi_fd_read(&guest, 77, 0x400, 1, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_read(&guest, UINT32_MAX, 0x400, 1, 0x100),
              WASI_BADF);
}

static void test_preopen(void) {
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, BOX, 0x100), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 0);
  CHECK_EQUAL(load32(0x104), 4);
  CHECK_EQUAL(apus_wasi_fd_prestat_dir_name(&guest, BOX, 0x200, 3),
              WASI_NAMETOOLONG);
  CHECK_EQUAL(apus_wasi_fd_prestat_dir_name(&guest, BOX, 0x200, 10),
              WASI_SUCCESS);
  CHECK(memcmp(at(0x200), "/box", 4) == 0);
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, 1, 0x100), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, 5, 0x100), WASI_BADF);
}

// --- Directories -------------------------------------------------------------

static int seen[1200];

// Reads on from a cookie; counts the entries called "f<number>".
static uint32_t read_entries(uint32_t fd, uint32_t size, uint64_t *cookie,
                             int *entries) {
  uint32_t error =
      apus_wasi_fd_readdir(&guest, fd, 0x8000, size, *cookie, 0x100);
  uint32_t used = load32(0x100), offset = 0;
  if (error != WASI_SUCCESS)
    return error;
  while (used - offset >= 24) {
    uint32_t entry = 0x8000 + offset, length = load32(entry + 16);
    if (used - offset - 24 < length)
      break;
    char name[256] = {0};
    memcpy(name, at(entry + 24), length);
    if (name[0] == 'f' && name[1] >= '0' && name[1] <= '9')
      seen[atoi(name + 1)]++;
    CHECK(at(entry)[21] == 0 && at(entry)[22] == 0 && at(entry)[23] == 0);
    *cookie = load64(entry);
    ++*entries;
    offset += 24 + length;
  }
  return used < size ? UINT32_MAX : WASI_SUCCESS; // the end
}

static void test_readdir(void) {
  mkdir("box/many", 0777);
  char name[64];
  for (int i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "box/many/f%d", i);
    write_file(name, "");
  }
  uint32_t fd = open_file("many", WASI_OFLAG_DIRECTORY, ALL_RIGHTS & ~64ull);
  static const uint32_t sizes[] = {64, 256, 4096, 0x10000 - 0x8000};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
    uint64_t cookie = 0;
    int entries = 0;
    memset(seen, 0, sizeof seen);
    while (read_entries(fd, sizes[s], &cookie, &entries) == WASI_SUCCESS) {
    }
    int once = 0;
    for (int i = 0; i < 1000; i++)
      once += seen[i] == 1;
    CHECK_EQUAL(entries, 1002);
    CHECK_EQUAL(once, 1000);
  }
  // What is removed and added between calls disturbs nothing else.
  uint64_t cookie = 0, first = 0;
  int entries = 0, once = 0;
  memset(seen, 0, sizeof seen);
  read_entries(fd, 256, &cookie, &entries);
  first = cookie;
  for (int i = 0; i < 1000; i += 2)
    if (!seen[i]) {
      snprintf(name, sizeof name, "box/many/f%d", i);
      unlink(name);
    }
  for (int i = 1000; i < 1100; i++) {
    snprintf(name, sizeof name, "box/many/f%d", i);
    write_file(name, "");
  }
  while (read_entries(fd, 256, &cookie, &entries) == WASI_SUCCESS) {
  }
  for (int i = 1; i < 1000; i += 2)
    once += seen[i] == 1;
  CHECK_EQUAL(once, 500);
  // Going back to an old cookie, and cookies that never were.
  CHECK(read_entries(fd, 256, &first, &entries) == WASI_SUCCESS);
  uint64_t wild = UINT64_MAX;
  CHECK_EQUAL(read_entries(fd, 256, &wild, &entries), WASI_INVAL);
  wild = INT64_MAX - 5;
  (void)read_entries(fd, 256, &wild, &entries);
  // Buffers that hold no entry, or part of one.
  static const uint32_t small[] = {0, 1, 23, 24, 25};
  for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
    CHECK_EQUAL(apus_wasi_fd_readdir(&guest, fd, 0x8000, small[i], 0, 0x100),
                WASI_SUCCESS);
    CHECK_EQUAL(load32(0x100), small[i]);
  }
  apus_wasi_fd_close(&guest, fd);
}

static int host_descriptors(void) {
  int count = 0;
  for (int fd = 0; fd < 256; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static void test_renumber(void) {
  uint32_t a = open_file("file", 0, 2), b = open_file("io", 0, 2);
  int before = host_descriptors();
  CHECK_EQUAL(apus_wasi_fd_renumber(&guest, a, a), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_renumber(&guest, a, 0x7fffffff), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_renumber(&guest, 50, a), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_renumber(&guest, a, b), WASI_SUCCESS);
  CHECK_EQUAL(host_descriptors(), before - 1);
  CHECK_EQUAL(apus_wasi_fd_close(&guest, a), WASI_BADF);
  CHECK_EQUAL(apus_wasi_fd_close(&guest, b), WASI_SUCCESS);
  for (int i = 0; i < 1000; i++) {
    a = open_file("file", 0, 2);
    b = open_file("io", 0, 2);
    apus_wasi_fd_renumber(&guest, a, b);
    apus_wasi_fd_close(&guest, b);
  }
  CHECK_EQUAL(host_descriptors(), before - 2);
}

static void test_exhaustion(void) {
  struct rlimit old, limit;
  getrlimit(RLIMIT_NOFILE, &old);
  limit = old;
  limit.rlim_cur = 64;
  setrlimit(RLIMIT_NOFILE, &limit);
  uint32_t fds[80], count = 0, error;
  while ((error = open_in(BOX, "file", 0, 0, 2, &fds[count])) == WASI_SUCCESS)
    count++;
  CHECK_EQUAL(error, WASI_MFILE);
  CHECK(count > 16); // the table has grown
  for (uint32_t i = 0; i < count; i++)
    CHECK_EQUAL(apus_wasi_fd_close(&guest, fds[i]), WASI_SUCCESS);
  CHECK_EQUAL(open_in(BOX, "file", 0, 0, 2, &fds[0]), WASI_SUCCESS);
  apus_wasi_fd_close(&guest, fds[0]);
  setrlimit(RLIMIT_NOFILE, &old);
}

int main(void) {
  make_box();
  test_rights();
  test_io();
  test_preopen();
  test_readdir();
  test_renumber();
  test_exhaustion();
  // Last: the granted directory itself can be closed.
  uint32_t fd;
  CHECK_EQUAL(apus_wasi_fd_close(&guest, BOX), WASI_SUCCESS);
  CHECK_EQUAL(open_in(BOX, "file", 0, 0, 2, &fd), WASI_BADF);
  return finish_checks();
}
