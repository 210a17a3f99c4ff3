// sock_recv, sock_send, sock_shutdown.
//
// A guest cannot make sockets; it has those that were granted or that it was
// started with as standard input or output, and what it accepts on them
// (sock_accept.c).

#include "wasi.h"

#include "errno.h"
#include "fd_table.h"
#include "guest.h"
#include "sock.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
  RECV_PEEK = 1,
  RECV_WAITALL = 2,
  RECV_DATA_TRUNCATED = 1, // in the result
  SHUTDOWN_READ = 1,
  SHUTDOWN_WRITE = 2,
};

#define BUFFERS 64
#define GUEST_IOVEC_SIZE 8

uint32_t apus_sock_get(uint32_t fd, uint64_t right, apus_fd **entry) {
  uint32_t error = apus_fd_get(fd, 0, entry);
  if (error == WASI_SUCCESS)
    error = apus_fd_learn_kind(*entry);
  if (error != WASI_SUCCESS)
    return error;
  bool is_socket = (*entry)->filetype == WASI_FILETYPE_SOCKET_STREAM ||
                   (*entry)->filetype == WASI_FILETYPE_SOCKET_DGRAM;
  if (!is_socket)
    return WASI_NOTSOCK;
  return ((*entry)->rights_base & right) != 0 ? WASI_SUCCESS : WASI_NOTCAPABLE;
}

// Fewer buffers than given make a shorter transfer, which a caller must expect.
static uint32_t load_buffers(guest_memory *memory, uint32_t iovs,
                             uint32_t iovs_len, struct iovec buffers[BUFFERS],
                             struct msghdr *message) {
  const uint8_t *list =
      apus_guest_range(memory, iovs, iovs_len, GUEST_IOVEC_SIZE);
  if (list == NULL)
    return WASI_FAULT;
  uint32_t count = iovs_len < BUFFERS ? iovs_len : BUFFERS;
  for (uint32_t i = 0; i < count; i++, list += GUEST_IOVEC_SIZE) {
    uint32_t length = apus_load32(list + 4);
    void *base = apus_guest_range(memory, apus_load32(list), length, 1);
    if (base == NULL)
      return WASI_FAULT;
    buffers[i] = (struct iovec){base, length};
  }
  *message = (struct msghdr){.msg_iov = buffers, .msg_iovlen = (int)count};
  return WASI_SUCCESS;
}

uint32_t apus_wasi_sock_recv(guest_memory *memory, uint32_t fd, uint32_t iovs,
                             uint32_t iovs_len, uint32_t flags, uint32_t nread,
                             uint32_t oflags) {
  apus_fd *entry;
  struct iovec buffers[BUFFERS];
  struct msghdr message;
  uint32_t error = apus_sock_get(fd, WASI_RIGHT_FD_READ, &entry);
  if (error == WASI_SUCCESS && flags > (RECV_PEEK | RECV_WAITALL))
    error = WASI_INVAL;
  if (error == WASI_SUCCESS)
    error = load_buffers(memory, iovs, iovs_len, buffers, &message);
  if (error != WASI_SUCCESS)
    return error;
  if (apus_guest_range(memory, nread, 1, 4) == NULL ||
      apus_guest_range(memory, oflags, 1, 2) == NULL)
    return WASI_FAULT;
  int host_flags = (flags & RECV_PEEK ? MSG_PEEK : 0) |
                   (flags & RECV_WAITALL ? MSG_WAITALL : 0);
  ssize_t got;
  do
    got = recvmsg(entry->host, &message, host_flags);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return apus_wasi_last_errno();
  uint16_t result = message.msg_flags & MSG_TRUNC ? RECV_DATA_TRUNCATED : 0;
  apus_guest_store(memory, oflags, &result, sizeof result);
  return apus_guest_store32(memory, nread, (uint32_t)got);
}

uint32_t apus_wasi_sock_send(guest_memory *memory, uint32_t fd, uint32_t iovs,
                             uint32_t iovs_len, uint32_t flags,
                             uint32_t nwritten) {
  apus_fd *entry;
  struct iovec buffers[BUFFERS];
  struct msghdr message;
  uint32_t error = apus_sock_get(fd, WASI_RIGHT_FD_WRITE, &entry);
  if (error == WASI_SUCCESS && flags != 0)
    error = WASI_INVAL;
  if (error == WASI_SUCCESS)
    error = load_buffers(memory, iovs, iovs_len, buffers, &message);
  if (error != WASI_SUCCESS)
    return error;
  if (apus_guest_range(memory, nwritten, 1, 4) == NULL)
    return WASI_FAULT;
  ssize_t sent;
  do
    sent = sendmsg(entry->host, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0)
    return apus_wasi_last_errno();
  return apus_guest_store32(memory, nwritten, (uint32_t)sent);
}

uint32_t apus_wasi_sock_shutdown(guest_memory *memory, uint32_t fd,
                                 uint32_t how) {
  (void)memory;
  static const int host_how[4] = {0, SHUT_RD, SHUT_WR, SHUT_RDWR};
  apus_fd *entry;
  uint32_t error = apus_sock_get(fd, WASI_RIGHT_SOCK_SHUTDOWN, &entry);
  if (error != WASI_SUCCESS)
    return error;
  if (how == 0 || how > (SHUTDOWN_READ | SHUTDOWN_WRITE))
    return WASI_INVAL;
  return shutdown(entry->host, host_how[how]) != 0 ? apus_wasi_last_errno()
                                                   : WASI_SUCCESS;
}
