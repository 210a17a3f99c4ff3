// fd_readdir.
//
// A cookie is the host's own position in the directory, which stays good while
// entries come and go. What the host gave and the guest had no room for is
// kept, so that reading on needs no seek: some file systems lose their place by
// one.

#include "wasi.h"

#include "../platform/platform.h"
#include "errno.h"
#include "fd_table.h"
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STREAM_SIZE 32768

typedef struct apus_directory_stream {
  uint64_t cookie; // of the entry at `at`
  uint32_t at;     // first entry the guest has not been given
  uint32_t end;
  uint8_t entries[STREAM_SIZE - 16];
} stream;

// As in getdents64(2): inode, offset of the next entry, length, type, name.
typedef struct host_entry {
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t type;
  char name[];
} host_entry;

// dirent: u64 next cookie, u64 inode, u32 length of the name at 16, u8 type
// at 20.
#define GUEST_DIRENT_SIZE 24

void apus_directory_stream_close(stream *s) { apus_unmap(s, sizeof *s); }

static uint8_t filetype_from_dirent(uint8_t type) {
  switch (type) {
  case DT_REG:
    return WASI_FILETYPE_REGULAR_FILE;
  case DT_DIR:
    return WASI_FILETYPE_DIRECTORY;
  case DT_LNK:
    return WASI_FILETYPE_SYMBOLIC_LINK;
  case DT_CHR:
    return WASI_FILETYPE_CHARACTER_DEVICE;
  case DT_BLK:
    return WASI_FILETYPE_BLOCK_DEVICE;
  case DT_SOCK:
    return WASI_FILETYPE_SOCKET_STREAM;
  default:
    return WASI_FILETYPE_UNKNOWN;
  }
}

static uint32_t position(apus_fd *entry, uint64_t cookie) {
  stream *s = entry->stream;
  if (s == NULL) {
    s = entry->stream = apus_map(sizeof *s);
    if (s == NULL)
      return WASI_NOMEM;
  } else if (cookie == s->cookie && cookie != 0) {
    return WASI_SUCCESS;
  }
  // Cookie 0 always starts anew, so that the guest sees what was added.
  if (cookie > INT64_MAX)
    return WASI_INVAL;
  s->at = s->end = 0;
  if (lseek(entry->host, (off_t)cookie, SEEK_SET) < 0)
    return apus_wasi_last_errno();
  s->cookie = cookie;
  return WASI_SUCCESS;
}

// Reads more entries if none are left. At the end of the directory none are.
static uint32_t refill(apus_fd *entry) {
  stream *s = entry->stream;
  if (s->at < s->end)
    return WASI_SUCCESS;
  long got;
  do
    got = syscall(SYS_getdents64, entry->host, s->entries, sizeof s->entries);
  while (got < 0 && errno == EINTR);
  s->at = s->end = 0;
  if (got < 0) // NOENT: removed while open, so nothing is left in it
    return errno == ENOENT ? WASI_SUCCESS : apus_wasi_last_errno();
  s->end = (uint32_t)got;
  return WASI_SUCCESS;
}

// What lies above a granted directory is none of the guest's business: its ".."
// has the inode of "." (0 would make C libraries ask for it).
static uint64_t visible_inode(const apus_fd *entry, const host_entry *found) {
  struct stat status;
  if (strcmp(found->name, "..") != 0 || fstat(entry->host, &status) != 0)
    return found->inode;
  return status.st_ino;
}

// Fills the guest's buffer from the entry at `cookie` on.
static uint32_t fill(apus_fd *entry, uint64_t cookie, uint8_t *buffer,
                     uint32_t buf_len, uint32_t *length) {
  uint32_t error = position(entry, cookie);
  if (error != WASI_SUCCESS)
    return error;
  stream *s = entry->stream;
  uint32_t filled = 0;
  while (filled < buf_len) {
    error = refill(entry);
    if (error != WASI_SUCCESS)
      return error;
    if (s->at == s->end)
      break; // less than the whole buffer: the guest knows that this is the end
    const host_entry *found = (const void *)(s->entries + s->at);
    uint32_t name_length = (uint32_t)strlen(found->name);
    uint8_t bytes[GUEST_DIRENT_SIZE + 256] = {0};
    uint64_t next = (uint64_t)found->next;
    uint64_t inode = visible_inode(entry, found);
    memcpy(bytes, &next, 8);
    memcpy(bytes + 8, &inode, 8);
    memcpy(bytes + 16, &name_length, 4);
    bytes[20] = filetype_from_dirent(found->type);
    memcpy(bytes + GUEST_DIRENT_SIZE, found->name, name_length);
    uint32_t size = GUEST_DIRENT_SIZE + name_length;
    uint32_t room = buf_len - filled;
    memcpy(buffer + filled, bytes, size < room ? size : room);
    if (size > room) { // cut: the guest comes back with this entry's cookie
      filled = buf_len;
      break;
    }
    filled += size;
    s->at += found->length;
    s->cookie = next;
  }
  *length = filled;
  return WASI_SUCCESS;
}

uint32_t apus_wasi_fd_readdir(guest_memory *memory, uint32_t fd, uint32_t buf,
                              uint32_t buf_len, uint64_t cookie,
                              uint32_t used) {
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, WASI_RIGHT_FD_READDIR, &entry);
  if (error != WASI_SUCCESS)
    return error;
  uint8_t *buffer = apus_guest_range(memory, buf, buf_len, 1);
  if (buffer == NULL || apus_guest_range(memory, used, 1, 4) == NULL)
    return WASI_FAULT;
  uint32_t filled = 0;
  apus_lock_acquire(&entry->reading);
  error = fill(entry, cookie, buffer, buf_len, &filled);
  apus_lock_release(&entry->reading);
  return error != WASI_SUCCESS ? error
                               : apus_guest_store32(memory, used, filled);
}
