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

// Most programs never open more, and then nothing is allocated. A free place
// holds NULL; `used` bounds every look-up.
#define FEW 16
static apus_fd few_entries[FEW];
static apus_fd *few_places[FEW];
static apus_fd **places = few_places;
static uint32_t capacity = FEW;
static uint32_t used;
static uint64_t open_count;

// Entries that nobody uses, and the rest of a block that was never used.
static apus_fd *free_entries;
static apus_fd *block = few_entries;
static uint32_t block_left = FEW;
#define BLOCK 1024

// A bound for the table itself; the host's limit (RLIMIT_NOFILE) comes first.
#define MAXIMUM_CAPACITY (UINT32_C(1) << 20)

// Taken only where there can be threads.
static apus_lock table_lock;

static void lock(void) {
  if (apus_fd_hold != NULL)
    apus_lock_acquire(&table_lock);
}

static void unlock(void) {
  if (apus_fd_hold != NULL)
    apus_lock_release(&table_lock);
}

static bool grow(void) {
  if (capacity >= MAXIMUM_CAPACITY)
    return false;
  apus_fd **larger = apus_map(2 * capacity * sizeof *larger);
  if (larger == NULL)
    return false;
  memcpy(larger, places, used * sizeof *larger);
  if (places != few_places)
    apus_unmap(places, capacity * sizeof *places);
  places = larger;
  capacity *= 2;
  return true;
}

static apus_fd *allocate(void) {
  apus_fd *entry = free_entries;
  if (entry != NULL) {
    free_entries = entry->next;
    return entry;
  }
  if (block_left == 0) {
    apus_fd *next = apus_map(BLOCK * sizeof *next);
    if (next == NULL)
      return NULL;
    block = next;
    block_left = BLOCK;
  }
  block_left--;
  return block++;
}

// Puts an entry in the lowest free place from `number` on; NULL without room.
static apus_fd *place_from(uint32_t number, apus_fd contents, uint32_t *fd) {
  while (number < used && places[number] != NULL)
    number++;
  if (open_count >= apus_the_limits.descriptors)
    return NULL;
  apus_fd *entry = number == capacity && !grow() ? NULL : allocate();
  if (entry == NULL)
    return NULL;
  open_count++;
  *entry = contents;
  if (number >= used)
    used = number + 1;
  places[number] = entry;
  *fd = number;
  return entry;
}

uint32_t apus_fd_add(apus_fd contents, uint32_t *fd) {
  if (contents.is_read_only)
    contents.rights_base &= ~WASI_RIGHTS_CHANGING;
  lock();
  // 0 to 2 are never reused: C libraries treat those numbers specially.
  const apus_fd *entry = place_from(3, contents, fd);
  unlock();
  if (entry != NULL)
    return WASI_SUCCESS;
  close(contents.host);
  return WASI_MFILE;
}

static uint32_t check_rights(apus_fd *entry, uint64_t rights) {
  uint64_t missing = rights & ~entry->rights_base;
  if (missing == 0)
    return WASI_SUCCESS;
  // No directory takes bytes, whatever it was granted for.
  const uint64_t changing = WASI_RIGHTS_CHANGING & ~WASI_RIGHT_FD_WRITE;
  if (entry->is_read_only && (missing & changing) != 0 &&
      entry->filetype == WASI_FILETYPE_DIRECTORY)
    return WASI_ROFS;
  uint32_t error = apus_fd_learn_kind(entry);
  if (error != WASI_SUCCESS)
    return error;
  bool is_directory = entry->filetype == WASI_FILETYPE_DIRECTORY;
  if ((missing & WASI_RIGHTS_DIRECTORY & ~WASI_RIGHTS_FILE) != 0 &&
      !is_directory)
    return WASI_NOTDIR;
  if ((missing & WASI_RIGHT_FD_READ) != 0 && is_directory)
    return WASI_ISDIR;
  // What is not open for writing keeps its size.
  if ((missing & WASI_RIGHT_FD_FILESTAT_SET_SIZE) != 0 &&
      (entry->rights_base & WASI_RIGHT_FD_WRITE) == 0 && !is_directory)
    return WASI_INVAL;
  // Reading what was opened for writing, or any file operation on a directory.
  if ((missing & (WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE)) != 0 ||
      ((missing & WASI_RIGHTS_FILE & ~WASI_RIGHTS_DIRECTORY) != 0 &&
       is_directory))
    return WASI_BADF;
  return WASI_NOTCAPABLE;
}

// With the table locked.
static uint32_t find(uint32_t fd, uint64_t rights, apus_fd **entry) {
  if (fd >= used || places[fd] == NULL)
    return WASI_BADF;
  *entry = places[fd];
  return check_rights(*entry, rights);
}

uint32_t apus_fd_get(uint32_t fd, uint64_t rights, apus_fd **entry) {
  if (apus_fd_hold == NULL)
    return find(fd, rights, entry);
  lock();
  uint32_t error = find(fd, rights, entry);
  if (error == WASI_SUCCESS)
    apus_fd_hold(*entry);
  unlock();
  return error;
}

uint32_t apus_fd_get_host(uint32_t fd, uint64_t rights, int *host) {
  apus_fd *entry;
  lock();
  uint32_t error = find(fd, rights, &entry);
  if (error == WASI_SUCCESS)
    *host = entry->host;
  unlock();
  return error;
}

