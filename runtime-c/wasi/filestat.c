// Sizes and times: fd_filestat_get, fd_filestat_set_size,
// fd_filestat_set_times, path_filestat_get, path_filestat_set_times.

#include "wasi.h"

#include "errno.h"
#include "fd_table.h"
#include "guest.h"
#include "path_resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

// Times before 1970 or after 2554 have no form in WASI: the nearest that has
// one.
static uint64_t nanoseconds(const struct timespec *time) {
  uint64_t result;
  if (time->tv_sec < 0)
    return 0;
  if (__builtin_mul_overflow((uint64_t)time->tv_sec, UINT64_C(1000000000),
                             &result) ||
      __builtin_add_overflow(result, (uint64_t)time->tv_nsec, &result))
    return UINT64_MAX;
  return result;
}

// Stores a filestat in the form of one version of WASI.
typedef uint32_t (*filestat_form)(guest_memory *memory, uint32_t result,
                                  const struct stat *status, uint8_t filetype);

// filestat: u64 device, inode at 8, u8 type at 16, u64 links at 24, size at 32,
// access, modification and change time at 40, 48, 56.
static uint32_t store_filestat(guest_memory *memory, uint32_t result,
                               const struct stat *status, uint8_t filetype) {
  uint64_t fields[8] = {
      status->st_dev,
      status->st_ino,
      filetype, // the seven bytes of padding are zero
      status->st_nlink,
      (uint64_t)status->st_size,
      nanoseconds(&status->st_atim),
      nanoseconds(&status->st_mtim),
      nanoseconds(&status->st_ctim),
  };
  return apus_guest_store(memory, result, fields, sizeof fields);
}

// wasi_unstable's has u32 links at 20, and what follows 8 bytes earlier.
static uint32_t store_unstable(guest_memory *memory, uint32_t result,
                               const struct stat *status, uint8_t filetype) {
  uint64_t fields[7] = {
      status->st_dev,
      status->st_ino,
      filetype | (uint64_t)(uint32_t)status->st_nlink << 32,
      (uint64_t)status->st_size,
      nanoseconds(&status->st_atim),
      nanoseconds(&status->st_mtim),
      nanoseconds(&status->st_ctim),
  };
  return apus_guest_store(memory, result, fields, sizeof fields);
}

static uint32_t stat_fd(uint32_t fd, struct stat *status, uint8_t *filetype) {
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_FILESTAT_GET, &entry);
  if (error == WASI_SUCCESS)
    error = apus_fd_learn_kind(entry);
  if (error != WASI_SUCCESS)
    return error;
  *filetype = entry->filetype;
  return fstat(entry->host, status) != 0 ? apus_wasi_last_errno()
                                         : WASI_SUCCESS;
}

static uint32_t fd_filestat_get(guest_memory *memory, uint32_t fd,
                                uint32_t result, filestat_form store) {
  struct stat status;
  uint8_t filetype;
  uint32_t error = stat_fd(fd, &status, &filetype);
  return error != WASI_SUCCESS ? error
                               : store(memory, result, &status, filetype);
}

uint32_t apus_wasi_fd_filestat_get(guest_memory *memory, uint32_t fd,
                                   uint32_t result) {
  return fd_filestat_get(memory, fd, result, store_filestat);
}

uint32_t apus_wasi_unstable_fd_filestat_get(guest_memory *memory, uint32_t fd,
                                            uint32_t result) {
  return fd_filestat_get(memory, fd, result, store_unstable);
}

uint32_t apus_wasi_fd_filestat_set_size(guest_memory *memory, uint32_t fd,
                                        uint64_t size) {
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_FILESTAT_SET_SIZE, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (size > INT64_MAX)
    return WASI_INVAL;
  int result;
  do
    result = ftruncate(entry->host, (off_t)size);
  while (result != 0 && errno == EINTR);
  return result != 0 ? apus_wasi_last_errno() : WASI_SUCCESS;
}

// --- Times -------------------------------------------------------------------

static struct timespec host_time(uint64_t time, uint32_t flags, uint32_t given,
                                 uint32_t now) {
  if (flags & now)
    return (struct timespec){.tv_nsec = UTIME_NOW};
  if (!(flags & given))
    return (struct timespec){.tv_nsec = UTIME_OMIT};
  return (struct timespec){.tv_sec = (time_t)(time / 1000000000),
                           .tv_nsec = (long)(time % 1000000000)};
}

