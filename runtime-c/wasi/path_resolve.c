// See path_resolve.h. The kernel resolves where it can (openat2, Linux 5.6);
// path_walk.c does elsewhere.

#include "path_resolve.h"

#include "errno.h"
#include "guest.h"
#include "path_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

bool apus_path_without_openat2;

// --- Loading -----------------------------------------------------------------

static bool is_utf8(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length;) {
    uint8_t lead = bytes[i++];
    if (lead < 0x80)
      continue;
    size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || more > length - i)
      return false;
    // The first continuation excludes overlong forms, surrogates and what lies
    // beyond U+10FFFF.
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (bytes[i] < low || bytes[i] > high)
      return false;
    for (size_t k = 1; k < more; k++)
      if ((bytes[i + k] & 0xc0) != 0x80)
        return false;
    i += more;
  }
  return true;
}

uint32_t apus_path_load(const struct apus_memory *memory, uint32_t pointer,
                        uint32_t length, char text[APUS_PATH_MAX]) {
  const void *bytes = apus_guest_range(memory, pointer, length, 1);
  if (bytes == NULL)
    return WASI_FAULT;
  if (length == 0)
    return WASI_NOENT;
  if (length >= APUS_PATH_MAX)
    return WASI_NAMETOOLONG;
  memcpy(text, bytes, length);
  text[length] = 0;
  if (strlen(text) != length)
    return WASI_INVAL;
  return is_utf8((const uint8_t *)text, length) ? WASI_SUCCESS : WASI_ILSEQ;
}

// --- Opening -----------------------------------------------------------------

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

// As in <linux/openat2.h>, which musl does not bring.
struct open_how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};
#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_BENEATH 0x08

// While an ancestor is being renamed the kernel cannot tell whether ".." stays
// beneath, and says EAGAIN.
#define RACE_RETRIES 32

uint32_t apus_path_open_beneath(int directory, const char *path, int flags,
                                mode_t mode, int *host) {
  if (path[0] == '/')
    return WASI_ESCAPE;
  flags |= O_CLOEXEC;
  if (!(flags & O_CREAT))
    mode = 0; // openat2 insists
  struct open_how how = {.flags = (uint64_t)flags,
                         .mode = mode,
                         .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  for (int races = 0; !apus_path_without_openat2 && races < RACE_RETRIES;) {
    long result = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (result >= 0) {
      *host = (int)result;
      return WASI_SUCCESS;
    }
    if (errno == EINTR)
      continue;
    if (errno == EXDEV)
      return WASI_ESCAPE;
    if (errno == EAGAIN && !(flags & O_NONBLOCK)) {
      races++;
      continue;
    }
    if (errno == ENOSYS) {
      apus_path_without_openat2 = true;
      break;
    }
    // A filter of system calls says EPERM to all of them; so may a file.
    if (errno == EPERM)
      break;
    return apus_wasi_last_errno();
  }
  return apus_path_walk(directory, path, flags, mode, host);
}

// --- Parents -----------------------------------------------------------------

static bool is_dots(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

uint32_t apus_path_open_parent(int directory, char *path, uint32_t if_dots,
                               apus_path_parent *parent) {
  if (path[0] == '/')
    return WASI_ESCAPE;
  size_t length = strlen(path);
  parent->trailing_slash = path[length - 1] == '/';
  while (path[length - 1] == '/')
    length--;
  path[length] = 0;
  char *slash = strrchr(path, '/');
  parent->name = slash != NULL ? slash + 1 : path;
  parent->directory = directory;
  parent->owned = false;
  if (is_dots(parent->name)) {
    int host;
    uint32_t error =
        apus_path_open_beneath(directory, path, O_PATH | O_DIRECTORY, 0, &host);
    if (error != WASI_SUCCESS)
      return error;
    close(host);
    return if_dots;
  }
  if (slash == NULL)
    return WASI_SUCCESS;
  *slash = 0;
  parent->owned = true;
  return apus_path_open_beneath(directory, path, O_PATH | O_DIRECTORY, 0,
                                &parent->directory);
}

void apus_path_close_parent(const apus_path_parent *parent) {
  if (parent->owned)
    close(parent->directory);
}

uint32_t apus_path_check_slash(const apus_path_parent *parent) {
  struct stat status;
  if (!parent->trailing_slash)
    return WASI_SUCCESS;
  if (fstatat(parent->directory, parent->name, &status, AT_SYMLINK_NOFOLLOW) !=
      0)
    return apus_wasi_last_errno();
  return S_ISDIR(status.st_mode) ? WASI_SUCCESS : WASI_NOTDIR;
}
