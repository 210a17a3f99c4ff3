// Calls that act on names: path_create_directory, path_link, path_readlink,
// path_remove_directory, path_rename, path_symlink, path_unlink_file.
//
// Each resolves the directory that holds the name and acts on the one component
// left, which the host does not follow.

#include "wasi.h"

#include "errno.h"
#include "fd_table.h"
#include "guest.h"
#include "path_resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// Rights, path and parent in one step: what every call here starts with.
typedef struct place {
  char text[APUS_PATH_MAX];
  apus_path_parent parent;
} place;

static uint32_t find_place(guest_memory *memory, uint32_t fd, uint64_t right,
                           uint32_t path, uint32_t path_len, uint32_t if_dots,
                           place *found) {
  apus_fd *directory;
  uint32_t error = apus_fd_get(fd, right, &directory);
  if (error == WASI_SUCCESS)
    error = apus_path_load(memory, path, path_len, found->text);
  if (error != WASI_SUCCESS)
    return error;
  return apus_path_open_parent(directory->host, found->text, if_dots,
                               &found->parent);
}

// Ends a call: the parent is closed after the errno was read.
static uint32_t finish(const place *used, int result) {
  uint32_t error = result < 0 ? apus_wasi_last_errno() : WASI_SUCCESS;
  apus_path_close_parent(&used->parent);
  return error;
}

// A new name that is no directory must not end in a slash.
static uint32_t refuse_slash(const place *new_place) {
  struct stat status;
  if (!new_place->parent.trailing_slash)
    return WASI_SUCCESS;
  return fstatat(new_place->parent.directory, new_place->parent.name, &status,
                 AT_SYMLINK_NOFOLLOW) == 0
             ? WASI_EXIST
             : WASI_NOENT;
}

uint32_t apus_wasi_path_create_directory(guest_memory *memory, uint32_t fd,
                                         uint32_t path, uint32_t path_len) {
  place new_place;
  uint32_t error = find_place(memory, fd, WASI_RIGHT_PATH_CREATE_DIRECTORY,
                              path, path_len, WASI_EXIST, &new_place);
  if (error != WASI_SUCCESS)
    return error;
  return finish(&new_place, mkdirat(new_place.parent.directory,
                                    new_place.parent.name, 0777));
}

uint32_t apus_wasi_path_remove_directory(guest_memory *memory, uint32_t fd,
                                         uint32_t path, uint32_t path_len) {
  place old;
  uint32_t error = find_place(memory, fd, WASI_RIGHT_PATH_REMOVE_DIRECTORY,
                              path, path_len, WASI_INVAL, &old);
  if (error != WASI_SUCCESS)
    return error;
  return finish(&old,
                unlinkat(old.parent.directory, old.parent.name, AT_REMOVEDIR));
}

uint32_t apus_wasi_path_unlink_file(guest_memory *memory, uint32_t fd,
                                    uint32_t path, uint32_t path_len) {
  place old;
  uint32_t error = find_place(memory, fd, WASI_RIGHT_PATH_UNLINK_FILE, path,
                              path_len, WASI_ISDIR, &old);
  if (error != WASI_SUCCESS)
    return error;
  error = apus_path_check_slash(&old.parent);
  if (error == WASI_SUCCESS)
    return finish(&old, unlinkat(old.parent.directory, old.parent.name, 0));
  apus_path_close_parent(&old.parent);
  return error;
}

uint32_t apus_wasi_path_readlink(guest_memory *memory, uint32_t fd,
                                 uint32_t path, uint32_t path_len, uint32_t buf,
                                 uint32_t buf_len, uint32_t used) {
  uint8_t *buffer = apus_guest_range(memory, buf, buf_len, 1);
  if (buffer == NULL || apus_guest_range(memory, used, 1, 4) == NULL)
    return WASI_FAULT;
  place link;
  uint32_t error = find_place(memory, fd, WASI_RIGHT_PATH_READLINK, path,
                              path_len, WASI_INVAL, &link);
  if (error != WASI_SUCCESS)
    return error;
  char target[APUS_PATH_MAX];
  ssize_t length = -1;
  error = apus_path_check_slash(&link.parent);
  if (error == WASI_SUCCESS) {
    length = readlinkat(link.parent.directory, link.parent.name, target,
                        sizeof target);
    if (length < 0)
      error = apus_wasi_last_errno();
  }
  apus_path_close_parent(&link.parent);
  if (error != WASI_SUCCESS)
    return error;
  // Cut without a word when the buffer is small, as readlink does.
  uint32_t copied = (uint64_t)length < buf_len ? (uint32_t)length : buf_len;
  memcpy(buffer, target, copied);
  return apus_guest_store32(memory, used, copied);
}

