// What the unit tests share: a guest memory on the heap, so that the address
// sanitizer sees its ends, and a granted scratch directory.

#ifndef UNIT_H
#define UNIT_H

#include "../check.h"
#include "core/runtime.h"
#include "wasi/fd_table.h"
#include "wasi/path_resolve.h"
#include "wasi/wasi.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_SIZE 0x20000u

static apus_memory guest;

static inline uint8_t *at(uint64_t address) {
  return (uint8_t *)(uintptr_t)guest.base + address;
}
static inline uint32_t load32(uint32_t address) {
  uint32_t value;
  memcpy(&value, at(address), 4);
  return value;
}
static inline uint64_t load64(uint32_t address) {
  uint64_t value;
  memcpy(&value, at(address), 8);
  return value;
}
static inline void put32(uint32_t address, uint32_t value) {
  memcpy(at(address), &value, 4);
}
static inline void put64(uint32_t address, uint64_t value) {
  memcpy(at(address), &value, 8);
}
// Where paths are put; two at a time.
#define PATH_A 0x1000u
#define PATH_B 0x3000u
static inline uint32_t put_text(uint32_t address, const char *text) {
  memcpy(at(address), text, strlen(text));
  return (uint32_t)strlen(text);
}

static inline void make_memory(void) {
  guest.base = (uintptr_t)calloc(1, MEMORY_SIZE);
  guest.byte_length = MEMORY_SIZE;
  guest.maximum_pages = 2;
  guest.page_size_log2 = 16;
}

// --- Scratch directory: <scratch>/box is granted as descriptor 3, and once more
// as 4, where it is read-only -------------------------------------------------

static char scratch[] = "/tmp/apus-test-XXXXXX";
static char box[64];
#define BOX 3u
#define READ_ONLY_BOX 4u

static inline int remove_one(const char *path, const struct stat *status,
                             int type, struct FTW *info) {
  (void)status, (void)type, (void)info;
  return remove(path);
}

static inline void remove_scratch(void) {
  nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void make_box(void) {
  make_memory();
  umask(022);
  if (mkdtemp(scratch) == NULL || chdir(scratch) != 0 || mkdir("box", 0777))
    abort();
  atexit(remove_scratch);
  snprintf(box, sizeof box, "%s/box", scratch);
  static char *arguments[] = {"unit",   "dir", box,    "/box", "dir-ro",
                              box,      "/ro", "--",   NULL};
  static char *environment[] = {NULL};
  if (!apus_arguments_create(8, arguments, environment))
    abort();
  apus_fd_table_start();
}

static inline void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
    abort();
  close(fd);
}

#define ALL_RIGHTS UINT64_MAX

// Opens a path of the guest in `directory` for reading and, with `flags`, more.
static inline uint32_t open_in(uint32_t directory, const char *path,
                               uint32_t dirflags, uint32_t oflags,
                               uint64_t rights, uint32_t *fd) {
  uint32_t length = put_text(PATH_A, path);
  uint32_t error =
      apus_wasi_path_open(&guest, directory, dirflags, PATH_A, length, oflags,
                          rights, ALL_RIGHTS, 0, 0x100);
  *fd = load32(0x100);
  return error;
}

#endif