static uint32_t host_times(uint64_t atim, uint64_t mtim, uint32_t flags,
                           struct timespec times[2]) {
  uint32_t both_atim = WASI_FSTFLAG_ATIM | WASI_FSTFLAG_ATIM_NOW;
  uint32_t both_mtim = WASI_FSTFLAG_MTIM | WASI_FSTFLAG_MTIM_NOW;
  if (flags > 15 || (flags & both_atim) == both_atim ||
      (flags & both_mtim) == both_mtim)
    return WASI_INVAL;
  times[0] = host_time(atim, flags, WASI_FSTFLAG_ATIM, WASI_FSTFLAG_ATIM_NOW);
  times[1] = host_time(mtim, flags, WASI_FSTFLAG_MTIM, WASI_FSTFLAG_MTIM_NOW);
  return WASI_SUCCESS;
}

uint32_t apus_wasi_fd_filestat_set_times(guest_memory *memory, uint32_t fd,
                                         uint64_t atim, uint64_t mtim,
                                         uint32_t fst_flags) {
  (void)memory;
  apus_fd *entry;
  struct timespec times[2];
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_FILESTAT_SET_TIMES, &entry);
  if (error == WASI_SUCCESS)
    error = host_times(atim, mtim, fst_flags, times);
  if (error != WASI_SUCCESS)
    return error;
  return futimens(entry->host, times) != 0 ? apus_wasi_last_errno()
                                           : WASI_SUCCESS;
}

// --- By path -----------------------------------------------------------------

// Opens what the path names without reading it: any kind of file, a link
// included unless it is to be followed.
static uint32_t open_path(guest_memory *memory, uint32_t fd, uint64_t right,
                          uint32_t flags, uint32_t path, uint32_t path_len,
                          int *host) {
  apus_fd *directory;
  char text[APUS_PATH_MAX];
  uint32_t error = apus_fd_get(fd, right, &directory);
  if (error == WASI_SUCCESS && flags > WASI_LOOKUP_SYMLINK_FOLLOW)
    error = WASI_INVAL;
  if (error == WASI_SUCCESS)
    error = apus_path_load(memory, path, path_len, text);
  if (error != WASI_SUCCESS)
    return error;
  int nofollow = flags & WASI_LOOKUP_SYMLINK_FOLLOW ? 0 : O_NOFOLLOW;
  return apus_path_open_beneath(directory->host, text, O_PATH | nofollow, 0,
                                host);
}

static uint32_t path_filestat_get(guest_memory *memory, uint32_t fd,
                                  uint32_t flags, uint32_t path,
                                  uint32_t path_len, uint32_t result,
                                  filestat_form store) {
  int host;
  uint32_t error = open_path(memory, fd, WASI_RIGHT_PATH_FILESTAT_GET, flags,
                             path, path_len, &host);
  if (error != WASI_SUCCESS)
    return error;
  struct stat status;
  if (fstat(host, &status) != 0)
    error = apus_wasi_last_errno();
  close(host);
  return error != WASI_SUCCESS ? error
                               : store(memory, result, &status,
                                       apus_filetype_from_mode(status.st_mode));
}

uint32_t apus_wasi_path_filestat_get(guest_memory *memory, uint32_t fd,
                                     uint32_t flags, uint32_t path,
                                     uint32_t path_len, uint32_t result) {
  return path_filestat_get(memory, fd, flags, path, path_len, result,
                           store_filestat);
}

uint32_t apus_wasi_unstable_path_filestat_get(guest_memory *memory, uint32_t fd,
                                              uint32_t flags, uint32_t path,
                                              uint32_t path_len,
                                              uint32_t result) {
  return path_filestat_get(memory, fd, flags, path, path_len, result,
                           store_unstable);
}

uint32_t apus_wasi_path_filestat_set_times(guest_memory *memory, uint32_t fd,
                                           uint32_t flags, uint32_t path,
                                           uint32_t path_len, uint64_t atim,
                                           uint64_t mtim, uint32_t fst_flags) {
  struct timespec times[2];
  uint32_t error = host_times(atim, mtim, fst_flags, times);
  if (error != WASI_SUCCESS)
    return error;
  int host;
  error = open_path(memory, fd, WASI_RIGHT_PATH_FILESTAT_SET_TIMES, flags, path,
                    path_len, &host);
  if (error != WASI_SUCCESS)
    return error;
  // Of what was opened, whatever bears the name by now. Linux 5.8.
  if (utimensat(host, "", times, AT_EMPTY_PATH) != 0)
    error = apus_wasi_last_errno();
  close(host);
  return error;
}
