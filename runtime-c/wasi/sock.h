// What the calls on sockets share.

#ifndef APUS_WASI_SOCK_H
#define APUS_WASI_SOCK_H

#include "fd_table.h"

// Finds a socket that has `right`: BADF, NOTSOCK, or NOTCAPABLE.
uint32_t apus_sock_get(uint32_t fd, uint64_t right, apus_fd **entry);

#endif
