// See path_walk.h.
//
// SANDBOX-CRITICAL. The host only ever gets one component at a time, with
// O_NOFOLLOW, relative to a directory that was reached in the same way;
// symbolic links are expanded here as text. ".." is never given to the host: it
// takes a name off the list of those that were walked, and these are opened
// again from the root. So whatever is renamed meanwhile, each step stays
// beneath the root.

#include "path_walk.h"

#include "errno.h"
#include "path_resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAXIMUM_LINKS 40 // as Linux

typedef struct walk {
  int root;
  int current; // `root`, or a descriptor of this walk
  unsigned links;
  size_t walked_length;
  char walked[APUS_PATH_MAX];  // the names from root to current, each before a
                               // '/'
  char pending[APUS_PATH_MAX]; // what is left of the path
} walk;

static int open_again(int directory, const char *name, int flags, mode_t mode) {
  int host;
  do
    host = openat(directory, name, flags, mode);
  while (host < 0 && errno == EINTR);
  return host;
}

static void set_current(walk *w, int host) {
  if (w->current != w->root)
    close(w->current);
  w->current = host;
}

// Puts a link's target in front of what is left.
static uint32_t expand_link(walk *w, const char *target, const char *rest) {
  if (w->links++ >= MAXIMUM_LINKS)
    return WASI_LOOP;
  if (target[0] == '/')
    return WASI_ESCAPE;
  size_t length = strlen(target), left = strlen(rest);
  if (length == 0)
    return WASI_NOENT;
  if (length + left >= sizeof w->pending)
    return WASI_NAMETOOLONG;
  memmove(w->pending + length, rest, left + 1);
  memcpy(w->pending, target, length);
  return WASI_SUCCESS;
}

static uint32_t ascend(walk *w) {
  if (w->walked_length == 0)
    return WASI_ESCAPE;
  do
    w->walked_length--;
  while (w->walked_length > 0 && w->walked[w->walked_length - 1] != '/');
  set_current(w, w->root);
  for (size_t at = 0; at < w->walked_length;) {
    char *name = w->walked + at;
    char *slash = memchr(name, '/', w->walked_length - at);
    *slash = 0;
    int host = open_again(w->current, name,
                          O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
    *slash = '/';
    if (host < 0)
      return apus_wasi_last_errno();
    set_current(w, host);
    at = (size_t)(slash + 1 - w->walked);
  }
  return WASI_SUCCESS;
}

static bool read_link(int directory, const char *name, char *target) {
  ssize_t length = readlinkat(directory, name, target, APUS_PATH_MAX - 1);
  if (length < 0)
    return false;
  target[length] = 0;
  return true;
}

// A component that more of the path follows, a mere slash included.
static uint32_t descend(walk *w, const char *name, const char *rest) {
  int host = open_again(w->current, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
  if (host < 0)
    return apus_wasi_last_errno();
  struct stat status;
  uint32_t error = WASI_NOTDIR;
  if (fstat(host, &status) != 0) {
    error = apus_wasi_last_errno();
  } else if (S_ISLNK(status.st_mode)) {
    char target[APUS_PATH_MAX];
    // Of the link that was opened, not of what may bear its name by now.
    error = read_link(host, "", target) ? expand_link(w, target, rest)
                                        : apus_wasi_last_errno();
  } else if (S_ISDIR(status.st_mode)) {
    size_t length = strlen(name);
    if (w->walked_length + length + 1 > sizeof w->walked) {
      error = WASI_NAMETOOLONG;
    } else {
      memcpy(w->walked + w->walked_length, name, length);
      w->walked_length += length;
      w->walked[w->walked_length++] = '/';
      memmove(w->pending, rest, strlen(rest) + 1);
      set_current(w, host);
      return WASI_SUCCESS;
    }
  }
  close(host);
  return error;
}

// The last component. `*again` if it was a link, now expanded.
static uint32_t open_last(walk *w, const char *name, int flags, mode_t mode,
                          int *host, bool *again) {
  bool exclusive = (flags & O_CREAT) && (flags & O_EXCL);
  char target[APUS_PATH_MAX];
  if (!(flags & O_NOFOLLOW) && !exclusive &&
      read_link(w->current, name, target)) {
    *again = true;
    return expand_link(w, target, "");
  }
  *host = open_again(w->current, name, flags | O_NOFOLLOW, mode);
  return *host < 0 ? apus_wasi_last_errno() : WASI_SUCCESS;
}

// The path ended in a slash or dots: the directory itself is meant.
static uint32_t open_current(walk *w, int flags, int *host) {
  if (flags & O_CREAT)
    return flags & O_EXCL ? WASI_EXIST : WASI_ISDIR;
  *host = open_again(w->current, ".", flags | O_DIRECTORY, 0);
  return *host < 0 ? apus_wasi_last_errno() : WASI_SUCCESS;
}

static uint32_t resolve(walk *w, int flags, mode_t mode, int *host) {
  for (;;) {
    const char *name = w->pending + strspn(w->pending, "/");
    size_t length = strcspn(name, "/");
    const char *rest = name + length;
    if (length == 0)
      return open_current(w, flags, host);
    if (length > NAME_MAX)
      return WASI_NAMETOOLONG;
    char component[NAME_MAX + 1];
    memcpy(component, name, length);
    component[length] = 0;

    uint32_t error = WASI_SUCCESS;
    if (strcmp(component, ".") == 0) {
      memmove(w->pending, rest, strlen(rest) + 1);
    } else if (strcmp(component, "..") == 0) {
      memmove(w->pending, rest, strlen(rest) + 1);
      error = ascend(w);
    } else if (*rest != 0) {
      if ((flags & O_CREAT) && rest[strspn(rest, "/")] == 0)
        return WASI_ISDIR; // as Linux: a slash asks for a directory
      error = descend(w, component, rest);
    } else {
      bool again = false;
      error = open_last(w, component, flags, mode, host, &again);
      if (!again)
        return error;
    }
    if (error != WASI_SUCCESS)
      return error;
  }
}

uint32_t apus_path_walk(int directory, const char *path, int flags, mode_t mode,
                        int *host) {
  walk w;
  w.root = w.current = directory;
  w.links = 0;
  w.walked_length = 0;
  size_t length = strlen(path);
  if (length >= sizeof w.pending)
    return WASI_NAMETOOLONG;
  memcpy(w.pending, path, length + 1);
  uint32_t error = resolve(&w, flags, mode, host);
  set_current(&w, w.root);
  return error;
}
