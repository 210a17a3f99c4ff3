// See fd_table.h.

#include "fd_table.h"

#include "../core/message.h"
#include "../core/runtime.h"
#include "errno.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

// Most programs never open more, and then nothing is allocated. Free entries
// hold -1 beyond `used`, which bounds every look-up.
static apus_fd first_entries[16];
static apus_fd *entries = first_entries;
static uint32_t capacity = sizeof first_entries / sizeof first_entries[0];
static uint32_t used;

// A bound for the table itself; the host's limit (RLIMIT_NOFILE) comes first.
#define MAXIMUM_CAPACITY (UINT32_C(1) << 20)

static bool grow(void) {
  if (capacity >= MAXIMUM_CAPACITY)
    return false;
  apus_fd *larger = apus_map(2 * capacity * sizeof *larger);
  if (larger == NULL)
    return false;
  memcpy(larger, entries, used * sizeof *larger);
  if (entries != first_entries)
    apus_unmap(entries, capacity * sizeof *entries);
  entries = larger;
  capacity *= 2;
  return true;
}

uint32_t apus_fd_add(int host, uint8_t filetype, uint64_t rights_base,
                     uint64_t rights_inheriting, uint32_t *fd) {
  // 0 to 2 are never reused: C libraries treat those numbers specially.
  uint32_t number = 3;
  while (number < used && entries[number].host >= 0)
    number++;
  if (number == capacity && !grow()) {
    close(host);
    return WASI_MFILE;
  }
  if (number == used)
    used++;
  entries[number] = (apus_fd){.host = host,
                              .kind_known = true,
                              .filetype = filetype,
                              .rights_base = rights_base,
                              .rights_inheriting = rights_inheriting};
  *fd = number;
  return WASI_SUCCESS;
}

uint32_t apus_fd_get(uint32_t fd, uint64_t rights, apus_fd **entry) {
  if (fd >= used || entries[fd].host < 0)
    return WASI_BADF;
  *entry = &entries[fd];
  uint64_t missing = rights & ~entries[fd].rights_base;
  if (missing == 0)
    return WASI_SUCCESS;
  uint32_t error = apus_fd_learn_kind(&entries[fd]);
  if (error != WASI_SUCCESS)
    return error;
  bool is_directory = entries[fd].filetype == WASI_FILETYPE_DIRECTORY;
  if ((missing & WASI_RIGHTS_DIRECTORY & ~WASI_RIGHTS_FILE) != 0 &&
      !is_directory)
    return WASI_NOTDIR;
  // Reading what was opened for writing, or any file operation on a directory.
  if ((missing & (WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE)) != 0 ||
      ((missing & WASI_RIGHTS_FILE & ~WASI_RIGHTS_DIRECTORY) != 0 &&
       is_directory))
    return WASI_BADF;
  return WASI_NOTCAPABLE;
}

static void release(apus_fd *entry) {
  if (entry->stream != NULL && apus_directory_stream_close != NULL)
    apus_directory_stream_close(entry->stream);
  // Never repeated on EINTR: Linux has closed it by then.
  close(entry->host);
  *entry = (apus_fd){.host = -1};
}