uint32_t apus_wasi_path_symlink(guest_memory *memory, uint32_t old_path,
                                uint32_t old_path_len, uint32_t fd,
                                uint32_t new_path, uint32_t new_path_len) {
  char target[APUS_PATH_MAX];
  place new_place;
  uint32_t error = apus_path_load(memory, old_path, old_path_len, target);
  if (error != WASI_SUCCESS)
    return error;
  // Nothing in the sandbox could follow it, and programs outside should not.
  if (target[0] == '/')
    return WASI_ESCAPE;
  error = find_place(memory, fd, WASI_RIGHT_PATH_SYMLINK, new_path,
                     new_path_len, WASI_EXIST, &new_place);
  if (error != WASI_SUCCESS)
    return error;
  error = refuse_slash(&new_place);
  if (error == WASI_SUCCESS)
    return finish(&new_place, symlinkat(target, new_place.parent.directory,
                                        new_place.parent.name));
  apus_path_close_parent(&new_place.parent);
  return error;
}

// --- From one name to another ------------------------------------------------

static uint32_t link_places(const place *old, const place *new_place) {
  uint32_t error = apus_path_check_slash(&old->parent);
  if (error == WASI_SUCCESS)
    error = refuse_slash(new_place);
  if (error != WASI_SUCCESS)
    return error;
  return linkat(old->parent.directory, old->parent.name,
                new_place->parent.directory, new_place->parent.name, 0) < 0
             ? apus_wasi_last_errno()
             : WASI_SUCCESS;
}

static uint32_t rename_places(const place *old, const place *new_place) {
  // A slash after either name says that a directory is renamed.
  apus_path_parent source = old->parent;
  source.trailing_slash |= new_place->parent.trailing_slash;
  uint32_t error = apus_path_check_slash(&source);
  if (error != WASI_SUCCESS)
    return error;
  return renameat(old->parent.directory, old->parent.name,
                  new_place->parent.directory, new_place->parent.name) < 0
             ? apus_wasi_last_errno()
             : WASI_SUCCESS;
}

uint32_t apus_wasi_path_link(guest_memory *memory, uint32_t old_fd,
                             uint32_t old_flags, uint32_t old_path,
                             uint32_t old_path_len, uint32_t new_fd,
                             uint32_t new_path, uint32_t new_path_len) {
  place old, new_place;
  // Linking to what a link leads to has no safe form on the host.
  if (old_flags != 0)
    return WASI_INVAL;
  uint32_t error = find_place(memory, old_fd, WASI_RIGHT_PATH_LINK_SOURCE,
                              old_path, old_path_len, WASI_PERM, &old);
  if (error != WASI_SUCCESS)
    return error;
  error = find_place(memory, new_fd, WASI_RIGHT_PATH_LINK_TARGET, new_path,
                     new_path_len, WASI_EXIST, &new_place);
  if (error == WASI_SUCCESS) {
    error = link_places(&old, &new_place);
    apus_path_close_parent(&new_place.parent);
  }
  apus_path_close_parent(&old.parent);
  return error;
}

uint32_t apus_wasi_path_rename(guest_memory *memory, uint32_t fd,
                               uint32_t old_path, uint32_t old_path_len,
                               uint32_t new_fd, uint32_t new_path,
                               uint32_t new_path_len) {
  place old, new_place;
  uint32_t error = find_place(memory, fd, WASI_RIGHT_PATH_RENAME_SOURCE,
                              old_path, old_path_len, WASI_BUSY, &old);
  if (error != WASI_SUCCESS)
    return error;
  error = find_place(memory, new_fd, WASI_RIGHT_PATH_RENAME_TARGET, new_path,
                     new_path_len, WASI_BUSY, &new_place);
  if (error == WASI_SUCCESS) {
    error = rename_places(&old, &new_place);
    apus_path_close_parent(&new_place.parent);
  }
  apus_path_close_parent(&old.parent);
  return error;
}
