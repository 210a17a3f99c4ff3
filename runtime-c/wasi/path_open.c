// path_open.

#include "wasi.h"

#include "errno.h"
#include "fd_flags.h"
#include "fd_table.h"
#include "guest.h"
#include "path_resolve.h"

#include <sys/stat.h>
#include <unistd.h>

// The host's mode of access from the rights asked for.
static int access_mode(uint64_t rights, uint32_t oflags) {
  bool reads = (rights & (WASI_RIGHT_FD_READ | WASI_RIGHT_FD_READDIR)) != 0;
  uint64_t writing = WASI_RIGHT_FD_WRITE;
  // Guests ask for everything a directory could inherit; only a plain wish to
  // write is an error there.
  if (!(oflags & WASI_OFLAG_DIRECTORY))
    writing |= WASI_RIGHT_FD_ALLOCATE | WASI_RIGHT_FD_FILESTAT_SET_SIZE;
  if ((rights & writing) == 0)
    return O_RDONLY;
  return reads ? O_RDWR : O_WRONLY;
}

static int host_oflags(uint32_t oflags) {
  return (oflags & WASI_OFLAG_CREAT ? O_CREAT : 0) |
         (oflags & WASI_OFLAG_DIRECTORY ? O_DIRECTORY : 0) |
         (oflags & WASI_OFLAG_EXCL ? O_EXCL : 0) |
         (oflags & WASI_OFLAG_TRUNC ? O_TRUNC : 0);
}

// Of the rights asked for, those that make sense for what was opened.
static uint64_t applicable_rights(uint8_t filetype, int host) {
  switch (filetype) {
  case WASI_FILETYPE_DIRECTORY:
    return WASI_RIGHTS_DIRECTORY;
  case WASI_FILETYPE_REGULAR_FILE:
  case WASI_FILETYPE_BLOCK_DEVICE:
    return WASI_RIGHTS_FILE;
  case WASI_FILETYPE_CHARACTER_DEVICE:
    if (!isatty(host))
      return WASI_RIGHTS_FILE;
    break;
  default:
    break;
  }
  return WASI_RIGHTS_FILE & ~(WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL);
}

static uint32_t add(int host, uint64_t base, uint64_t inheriting,
                    bool is_read_only, guest_memory *memory, uint32_t result) {
  struct stat status;
  if (fstat(host, &status) != 0) {
    uint32_t error = apus_wasi_last_errno();
    close(host);
    return error;
  }
  uint8_t filetype = apus_filetype_from_mode(status.st_mode);
  if (filetype != WASI_FILETYPE_DIRECTORY)
    inheriting = 0;
  uint32_t fd;
  uint32_t error = apus_fd_add(
      (apus_fd){.host = host,
                .kind_known = true,
                .filetype = filetype,
                .is_read_only = is_read_only,
                .rights_base = base & applicable_rights(filetype, host),
                .rights_inheriting = inheriting},
      &fd);
  return error != WASI_SUCCESS ? error : apus_guest_store32(memory, result, fd);
}

uint32_t apus_wasi_path_open(guest_memory *memory, uint32_t fd,
                             uint32_t dirflags, uint32_t path,
                             uint32_t path_len, uint32_t oflags,
                             uint64_t rights_base, uint64_t rights_inheriting,
                             uint32_t fdflags, uint32_t result) {
  uint64_t needed = WASI_RIGHT_PATH_OPEN;
  if (oflags & WASI_OFLAG_CREAT)
    needed |= WASI_RIGHT_PATH_CREATE_FILE;
  if (oflags & WASI_OFLAG_TRUNC)
    needed |= WASI_RIGHT_PATH_FILESTAT_SET_SIZE;
  apus_fd *directory;
  uint32_t error = apus_fd_get(fd, needed, &directory);
  if (error != WASI_SUCCESS)
    return error;
  uint32_t impossible = WASI_OFLAG_CREAT | WASI_OFLAG_DIRECTORY;
  if (oflags > 15 || fdflags > 31 || dirflags > 1 ||
      (oflags & impossible) == impossible)
    return WASI_INVAL;
  char text[APUS_PATH_MAX];
  error = apus_path_load(memory, path, path_len, text);
  if (error != WASI_SUCCESS)
    return error;
  if (apus_guest_range(memory, result, 1, 4) == NULL)
    return WASI_FAULT;
  // A directory hands on only what it may; guests ask for more out of habit.
  rights_base &= directory->rights_inheriting;
  rights_inheriting &= directory->rights_inheriting;
  int mode = access_mode(rights_base, oflags);
  if (directory->is_read_only) {
    if (mode != O_RDONLY && !(oflags & WASI_OFLAG_DIRECTORY))
      return WASI_ROFS;
    mode = O_RDONLY;
  }
  int flags =
      mode | host_oflags(oflags) | apus_fdflags_to_host(fdflags) | O_NOCTTY;
  if (!(dirflags & WASI_LOOKUP_SYMLINK_FOLLOW))
    flags |= O_NOFOLLOW;
  int host;
  error = apus_path_open_beneath(directory->host, text, flags, 0666, &host);
  if (error != WASI_SUCCESS)
    return error;
  return add(host, rights_base, rights_inheriting, directory->is_read_only,
             memory, result);
}
