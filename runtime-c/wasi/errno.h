// From the host's error numbers to WASI's.

#ifndef APUS_WASI_ERRNO_H
#define APUS_WASI_ERRNO_H

#include "types.h"

uint32_t apus_wasi_errno_from_host(int host);
// The same for the `errno` that the last failed call left.
uint32_t apus_wasi_last_errno(void);

#endif
