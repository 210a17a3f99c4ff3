// Listening sockets that are granted, and sock_* on what is none (W20).

#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static struct sockaddr_in address_of(int socket) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  if (getsockname(socket, (struct sockaddr *)&address, &length) != 0)
    abort();
  return address;
}

static int connect_to(struct sockaddr_in address) {
  int client = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(client, (struct sockaddr *)&address, sizeof address) != 0)
    abort();
  return client;
}

static void put_iovec(uint32_t address, uint32_t pointer, uint32_t length) {
  put32(address, pointer);
  put32(address + 4, length);
}

static void test_connection(uint32_t listener) {
  apus_fd *entry;
  CHECK_EQUAL(apus_fd_get(listener, 0, &entry), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, listener, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(*at(0x200), WASI_FILETYPE_SOCKET_STREAM);
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, listener, 0x200), WASI_BADF);
  int client = connect_to(address_of(entry->host));
  CHECK_EQUAL(apus_wasi_sock_accept(&guest, listener, 99, 0x100), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_sock_accept(&guest, listener, 0, MEMORY_SIZE - 3),
              WASI_FAULT);
  CHECK_EQUAL(apus_wasi_sock_accept(&guest, listener, 0, 0x100), WASI_SUCCESS);
  uint32_t fd = load32(0x100);
  CHECK(fd > listener);
  // Two buffers, a peek, and the same again.
  if (write(client, "hello world", 11) != 11)
    abort();
  put_iovec(0x400, 0x500, 5);
  put_iovec(0x408, 0x600, 6);
  CHECK_EQUAL(apus_wasi_sock_recv(&guest, fd, 0x400, 2, 1, 0x100, 0x110),
              WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 11);
  CHECK_EQUAL(apus_wasi_sock_recv(&guest, fd, 0x400, 2, 2, 0x100, 0x110),
              WASI_SUCCESS);
  CHECK(memcmp(at(0x500), "hello", 5) == 0 &&
        memcmp(at(0x600), " world", 6) == 0);
  CHECK_EQUAL(apus_wasi_sock_recv(&guest, fd, 0x400, 2, 4, 0x100, 0x110),
              WASI_INVAL);
  CHECK_EQUAL(apus_wasi_sock_send(&guest, fd, 0x400, 2, 1, 0x100), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_sock_send(&guest, fd, 0x400, 2, 0, 0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_write(&guest, fd, 0x400, 1, 0x100), WASI_SUCCESS);
  char text[32] = {0};
  CHECK(recv(client, text, 16, MSG_WAITALL) == 16 &&
        strcmp(text, "hello worldhello") == 0);
  // Nothing there: only a socket that does not block says so.
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_flags(&guest, fd, WASI_FDFLAG_NONBLOCK),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_sock_recv(&guest, fd, 0x400, 1, 0, 0x100, 0x110),
              WASI_AGAIN);
  CHECK_EQUAL(apus_wasi_fd_seek(&guest, fd, 0, 1, 0x100), WASI_SPIPE);
  CHECK_EQUAL(apus_wasi_sock_accept(&guest, fd, 0, 0x100), WASI_NOTCAPABLE);
  CHECK_EQUAL(apus_wasi_sock_shutdown(&guest, fd, 0), WASI_INVAL);
  CHECK_EQUAL(apus_wasi_sock_shutdown(&guest, fd, 2), WASI_SUCCESS);
  CHECK_EQUAL(recv(client, text, 1, 0), 0);
  CHECK_EQUAL(apus_wasi_sock_send(&guest, fd, 0x400, 1, 0, 0x100), WASI_PIPE);
  close(client);
  CHECK_EQUAL(apus_wasi_fd_close(&guest, fd), WASI_SUCCESS);
  // Shrinking rights counts for sockets too.
  CHECK_EQUAL(apus_wasi_fd_fdstat_set_rights(&guest, listener, 0, 0),
              WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_sock_accept(&guest, listener, 0, 0x100),
              WASI_NOTCAPABLE);
}

static void test_no_sockets(uint32_t directory) {
  uint32_t fd;
  CHECK_EQUAL(open_in(directory, "file", 0, WASI_OFLAG_CREAT, ALL_RIGHTS, &fd),
              WASI_SUCCESS);
  const uint32_t no_sockets[2] = {fd, directory};
  for (int i = 0; i < 2; i++) {
    uint32_t no_socket = no_sockets[i];
    CHECK_EQUAL(apus_wasi_sock_accept(&guest, no_socket, 0, 0x100),
                WASI_NOTSOCK);
    CHECK_EQUAL(
        apus_wasi_sock_recv(&guest, no_socket, 0x400, 1, 0, 0x100, 0x110),
        WASI_NOTSOCK);
    CHECK_EQUAL(apus_wasi_sock_send(&guest, no_socket, 0x400, 1, 0, 0x100),
                WASI_NOTSOCK);
    CHECK_EQUAL(apus_wasi_sock_shutdown(&guest, no_socket, 1), WASI_NOTSOCK);
  }
  CHECK_EQUAL(apus_wasi_sock_accept(&guest, 77, 0, 0x100), WASI_BADF);
}

int main(void) {
  make_memory();
  if (mkdtemp(scratch) == NULL)
    abort();
  atexit(remove_scratch);
  int inherited = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in any = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(inherited, (struct sockaddr *)&any, sizeof any) != 0 ||
      listen(inherited, 4) != 0)
    abort();
  char number[16];
  snprintf(number, sizeof number, "%d", inherited);
  char *arguments[] = {"unit",  "tcp-listen", "127.0.0.1:0", "listen-fd",
                       number,  "tcp-listen", "[::1]:0",     "dir",
                       scratch, "/",          "--",          NULL};
  // Where there is no IPv6, the last socket cannot be made.
  int v6 = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 loopback = {.sin6_family = AF_INET6,
                                  .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  bool has_v6 =
      v6 >= 0 && bind(v6, (struct sockaddr *)&loopback, sizeof loopback) == 0;
  if (!has_v6) {
    skip("no IPv6 here");
    arguments[6] = "127.0.0.1:0";
  }
  static char *environment[] = {NULL};
  if (!apus_arguments_create(11, arguments, environment))
    abort();
  apus_fd_table_start();
  // The directory comes first, whatever the order of the grants.
  CHECK_EQUAL(apus_wasi_fd_prestat_get(&guest, 3, 0x200), WASI_SUCCESS);
  test_connection(4);
  test_connection(5);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, 6, 0x200), WASI_SUCCESS);
  CHECK_EQUAL(apus_wasi_fd_fdstat_get(&guest, 7, 0x200), WASI_BADF);
  test_no_sockets(3);
  return finish_checks();
}
