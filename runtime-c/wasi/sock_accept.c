// The listening sockets that are granted, opened at start or inherited, and
// sock_accept.
//
// Programs that do not import it get none: nothing else needs this file.

#include "wasi.h"

#include "../core/message.h"
#include "../core/runtime.h"
#include "errno.h"
#include "fd_flags.h"
#include "fd_table.h"
#include "guest.h"
#include "sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BACKLOG 128

typedef union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} address;

static APUS_NORETURN void fail(const apus_grant *grant, const char *why) {
  apus_fail(APUS_EXIT_CANNOT_START, "cannot listen at ", grant->name, ": ", why,
            NULL);
}

// "127.0.0.1:80" or "[::1]:80"; its length, or 0 if it is none.
static socklen_t parse(const char *text, address *result) {
  char host[64];
  const char *colon = strrchr(text, ':');
  bool is_v6 = text[0] == '[';
  if (colon == NULL || colon[1] < '0' || colon[1] > '9' ||
      (is_v6 && (colon == text || colon[-1] != ']')))
    return 0;
  size_t length = (size_t)(colon - text) - (is_v6 ? 2 : 0);
  char *end;
  unsigned long port = strtoul(colon + 1, &end, 10);
  if (length >= sizeof host || *end != 0 || port > 65535)
    return 0;
  memcpy(host, text + is_v6, length);
  host[length] = 0;
  memset(result, 0, sizeof *result);
  if (is_v6) {
    result->v6.sin6_family = AF_INET6;
    result->v6.sin6_port = htons((uint16_t)port);
    return inet_pton(AF_INET6, host, &result->v6.sin6_addr) == 1
               ? sizeof result->v6
               : 0;
  }
  result->v4.sin_family = AF_INET;
  result->v4.sin_port = htons((uint16_t)port);
  return inet_pton(AF_INET, host, &result->v4.sin_addr) == 1 ? sizeof result->v4
                                                             : 0;
}

static int open_listener(const apus_grant *grant) {
  address where;
  socklen_t length = parse(grant->name, &where);
  if (length == 0)
    fail(grant, "not an address and a port");
  int host = socket(where.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int yes = 1;
  if (host < 0 ||
      setsockopt(host, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      bind(host, &where.any, length) != 0 || listen(host, BACKLOG) != 0)
    fail(grant, strerror(errno));
  return host;
}

static int inherited_listener(const apus_grant *grant) {
  char *end;
  long host = strtol(grant->name, &end, 10);
  int listens = 0;
  socklen_t length = sizeof listens;
  if (*end != 0 || host < 3 || host > INT32_MAX)
    fail(grant, "not the number of a descriptor");
  if (getsockopt((int)host, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0)
    fail(grant, strerror(errno));
  if (!listens)
    fail(grant, "the socket does not listen");
  fcntl((int)host, F_SETFD, FD_CLOEXEC);
  return (int)host;
}

void apus_sock_listen_start(void) {
  apus_grant_cursor cursor = {0};
  apus_grant grant;
  while (apus_grant_next(&cursor, &grant)) {
    int host;
    if (grant.kind == APUS_GRANT_TCP_LISTEN)
      host = open_listener(&grant);
    else if (grant.kind == APUS_GRANT_LISTEN_DESCRIPTOR)
      host = inherited_listener(&grant);
    else
      continue;
    const apus_fd contents = {.host = host,
                              .kind_known = true,
                              .filetype = WASI_FILETYPE_SOCKET_STREAM,
                              .rights_base = WASI_RIGHTS_LISTENER,
                              .rights_inheriting = WASI_RIGHTS_CONNECTION};
    apus_fd_grant(contents, "granted sockets");
  }
}

// --- Accepting ---------------------------------------------------------------

uint32_t apus_wasi_sock_accept(guest_memory *memory, uint32_t fd,
                               uint32_t flags, uint32_t result) {
  apus_fd *entry;
  uint32_t error = apus_sock_get(fd, WASI_RIGHT_SOCK_ACCEPT, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if ((flags & ~(uint32_t)WASI_FDFLAG_NONBLOCK) != 0)
    return WASI_INVAL;
  if (apus_guest_range(memory, result, 1, 4) == NULL)
    return WASI_FAULT;
  int host;
  int host_flags =
      SOCK_CLOEXEC | (flags & WASI_FDFLAG_NONBLOCK ? SOCK_NONBLOCK : 0);
  do
    // Not by way of musl, which tries other system calls after EINVAL.
    host = (int)syscall(SYS_accept4, entry->host, NULL, NULL, host_flags);
  while (host < 0 && errno == EINTR);
  if (host < 0)
    return apus_wasi_last_errno();
  uint32_t accepted;
  error = apus_fd_add((apus_fd){.host = host,
                                .kind_known = true,
                                .filetype = WASI_FILETYPE_SOCKET_STREAM,
                                .rights_base = WASI_RIGHTS_CONNECTION},
                      &accepted);
  return error != WASI_SUCCESS ? error
                               : apus_guest_store32(memory, result, accepted);
}
