// Descriptors themselves: fd_close, fd_renumber, fd_fdstat_get,
// fd_fdstat_set_flags, fd_fdstat_set_rights, fd_prestat_get,
// fd_prestat_dir_name.

#include "wasi.h"

#include "errno.h"
#include "fd_flags.h"
#include "fd_table.h"
#include "guest.h"

#include <fcntl.h>
#include <unistd.h>

uint32_t apus_wasi_fd_close(guest_memory *memory, uint32_t fd) {
  (void)memory;
  return apus_fd_close(fd);
}

uint32_t apus_wasi_fd_renumber(guest_memory *memory, uint32_t from,
                               uint32_t to) {
  (void)memory;
  return apus_fd_renumber(from, to);
}

// fdstat: u8 filetype, u16 flags at 2, u64 base rights at 8, u64 inheriting
// at 16.
uint32_t apus_wasi_fd_fdstat_get(guest_memory *memory, uint32_t fd,
                                 uint32_t result) {
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, 0, &entry);
  if (error == WASI_SUCCESS)
    error = apus_fd_learn_kind(entry);
  if (error != WASI_SUCCESS)
    return error;
  int host_flags = fcntl(entry->host, F_GETFL);
  if (host_flags < 0)
    return apus_wasi_last_errno();
  uint8_t bytes[24] = {entry->filetype};
  uint16_t flags = apus_fdflags_from_host(host_flags);
  // A directory is opened without blocking for the host's sake only.
  if (entry->filetype == WASI_FILETYPE_DIRECTORY)
    flags = 0;
  memcpy(bytes + 2, &flags, sizeof flags);
  memcpy(bytes + 8, &entry->rights_base, 8);
  memcpy(bytes + 16, &entry->rights_inheriting, 8);
  return apus_guest_store(memory, result, bytes, sizeof bytes);
}

uint32_t apus_wasi_fd_fdstat_set_flags(guest_memory *memory, uint32_t fd,
                                       uint32_t flags) {
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_FDSTAT_SET_FLAGS, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (flags > 31)
    return WASI_INVAL;
  // Linux ignores changes of the synchronisation flags; better to say so.
  int host_flags = fcntl(entry->host, F_GETFL);
  if (host_flags < 0)
    return apus_wasi_last_errno();
  uint32_t fixed = WASI_FDFLAG_DSYNC | WASI_FDFLAG_RSYNC | WASI_FDFLAG_SYNC;
  if ((flags & fixed & ~(uint32_t)apus_fdflags_from_host(host_flags)) != 0)
    return WASI_NOTSUP;
  host_flags &= ~(O_APPEND | O_NONBLOCK);
  if (fcntl(entry->host, F_SETFL, host_flags | apus_fdflags_to_host(flags)) < 0)
    return apus_wasi_last_errno();
  return WASI_SUCCESS;
}

uint32_t apus_wasi_fd_fdstat_set_rights(guest_memory *memory, uint32_t fd,
                                        uint64_t base, uint64_t inheriting) {
  (void)memory;
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, 0, &entry);
  if (error == WASI_SUCCESS)
    error = apus_fd_learn_kind(entry);
  if (error != WASI_SUCCESS)
    return error;
  if ((base & ~entry->rights_base) != 0 ||
      (inheriting & ~entry->rights_inheriting) != 0)
    return WASI_NOTCAPABLE; // rights only shrink
  entry->rights_base = base;
  entry->rights_inheriting = inheriting;
  return WASI_SUCCESS;
}

static uint32_t get_preopen(uint32_t fd, const char **name) {
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, 0, &entry);
  if (error != WASI_SUCCESS)
    return error;
  *name = entry->preopen_name;
  return *name != NULL ? WASI_SUCCESS : WASI_BADF;
}

// prestat: u8 tag (0 is a directory), u32 length of its name at 4.
uint32_t apus_wasi_fd_prestat_get(guest_memory *memory, uint32_t fd,
                                  uint32_t result) {
  const char *name;
  uint32_t error = get_preopen(fd, &name);
  if (error != WASI_SUCCESS)
    return error;
  uint32_t bytes[2] = {0, (uint32_t)strlen(name)};
  return apus_guest_store(memory, result, bytes, sizeof bytes);
}

uint32_t apus_wasi_fd_prestat_dir_name(guest_memory *memory, uint32_t fd,
                                       uint32_t path, uint32_t path_len) {
  const char *name;
  uint32_t error = get_preopen(fd, &name);
  if (error != WASI_SUCCESS)
    return error;
  if (path_len < strlen(name))
    return WASI_NAMETOOLONG;
  return apus_guest_store(memory, path, name, strlen(name));
}
