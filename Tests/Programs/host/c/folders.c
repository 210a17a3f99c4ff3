// Folders: make, list, walk, rename and remove them, a few and thousands.

#include "report.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

// The sorted names in a folder, NULL at the end; NULL if it cannot be listed.
static char **names_in(const char *path) {
  DIR *folder = opendir(path);
  if (!folder) return NULL;
  size_t count = 0, room = 16;
  char **names = malloc(room * sizeof *names);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (count + 1 == room) names = realloc(names, (room *= 2) * sizeof *names);
    names[count++] = strdup(entry->d_name);
  }
  names[count] = NULL;
  closedir(folder);
  qsort(names, count, sizeof *names, compare);
  return names;
}

static void walk(const char *path, int depth) {
  char **names = names_in(path);
  if (!names) {
    printf("%s: %s\n", path, error_name(errno));
    return;
  }
  for (char **name = names; *name; name++) {
    char *inner = malloc(strlen(path) + strlen(*name) + 2);
    sprintf(inner, "%s/%s", path, *name);
    struct stat info;
    if (lstat(inner, &info) != 0) {
      printf("%s: %s\n", inner, error_name(errno));
    } else {
      printf("%*s%s (%s)\n", depth * 2, "", *name, kind_of(&info));
      if (S_ISDIR(info.st_mode)) walk(inner, depth + 1);
    }
    free(inner);
    free(*name);
  }
  free(names);
}

static void make(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT, 0644);
  if (fd < 0 || write(fd, path, strlen(path)) < 0 || close(fd) != 0) report(path, -1);
}

static long remove_all(const char *path) {
  long removed = 0;
  char **names = names_in(path);
  for (char **name = names; *name; name++) {
    char inner[1024];
    snprintf(inner, sizeof inner, "%s/%s", path, *name);
    struct stat info;
    lstat(inner, &info);
    if (S_ISDIR(info.st_mode)) removed += remove_all(inner);
    else removed += unlink(inner) == 0;
    free(*name);
  }
  free(names);
  return removed + (rmdir(path) == 0);
}

static void types(void) {
  puts("-- types");
  DIR *folder = opendir("tree");
  long files = 0, folders = 0, links = 0, dots = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    struct stat info;
    dots += entry->d_name[0] == '.';
    fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW);
    if (entry->d_ino != info.st_ino && strcmp(entry->d_name, "..") != 0)
      printf("%s has two numbers\n", entry->d_name);
    files += entry->d_type == DT_REG;
    folders += entry->d_type == DT_DIR && entry->d_name[0] != '.';
    links += entry->d_type == DT_LNK;
  }
  printf("%ld files, %ld folders, %ld links, %ld dots\n", files, folders, links, dots);
  rewinddir(folder);
  long again = 0;
  while (readdir(folder)) again++;
  printf("%ld entries from the start\n", again);
  closedir(folder);
}

static void many(void) {
  puts("-- many");
  report("make", mkdir("many", 0755));
  char name[64];
  for (int i = 0; i < 3000; i++) {
    snprintf(name, sizeof name, "many/%0*d", 4 + i % 40, i);
    make(name);
  }
  char **names = names_in("many");
  long count = 0, length = 0;
  for (char **one = names; *one; one++, count++) length += (long)strlen(*one);
  printf("%ld names, %ld bytes, %s to %s\n", count, length, names[0], names[count - 1]);
  report("not empty", rmdir("many"));
  printf("removed %ld\n", remove_all("many"));
  walk("many", 0);
}

int main(void) {
  report("make", mkdir("tree", 0755));
  report("again", mkdir("tree", 0755));
  report("with a slash", mkdir("tree/a/", 0755));
  report("in it", mkdir("tree/a/b", 0755));
  report("deeper", mkdir("tree/a/b/c", 0755));
  report("without its parent", mkdir("tree/x/y", 0755));
  make("tree/file");
  make("tree/a/file of a");
  make("tree/a/b/gr\xc3\xb6\xc3\x9f" "e");
  make("tree/a/b/c/.hidden");
  report("link", symlink("a/b", "tree/way"));
  report("over a file", mkdir("tree/file", 0755));
  report("in a file", mkdir("tree/file/x", 0755));
  walk("tree", 0);
  walk("tree/way", 0);
  types();

  puts("-- change");
  report("dots", access("tree/a/../a/./b//c", F_OK));
  report("list a file", opendir("tree/file") ? 0 : -1);
  report("list nothing", opendir("tree/none") ? 0 : -1);
  report("not empty", rmdir("tree/a"));
  report("a link", rmdir("tree/way"));
  report("missing", rmdir("tree/none"));
  report("itself", rmdir("tree/a/."));
  report("rename", rename("tree/a/b", "tree/moved"));
  report("way leads nowhere", access("tree/way", F_OK));
  report("over an empty one", mkdir("tree/empty", 0755) || rename("tree/moved", "tree/empty"));
  report("over a full one", rename("tree/empty", "tree/a"));
  report("into itself", rename("tree/a", "tree/a/new"));
  walk("tree", 0);

  puts("-- relative");
  int folder = open("tree", O_RDONLY | O_DIRECTORY);
  int file = openat(folder, "empty/new", O_WRONLY | O_CREAT, 0644);
  report("beneath a descriptor", write(file, "new", 3));
  close(file);
  report("make", mkdirat(folder, "made", 0755));
  report("rename", renameat(folder, "made", folder, "renamed"));
  report("unlink as a folder", unlinkat(folder, "renamed", AT_REMOVEDIR));
  report("unlink a folder", unlinkat(folder, "empty", 0));
  close(folder);
  report("closed", mkdirat(folder, "late", 0755));
  many();
  printf("removed %ld\n", remove_all("tree/empty"));
  walk(".", 0);
  return 0;
}
