// Files and directories below the working directory: create, write, append, seek, truncate,
// stat, rename, link, list, remove, and the errors of what must fail. It leaves nothing behind.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *error_name(int code) {
  switch (code) {
    case 0: return "no error";
    case EBADF: return "EBADF";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EISDIR: return "EISDIR";
    case ELOOP: return "ELOOP";
    case ENOENT: return "ENOENT";
    case ENOTDIR: return "ENOTDIR";
    case ENOTEMPTY: return "ENOTEMPTY";
    case EPERM: return "EPERM";
    default: return "another error";
  }
}

static void report(const char *what, long result) {
  if (result < 0)
    printf("%s: %s\n", what, error_name(errno));
  else
    printf("%s: %ld\n", what, result);
}

static void describe(const char *path) {
  struct stat info;
  if (lstat(path, &info) != 0) {
    printf("%s: %s\n", path, error_name(errno));
    return;
  }
  const char *kind = S_ISREG(info.st_mode)   ? "file"
                     : S_ISDIR(info.st_mode) ? "directory"
                     : S_ISLNK(info.st_mode) ? "link"
                                             : "other";
  printf("%s: %s", path, kind);
  if (S_ISREG(info.st_mode)) printf(" of %lld bytes", (long long)info.st_size);
  puts("");
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *path) {
  DIR *directory = opendir(path);
  if (!directory) {
    printf("list %s: %s\n", path, error_name(errno));
    return;
  }
  char *names[512];
  size_t n = 0;
  for (struct dirent *entry; n < 512 && (entry = readdir(directory));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      names[n++] = strdup(entry->d_name);
  closedir(directory);
  qsort(names, n, sizeof *names, compare);
  printf("list %s: %zu entries\n", path, n);
  for (size_t i = 0; i < n; i++)
    if (n < 10 || i % 50 == 0) printf("  %s\n", names[i]);
}

static void descriptors(void) {
  char buffer[64] = {0};
  int fd = open("dir/data", O_RDWR | O_CREAT | O_EXCL, 0644);
  report("create", fd < 0 ? fd : 0);
  report("write", write(fd, "hello, world", 12));
  report("write at", pwrite(fd, "HELLO", 5, 0));
  report("write beyond the end", pwrite(fd, "!", 1, 20));
  report("seek from the end", lseek(fd, -3, SEEK_END));
  report("seek before the start", lseek(fd, -1, SEEK_SET));
  report("read", read(fd, buffer, sizeof buffer));
  report("read at the end", read(fd, buffer, sizeof buffer));
  report("read at", pread(fd, buffer, 12, 0));
  printf("holds %.12s\n", buffer);
  report("truncate", ftruncate(fd, 5));
  report("sync", fsync(fd));
  describe("dir/data");
  struct timespec times[2] = {{1000000000, 500}, {1234567890, 123456000}};
  struct stat info;
  report("set times", futimens(fd, times));
  fstat(fd, &info);
  printf("modified %lld.%09ld\n", (long long)info.st_mtim.tv_sec, (long)info.st_mtim.tv_nsec);
  report("close", close(fd));
  report("close again", close(fd));
  report("create again", open("dir/data", O_RDWR | O_CREAT | O_EXCL, 0644));

  fd = open("dir/data", O_WRONLY | O_APPEND);
  report("append", write(fd, " again", 6));
  report("position after", lseek(fd, 0, SEEK_CUR));
  close(fd);
  fd = open("dir/data", O_RDONLY);
  report("read what was appended", read(fd, buffer, sizeof buffer));
  printf("holds %.11s\n", buffer);
  report("write to a file open for reading", write(fd, "x", 1));
  close(fd);
  fd = open("dir/data", O_WRONLY | O_TRUNC);
  close(fd);
  describe("dir/data");
}

static void streams(void) {
  FILE *file = fopen("dir/stream", "w+");
  for (int i = 0; i < 1000; i++) fprintf(file, "line %d of %.2f\n", i, i / 7.0);
  rewind(file);
  char line[64];
  int lines = 0;
  while (fgets(line, sizeof line, file)) lines++;
  printf("stream has %d lines, last %s", lines, line);
  fseek(file, 1000, SEEK_SET);
  int number = -1;
  while (getc(file) != '\n') {
  }
  report("scanned", fscanf(file, "line %d", &number));
  printf("number %d at %ld, end of file %d\n", number, ftell(file), feof(file));
  fclose(file);
}

int main(void) {
  report("make directory", mkdir("dir", 0755));
  report("make it again", mkdir("dir", 0755));
  report("make one in a missing one", mkdir("missing/dir", 0755));
  descriptors();
  streams();

  report("rename", rename("dir/data", "dir/moved"));
  report("rename what is missing", rename("dir/data", "dir/elsewhere"));
  report("link", link("dir/moved", "dir/linked"));
  report("symbolic link", symlink("stream", "dir/soft"));
  char target[64] = {0};
  report("read link", readlink("dir/soft", target, sizeof target));
  printf("target %s\n", target);
  report("follow link", access("dir/soft", R_OK));
  report("do not follow", open("dir/soft", O_RDONLY | O_NOFOLLOW));
  describe("dir/soft");
  describe("dir/moved");
  describe("dir");
  list("dir");
  list("dir/moved");
  list("missing");

  report("open a missing file", open("dir/missing", O_RDONLY));
  report("open a directory for writing", open("dir", O_WRONLY));
  report("go through a file", open("dir/moved/x", O_RDONLY));
  report("remove a full directory", rmdir("dir"));
  report("remove", unlink("dir/moved"));
  report("remove again", unlink("dir/moved"));
  report("remove links", unlink("dir/linked") + unlink("dir/soft") + unlink("dir/stream"));

  char name[32];
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "dir/%03d-with-a-longer-name", i);
    int fd = open(name, O_WRONLY | O_CREAT, 0644);
    if (fd < 0 || close(fd) != 0) report(name, -1);
  }
  list("dir");
  int removed = 0;
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "dir/%03d-with-a-longer-name", i);
    removed += unlink(name) == 0;
  }
  printf("removed %d\n", removed);
  report("remove the directory", rmdir("dir"));
  list(".");
  return 0;
}
