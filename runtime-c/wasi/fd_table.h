// The guest's file descriptors: numbers, rights, and the host descriptors
// behind.
//
// A guest reaches only what stands here: standard input and output, the
// directories granted at start, and what it opened beneath them. Descriptors
// that the process inherited otherwise have no number.

#ifndef APUS_WASI_FD_TABLE_H
#define APUS_WASI_FD_TABLE_H

#include "../platform/futex.h"
#include "types.h"

#include <stdbool.h>
#include <stddef.h>

struct apus_directory_stream;

// Does not move while it is used.
typedef struct apus_fd {
  int host;
  // The kind is asked of the host when first needed: for most programs never.
  bool kind_known;
  uint8_t filetype;
  // In a directory granted so: `rights_base` lacks all of WASI_RIGHTS_CHANGING.
  // `rights_inheriting` keeps them, so that who asks for them is told the
  // reason.
  bool is_read_only;
  uint64_t rights_base;
  uint64_t rights_inheriting;
  const char *preopen_name;             // of a granted directory, else NULL
  struct apus_directory_stream *stream; // of a directory being read, else NULL
  apus_lock reading;                    // of `stream`
  uint32_t users;       // calls of other threads than the one that closes it
  bool is_closed;       // once nobody uses it, it goes back to the free ones
  struct apus_fd *next; // of a free one
} apus_fd;

// Opens the granted directories. Called once, before the guest runs.
void apus_fd_table_start(void);
// The granted directory of this index. Only before the guest runs.
bool apus_fd_preopen(uint32_t index, int *host, bool *read_only);

// Finds a descriptor that must have all of `rights`. BADF if it is not open;
// if a right lacks, what the host would say: BADF, NOTDIR, or NOTCAPABLE.
uint32_t apus_fd_get(uint32_t fd, uint64_t rights, apus_fd **entry);
// The same for a call that needs no more than the host's descriptor.
uint32_t apus_fd_get_host(uint32_t fd, uint64_t rights, int *host);

// In programs that start threads a descriptor may be closed while another
// thread's call uses it: then it stays open until that call ends. `hold` is
// called with the table locked (fd_hold.c, only linked into such programs).
void apus_fd_hold(apus_fd *entry) __attribute__((weak, visibility("default")));
void apus_fd_let_go(apus_fd *entry);

// Adds an entry under the lowest free number from 3; on failure closes
// it.
uint32_t apus_fd_add(apus_fd contents, uint32_t *fd);
// The same for what is granted, at start: ends the program where there is no
// room, naming it as `what`.
void apus_fd_grant(apus_fd contents, const char *what);
// Adds the listening sockets that were granted (sock_accept.c); only linked
// into programs that can accept connections.
void apus_sock_listen_start(void) __attribute__((weak, visibility("default")));

uint32_t apus_fd_close(uint32_t fd);
// Moves `from` to `to`, which must be open and is closed.
uint32_t apus_fd_renumber(uint32_t from, uint32_t to);

// Fills in `filetype` and the rights of a standard descriptor.
uint32_t apus_fd_learn_kind(apus_fd *entry);

// WASI's type for a host's st_mode.
uint8_t apus_filetype_from_mode(uint32_t mode);

// Frees the state of fd_readdir; defined there, and only linked with it.
void apus_directory_stream_close(struct apus_directory_stream *stream)
    __attribute__((weak, visibility("default")));

#endif