static void release(apus_fd *entry) {
  if (entry->stream != NULL && apus_directory_stream_close != NULL)
    apus_directory_stream_close(entry->stream);
  if (entry->host < 2) {
    // Closed for whoever reads the other end, unless that end is standard
    // error's as well; but the number stays taken.
    dup2(2, entry->host);
  } else if (entry->host > 2) { // 2 stays open for the runtime's own messages
    // Never repeated on EINTR: Linux has closed it by then.
    close(entry->host);
  }
  entry->next = free_entries;
  free_entries = entry;
}

// With the table locked and the entry out of it.
static void discard(apus_fd *entry) {
  open_count--;
  entry->is_closed = true;
  if (entry->users == 0)
    release(entry);
}

void apus_fd_let_go(apus_fd *entry) {
  lock();
  if (--entry->users == 0 && entry->is_closed)
    release(entry);
  unlock();
}

uint32_t apus_fd_close(uint32_t fd) {
  apus_fd *entry;
  lock();
  uint32_t error = find(fd, 0, &entry);
  if (error == WASI_SUCCESS) {
    places[fd] = NULL;
    discard(entry);
  }
  unlock();
  return error;
}

uint32_t apus_fd_renumber(uint32_t from, uint32_t to) {
  apus_fd *source, *target;
  lock();
  uint32_t error = find(from, 0, &source);
  if (error == WASI_SUCCESS)
    error = find(to, 0, &target);
  if (error == WASI_SUCCESS && from != to) {
    places[to] = source;
    places[from] = NULL;
    // The number no longer stands for the directory that was granted under it.
    source->preopen_name = NULL;
    discard(target);
  }
  unlock();
  return error;
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
  // Guests take a character device that cannot seek for a terminal.
  bool seeks = entry->filetype == WASI_FILETYPE_REGULAR_FILE ||
               entry->filetype == WASI_FILETYPE_BLOCK_DEVICE ||
               (entry->filetype == WASI_FILETYPE_CHARACTER_DEVICE &&
                !isatty(entry->host));
  if (!seeks)
    entry->rights_base &= ~(WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL);
  entry->kind_known = true;
  return WASI_SUCCESS;
}

// --- Start -------------------------------------------------------------------

// A descriptor among 0 to 2 that the parent closed must not be taken by the
// next open: messages of the runtime would go into a file. "/" opened as a mere
// path can be neither read nor written, and exists everywhere.
static void fill_closed(void) { open("/", O_PATH | O_CLOEXEC); }

static APUS_NORETURN void fail_limit(const char *what) {
  apus_fail(APUS_EXIT_DESCRIPTOR_LIMIT, "the ", what,
            " exceed the limit of descriptors", NULL);
}

void apus_fd_grant(apus_fd contents, const char *what) {
  if (open_count >= apus_the_limits.descriptors)
    fail_limit(what);
  uint32_t fd;
  if (apus_fd_add(contents, &fd) != WASI_SUCCESS)
    apus_fail(APUS_EXIT_CANNOT_START, "too many ", what, NULL);
}

static void add_standard(void) {
  static const uint64_t common =
      WASI_RIGHT_FD_FDSTAT_SET_FLAGS | WASI_RIGHT_FD_FILESTAT_GET |
      WASI_RIGHT_POLL_FD_READWRITE | WASI_RIGHT_FD_ADVISE | WASI_RIGHT_FD_SEEK |
      WASI_RIGHT_FD_TELL | WASI_RIGHT_SOCK_ACCEPT | WASI_RIGHT_SOCK_SHUTDOWN;
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
    uint32_t number;
    if ((standard[fd].revents & POLLNVAL) != 0)
      fill_closed();
    else if (place_from((uint32_t)fd,
                        (apus_fd){.host = fd, .rights_base = rights[fd]},
                        &number) == NULL)
      fail_limit("standard streams");
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
  const apus_fd contents = {
      .host = host,
      .kind_known = true,
      .filetype = WASI_FILETYPE_DIRECTORY,
      .is_read_only = grant->kind == APUS_GRANT_READ_ONLY_DIRECTORY,
      .rights_base = WASI_RIGHTS_DIRECTORY,
      .rights_inheriting = WASI_RIGHTS_DIRECTORY | WASI_RIGHTS_FILE,
      .preopen_name = grant->value};
  apus_fd_grant(contents, "granted directories");
}

bool apus_fd_preopen(uint32_t index, int *host, bool *read_only) {
  const apus_fd *entry = index < used - 3 ? places[3 + index] : NULL;
  if (entry == NULL || entry->filetype != WASI_FILETYPE_DIRECTORY)
    return false;
  *host = entry->host;
  *read_only = entry->is_read_only;
  return true;
}

void apus_fd_table_start(void) {
  add_standard();
  apus_grant_cursor cursor = {0};
  apus_grant grant;
  while (apus_grant_next(&cursor, &grant))
    if (apus_grant_is_directory(&grant))
      add_preopen(&grant);
  // After all directories: C libraries look for those up to the first number
  // that is none.
  if (apus_sock_listen_start != NULL)
    apus_sock_listen_start();
}
