// What the programs of this folder print of a call: its result, or the name of its error.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *error_name(int code) {
  switch (code) {
    case EACCES: return "EACCES";
    case EBADF: return "EBADF";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EISDIR: return "EISDIR";
    case ELOOP: return "ELOOP";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    case ENOENT: return "ENOENT";
    case ENOTDIR: return "ENOTDIR";
    case ENOTEMPTY: return "ENOTEMPTY";
    case EPERM: return "EPERM";
    case ESPIPE: return "ESPIPE";
    default: return strerror(code);
  }
}

static long report(const char *what, long result) {
  if (result < 0)
    printf("%s: %s\n", what, error_name(errno));
  else
    printf("%s: %ld\n", what, result);
  return result;
}

static inline const char *kind_of(const struct stat *info) {
  return S_ISREG(info->st_mode)   ? "file"
         : S_ISDIR(info->st_mode) ? "directory"
         : S_ISLNK(info->st_mode) ? "link"
                                  : "other";
}
