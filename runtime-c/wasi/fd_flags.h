// WASI's descriptor flags and the host's.

#ifndef APUS_WASI_FD_FLAGS_H
#define APUS_WASI_FD_FLAGS_H

#include "types.h"

#include <fcntl.h>

static inline int apus_fdflags_to_host(uint32_t flags) {
  int host = 0;
  if (flags & WASI_FDFLAG_APPEND)
    host |= O_APPEND;
  if (flags & WASI_FDFLAG_DSYNC)
    host |= O_DSYNC;
  if (flags & WASI_FDFLAG_NONBLOCK)
    host |= O_NONBLOCK;
  // Linux has one flag for both.
  if (flags & (WASI_FDFLAG_RSYNC | WASI_FDFLAG_SYNC))
    host |= O_SYNC;
  return host;
}

static inline uint16_t apus_fdflags_from_host(int host) {
  unsigned flags = 0;
  if (host & O_APPEND)
    flags |= WASI_FDFLAG_APPEND;
  if (host & O_NONBLOCK)
    flags |= WASI_FDFLAG_NONBLOCK;
  // O_SYNC contains the bit of O_DSYNC.
  if ((host & O_SYNC) == O_SYNC)
    flags |= WASI_FDFLAG_SYNC | WASI_FDFLAG_RSYNC;
  else if (host & O_DSYNC)
    flags |= WASI_FDFLAG_DSYNC;
  return (uint16_t)flags;
}

#endif
