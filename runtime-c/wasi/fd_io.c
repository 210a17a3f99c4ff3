// Reading, writing and seeking: fd_read, fd_write, fd_pread, fd_pwrite,
// fd_seek, fd_tell, fd_sync, fd_datasync, fd_advise, fd_allocate.
//
// A call may transfer less than asked for, as with readv and writev: long lists
// of buffers are cut at what the host takes at once.

#include "wasi.h"

#include "../platform/system_call_x86_64.h"
#include "errno.h"
#include "fd_table.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// --- Scattered reads and writes ----------------------------------------------

// The host's limit on the buffers of one call (UIO_MAXIOV).
#define MANY_BUFFERS 1024
#define FEW_BUFFERS 16

typedef enum { READ, WRITE, READ_AT, WRITE_AT } transfer_kind;

// A guest's iovec: pointer, length, both 32 bits.
#define GUEST_IOVEC_SIZE 8

typedef struct transfer {
  transfer_kind kind;
  int host;
  uint64_t offset;
  guest_memory *memory;
  const uint8_t *guest_iovecs;
  uint32_t count;
} transfer;

// The kernel copies and checks a list of buffers, which takes longer than the
// transfer of a small one: one buffer goes without.
static inline __attribute__((always_inline)) long
call_host(const transfer *t, const struct iovec *buffers, int count) {
  static const int numbers[][2] = {
      [READ] = {SYS_readv, SYS_read},
      [WRITE] = {SYS_writev, SYS_write},
      [READ_AT] = {SYS_preadv, SYS_pread64},
      [WRITE_AT] = {SYS_pwritev, SYS_pwrite64},
  };
  bool one = count == 1;
  return apus_call_system(
      numbers[t->kind][one], t->host,
      one ? (long)(uintptr_t)buffers[0].iov_base : (long)(uintptr_t)buffers,
      one ? (long)buffers[0].iov_len : count, (long)t->offset, 0);
}

// Translates all buffers before the host sees any: the data may lie over the
// list.
static inline __attribute__((always_inline)) uint32_t
run(const transfer *t, struct iovec *buffers, uint32_t limit,
    uint32_t *transferred) {
  int count = 0;
  // The result must fit in 32 bits, and the host stops here anyway.
  uint64_t left = 0x7ffff000;
  for (uint32_t i = 0; i < t->count && (uint32_t)count < limit; i++) {
    const uint8_t *iovec = t->guest_iovecs + (uint64_t)i * GUEST_IOVEC_SIZE;
    uint64_t length = apus_load32(iovec + 4);
    void *base = apus_guest_range(t->memory, apus_load32(iovec), length, 1);
    if (base == NULL)
      return WASI_FAULT;
    if (length > left)
      length = left;
    left -= length;
    if (length != 0)
      buffers[count++] = (struct iovec){base, length};
  }
  long result;
  do
    result = call_host(t, buffers, count);
  while (result == -EINTR);
  if (result < 0)
    return apus_wasi_errno_from_host((int)-result);
  *transferred = (uint32_t)result;
  return WASI_SUCCESS;
}

// Apart, so that the common call does not touch four pages of stack.
static __attribute__((noinline)) uint32_t run_many(const transfer *t,
                                                   uint32_t *transferred) {
  struct iovec buffers[MANY_BUFFERS];
  return run(t, buffers, MANY_BUFFERS, transferred);
}

// Once in each of the four functions, so that none is left on the way back
// (system_call_x86_64.h).
static inline __attribute__((always_inline)) uint32_t
perform(guest_memory *memory, transfer_kind kind, uint32_t fd, uint32_t iovs,
        uint32_t iovs_len, uint64_t offset, uint32_t result) {
  bool writes = kind == WRITE || kind == WRITE_AT;
  bool seeks = kind == READ_AT || kind == WRITE_AT;
  uint64_t rights = writes ? WASI_RIGHT_FD_WRITE : WASI_RIGHT_FD_READ;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, rights, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (seeks && (entry->rights_base & WASI_RIGHT_FD_SEEK) == 0)
    return WASI_SPIPE;
  const uint8_t *list =
      apus_guest_range(memory, iovs, iovs_len, GUEST_IOVEC_SIZE);
  // The result's place before the transfer, which could not be taken back.
  if (list == NULL || apus_guest_range(memory, result, 1, 4) == NULL)
    return WASI_FAULT;
  if (seeks && offset > INT64_MAX)
    return WASI_INVAL;
  transfer t = {kind, entry->host, offset, memory, list, iovs_len};
  struct iovec buffers[FEW_BUFFERS];
  uint32_t transferred = 0;
  error = iovs_len <= FEW_BUFFERS ? run(&t, buffers, FEW_BUFFERS, &transferred)
                                  : run_many(&t, &transferred);
  if (error != WASI_SUCCESS)
    return error;
  return apus_guest_store32(memory, result, transferred);
}

uint32_t apus_wasi_fd_read(guest_memory *memory, uint32_t fd, uint32_t iovs,
                           uint32_t iovs_len, uint32_t nread) {
  return perform(memory, READ, fd, iovs, iovs_len, 0, nread);
}

uint32_t apus_wasi_fd_write(guest_memory *memory, uint32_t fd, uint32_t iovs,
                            uint32_t iovs_len, uint32_t nwritten) {
  return perform(memory, WRITE, fd, iovs, iovs_len, 0, nwritten);
}

