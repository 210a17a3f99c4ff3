// Resolution beneath a directory for kernels without openat2; path_resolve.h is
// its only user.

#ifndef APUS_WASI_PATH_WALK_H
#define APUS_WASI_PATH_WALK_H

#include <stdint.h>
#include <sys/types.h>

// As `apus_path_open_beneath`; `path` is relative and not empty.
uint32_t apus_path_walk(int directory, const char *path, int flags, mode_t mode,
                        int *host);

#endif