uint32_t apus_fd_close(uint32_t fd) {
  apus_fd *entry;
  uint32_t error = apus_fd_get(fd, 0, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (entry->host == 2) {
    *entry = (apus_fd){.host = -1}; // stays open for the runtime's own messages
  } else if (entry->host < 2) {
    // Closed for whoever reads the other end, but the number stays taken.
    int nothing = open("/", O_PATH | O_CLOEXEC);
    if (nothing >= 0) {
      dup2(nothing, entry->host);
      close(nothing);
    }
    *entry = (apus_fd){.host = -1};
  } else {
    release(entry);
  }
  return WASI_SUCCESS;
}

uint32_t apus_fd_renumber(uint32_t from, uint32_t to) {
  apus_fd *source, *target;
  uint32_t error = apus_fd_get(from, 0, &source);
  if (error == WASI_SUCCESS)
    error = apus_fd_get(to, 0, &target);
  if (error != WASI_SUCCESS || from == to)
    return error;
  apus_fd_close(to);
  *target = *source;
  // The number no longer stands for the directory that was granted under it.
  target->preopen_name = NULL;
  *source = (apus_fd){.host = -1};
  return WASI_SUCCESS;
}

uint8_t apus_filetype_from_mode(uint32_t mode) {
  switch (mode & S_IFMT) {
  case S_IFREG:
    return WASI_FILETYPE_REGULAR_FILE;
  case S_IFDIR:
    return WASI_FILETYPE_DIRECTORY;
  case S_IFCHR:
    return WASI_FILETYPE_CHARACTER_DEVICE;
  case S_IFBLK:
    return WASI_FILETYPE_BLOCK_DEVICE;
  case S_IFLNK:
    return WASI_FILETYPE_SYMBOLIC_LINK;
  case S_IFSOCK:
    return WASI_FILETYPE_SOCKET_STREAM;
  default:
    return WASI_FILETYPE_UNKNOWN;
  }
}

uint32_t apus_fd_learn_kind(apus_fd *entry) {
  if (entry->kind_known)
    return WASI_SUCCESS;
  struct stat status;
  if (fstat(entry->host, &status) != 0)
    return apus_wasi_last_errno();
  entry->filetype = apus_filetype_from_mode(status.st_mode);
  entry->kind_known = true;
  // Guests take a character device that cannot seek for a terminal.
  bool seeks = entry->filetype == WASI_FILETYPE_REGULAR_FILE ||
               entry->filetype == WASI_FILETYPE_BLOCK_DEVICE ||
               (entry->filetype == WASI_FILETYPE_CHARACTER_DEVICE &&
                !isatty(entry->host));
  if (!seeks)
    entry->rights_base &= ~(WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL);
  return WASI_SUCCESS;
}

// --- Start -------------------------------------------------------------------

// A descriptor among 0 to 2 that the parent closed must not be taken by the
// next open: messages of the runtime would go into a file. "/" opened as a mere
// path can be neither read nor written, and exists everywhere.
static void fill_closed(void) { open("/", O_PATH | O_CLOEXEC); }

static void add_standard(void) {
  static const uint64_t common =
      WASI_RIGHT_FD_FDSTAT_SET_FLAGS | WASI_RIGHT_FD_FILESTAT_GET |
      WASI_RIGHT_POLL_FD_READWRITE | WASI_RIGHT_FD_ADVISE | WASI_RIGHT_FD_SEEK |
      WASI_RIGHT_FD_TELL;
  static const uint64_t rights[3] = {
      common | WASI_RIGHT_FD_READ,
      common | WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_DATASYNC |
          WASI_RIGHT_FD_SYNC,
      common | WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_DATASYNC |
          WASI_RIGHT_FD_SYNC,
  };
  struct pollfd standard[3] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
  poll(standard, 3, 0);
  used = 3;
  for (int fd = 0; fd < 3; fd++) {
    bool closed = (standard[fd].revents & POLLNVAL) != 0;
    if (closed)
      fill_closed();
    entries[fd] =
        (apus_fd){.host = closed ? -1 : fd, .rights_base = rights[fd]};
  }
}

static void add_preopen(const apus_grant *grant) {
  int host;
  do
    host = open(grant->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  while (host < 0 && errno == EINTR);
  if (host < 0)
    apus_fail(APUS_EXIT_CANNOT_START, "cannot open the directory ", grant->name,
              ": ", strerror(errno), NULL);
  // Always after the standard ones, even where those are closed.
  if (used == capacity && !grow())
    apus_fail(APUS_EXIT_CANNOT_START, "too many directories", NULL);
  entries[used++] =
      (apus_fd){.host = host,
                .kind_known = true,
                .filetype = WASI_FILETYPE_DIRECTORY,
                .rights_base = WASI_RIGHTS_DIRECTORY,
                .rights_inheriting = WASI_RIGHTS_DIRECTORY | WASI_RIGHTS_FILE,
                .preopen_name = grant->value};
}

void apus_fd_table_start(void) {
  add_standard();
  apus_grant_cursor cursor = {0};
  apus_grant grant;
  while (apus_grant_next(&cursor, &grant))
    if (grant.is_directory)
      add_preopen(&grant);
}