uint32_t apus_wasi_fd_pread(guest_memory *memory, uint32_t fd, uint32_t iovs,
                            uint32_t iovs_len, uint64_t offset,
                            uint32_t nread) {
  return perform(memory, READ_AT, fd, iovs, iovs_len, offset, nread);
}

uint32_t apus_wasi_fd_pwrite(guest_memory *memory, uint32_t fd, uint32_t iovs,
                             uint32_t iovs_len, uint64_t offset,
                             uint32_t nwritten) {
  return perform(memory, WRITE_AT, fd, iovs, iovs_len, offset, nwritten);
}

// --- Position ----------------------------------------------------------------

static uint32_t seek(guest_memory *memory, apus_fd *entry, int64_t offset,
                     int whence, uint32_t result) {
  if (apus_guest_range(memory, result, 1, 8) == NULL)
    return WASI_FAULT;
  off_t position = lseek(entry->host, offset, whence);
  if (position < 0)
    return apus_wasi_last_errno();
  return apus_guest_store64(memory, result, (uint64_t)position);
}

// A descriptor that cannot seek lacks the right from the start, but then the
// guest expects what a pipe says.
static uint32_t get_seekable(uint32_t fd, uint64_t right, apus_fd **entry) {
  uint32_t error = apus_fd_get(fd, 0, entry);
  if (error == WASI_SUCCESS)
    error = apus_fd_learn_kind(*entry);
  if (error != WASI_SUCCESS || ((*entry)->rights_base & right) != 0)
    return error;
  switch ((*entry)->filetype) {
  case WASI_FILETYPE_DIRECTORY:
    return WASI_BADF;
  case WASI_FILETYPE_REGULAR_FILE:
  case WASI_FILETYPE_BLOCK_DEVICE:
    return WASI_NOTCAPABLE;
  default:
    return WASI_SPIPE;
  }
}

// `host_whence` are the host's values for 0, 1 and 2.
static uint32_t seek_from(guest_memory *memory, uint32_t fd, uint64_t offset,
                          uint32_t whence, const int host_whence[3],
                          uint32_t result) {
  apus_fd *entry;
  // Asking where the position is needs only the right to know it.
  bool tells = whence <= 2 && host_whence[whence] == SEEK_CUR && offset == 0;
  uint32_t error = get_seekable(
      fd, WASI_RIGHT_FD_SEEK | (tells ? WASI_RIGHT_FD_TELL : 0), &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (whence > 2)
    return WASI_INVAL;
  return seek(memory, entry, (int64_t)offset, host_whence[whence], result);
}

uint32_t apus_wasi_fd_seek(guest_memory *memory, uint32_t fd, uint64_t offset,
                           uint32_t whence, uint32_t result) {
  static const int order[3] = {SEEK_SET, SEEK_CUR, SEEK_END};
  return seek_from(memory, fd, offset, whence, order, result);
}

uint32_t apus_wasi_unstable_fd_seek(guest_memory *memory, uint32_t fd,
                                    uint64_t offset, uint32_t whence,
                                    uint32_t result) {
  static const int order[3] = {SEEK_CUR, SEEK_END, SEEK_SET};
  return seek_from(memory, fd, offset, whence, order, result);
}

uint32_t apus_wasi_fd_tell(guest_memory *memory, uint32_t fd, uint32_t result) {
  apus_fd *entry;
  uint32_t error = get_seekable(fd, WASI_RIGHT_FD_TELL, &entry);
  if (error != WASI_SUCCESS)
    return error;
  return seek(memory, entry, 0, SEEK_CUR, result);
}

// --- Storage -----------------------------------------------------------------

uint32_t apus_wasi_fd_sync(guest_memory *memory, uint32_t fd) {
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_SYNC, &entry);
  if (error != WASI_SUCCESS)
    return error;
  int result;
  do
    result = fsync(entry->host);
  while (result != 0 && errno == EINTR);
  return result != 0 ? apus_wasi_last_errno() : WASI_SUCCESS;
}

uint32_t apus_wasi_fd_datasync(guest_memory *memory, uint32_t fd) {
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_DATASYNC, &entry);
  if (error != WASI_SUCCESS)
    return error;
  int result;
  do
    result = fdatasync(entry->host);
  while (result != 0 && errno == EINTR);
  return result != 0 ? apus_wasi_last_errno() : WASI_SUCCESS;
}

uint32_t apus_wasi_fd_advise(guest_memory *memory, uint32_t fd, uint64_t offset,
                             uint64_t length, uint32_t advice) {
  static const int host_advice[6] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL,
                                     POSIX_FADV_RANDOM,   POSIX_FADV_WILLNEED,
                                     POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE};
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_ADVISE, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (advice > 5 || offset > INT64_MAX || length > INT64_MAX)
    return WASI_INVAL;
  return apus_wasi_errno_from_host(posix_fadvise(
      entry->host, (off_t)offset, (off_t)length, host_advice[advice]));
}

uint32_t apus_wasi_fd_allocate(guest_memory *memory, uint32_t fd,
                               uint64_t offset, uint64_t length) {
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_ALLOCATE, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (offset > INT64_MAX || length > INT64_MAX)
    return WASI_INVAL;
  do
    error = apus_wasi_errno_from_host(
        posix_fallocate(entry->host, (off_t)offset, (off_t)length));
  while (error == WASI_INTR);
  return error;
}
