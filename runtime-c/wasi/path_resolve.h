// Resolving a guest's paths beneath a directory it was granted.
//
// SANDBOX-CRITICAL: no other file gives a path of the guest to the host, except
// a single last component next to the directory opened here. Absolute paths,
// ".." above the directory and symbolic links that lead out of it are refused.

#ifndef APUS_WASI_PATH_RESOLVE_H
#define APUS_WASI_PATH_RESOLVE_H

#include "apus_abi.h"

#include "types.h"

#include <stdbool.h>
#include <sys/types.h>

#define APUS_PATH_MAX 4096 // of the host, with the NUL

// What the guest gets for a path that would leave its directory.
#define WASI_ESCAPE WASI_PERM

// Copies a path out of the guest's memory: non-empty, shorter than
// APUS_PATH_MAX, UTF-8, without NUL.
uint32_t apus_path_load(const struct apus_memory *memory, uint32_t pointer,
                        uint32_t length, char text[APUS_PATH_MAX]);

// Opens beneath `directory`. With O_NOFOLLOW in `flags` a symbolic link as the
// last component is not followed; all others are.
uint32_t apus_path_open_beneath(int directory, const char *path, int flags,
                                mode_t mode, int *host);

// Where a path's last component stands, for calls that act on the name itself.
// `name` is one component: no slash, neither "." nor "..".
typedef struct apus_path_parent {
  int directory;
  bool owned;
  bool trailing_slash; // the guest means a directory
  const char *name;
} apus_path_parent;

// `if_dots` is the result for a path that ends in "." or "..", once it is known
// to stay beneath. Changes `path`, which `name` points into.
uint32_t apus_path_open_parent(int directory, char *path, uint32_t if_dots,
                               apus_path_parent *parent);
void apus_path_close_parent(const apus_path_parent *parent);

// Refuses a trailing slash after anything but a directory. For names that
// exist.
uint32_t apus_path_check_slash(const apus_path_parent *parent);

// For tests: as if the kernel had no openat2.
extern bool apus_path_without_openat2;

#endif
