// Files of the working directory: create, write, append, seek, truncate, stat, rename, link,
// remove, and every error that a program is likely to meet. It leaves files behind, which are
// compared as well.

#include "report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

static void describe(const char *path) {
  struct stat info, followed;
  if (lstat(path, &info) != 0) {
    printf("%s: %s\n", path, error_name(errno));
    return;
  }
  printf("%s: %s, %lld bytes, %ld links", path, kind_of(&info),
         S_ISDIR(info.st_mode) ? 0LL : (long long)info.st_size,
         S_ISDIR(info.st_mode) ? 0L : (long)info.st_nlink);
  if (S_ISLNK(info.st_mode)) {
    if (stat(path, &followed) == 0)
      printf(", to a %s", kind_of(&followed));
    else
      printf(", %s", error_name(errno));
  }
  puts("");
}

static int open_file(const char *path, int flags) {
  int fd = open(path, flags, 0644);
  report(path, fd < 0 ? fd : 0);
  return fd;
}

static void contents(const char *path) {
  char bytes[256];
  int fd = open(path, O_RDONLY);
  ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
  if (length < 0) {
    printf("%s: %s\n", path, error_name(errno));
  } else {
    printf("%s:", path);
    for (ssize_t i = 0; i < length; i++)
      printf(bytes[i] < 32 || bytes[i] > 126 ? " %02x" : " %c", bytes[i] & 0xff);
    puts("");
  }
  if (fd >= 0) close(fd);
}

static void make(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0)
    printf("cannot make %s: %s\n", path, error_name(errno));
}

static void writing(void) {
  puts("-- writing");
  int fd = open_file("new", O_RDWR | O_CREAT | O_EXCL);
  report("write", write(fd, "0123456789", 10));
  report("write nothing", write(fd, "", 0));
  report("back", lseek(fd, -4, SEEK_CUR));
  report("overwrite", write(fd, "abc", 3));
  report("beyond", lseek(fd, 5, SEEK_END));
  report("leave a hole", write(fd, "\n", 1));
  struct iovec parts[3] = {{"one", 3}, {"", 0}, {"three", 5}};
  report("write parts", writev(fd, parts, 3));
  report("write at", pwrite(fd, "ZZ", 2, 1));
  report("place", lseek(fd, 0, SEEK_CUR));
  report("start", lseek(fd, 0, SEEK_SET));
  char first[4], second[64];
  struct iovec places[2] = {{first, sizeof first}, {second, sizeof second}};
  report("read parts", readv(fd, places, 2));
  report("end", read(fd, first, 1));
  report("read beyond", pread(fd, first, 1, 1000));
  report("before the start", lseek(fd, -1, SEEK_SET));
  report("no such origin", lseek(fd, 0, 77));
  report("data sync", fdatasync(fd));
  contents("new");
  report("shorter", ftruncate(fd, 4));
  describe("new");
  report("longer", ftruncate(fd, 20));
  report("negative", ftruncate(fd, -1));
  contents("new");
  report("no terminal", isatty(fd) ? -1 : 0);
  report("close", close(fd));
  report("close again", close(fd));
  report("write to closed", write(fd, "x", 1));

  fd = open_file("new", O_WRONLY | O_APPEND);
  report("append", write(fd, "tail", 4));
  report("seek does not matter", lseek(fd, 0, SEEK_SET));
  report("append", write(fd, "more", 4));
  report("read what is for writing", read(fd, first, 1));
  close(fd);
  fd = open_file("new", O_RDONLY);
  report("write what is for reading", write(fd, "x", 1));
  report("truncate what is for reading", ftruncate(fd, 0));
  close(fd);
  contents("new");
  close(open_file("new", O_WRONLY | O_TRUNC));
  describe("new");
}

static void two_descriptors(void) {
  puts("-- two descriptors");
  int one = open_file("shared", O_RDWR | O_CREAT);
  int two = open_file("shared", O_RDWR);
  write(one, "from one", 8);
  char bytes[16] = {0};
  report("seen by two", read(two, bytes, sizeof bytes));
  printf("%s\n", bytes);
  write(two, " and two", 8);
  report("grown", lseek(one, 0, SEEK_END));
  report("unlink while open", unlink("shared"));
  report("still there", pread(one, bytes, 8, 8));
  printf("%.8s\n", bytes);
  struct stat info;
  fstat(one, &info);
  printf("%ld links, %lld bytes\n", (long)info.st_nlink, (long long)info.st_size);
  close(one);
  close(two);
  describe("shared");
}

static void names(void) {
  puts("-- names");
  make("first", "first\n");
  make("second", "second\n");
  mkdir("folder", 0755);
  mkdir("folder/inner", 0755);
  make("folder/file", "in a folder\n");
  report("rename over", rename("first", "second"));
  contents("second");
  describe("first");
  report("rename into a folder", rename("second", "folder/second"));
  report("rename to itself", rename("folder/second", "folder/second"));
  report("rename a missing file", rename("missing", "other"));
  report("rename to a missing folder", rename("folder/second", "missing/x"));
  report("rename a file over a folder", rename("folder/second", "folder/inner"));
  report("rename a folder over a file", rename("folder/inner", "folder/file"));
  report("rename a folder into itself", rename("folder", "folder/inner/x"));
  report("link", link("folder/second", "hard"));
  report("link again", link("folder/second", "hard"));
  report("link a folder", link("folder", "hard2"));
  describe("hard");
  report("symbolic link", symlink("folder/second", "soft"));
  report("symbolic link again", symlink("other", "soft"));
  report("dangling", symlink("nowhere", "dangling"));
  report("to a folder", symlink("folder", "way"));
  report("loop", symlink("loop", "loop"));
  describe("soft");
  describe("dangling");
  describe("way");
  describe("loop");
  contents("soft");
  contents("way/file");
  contents("loop");
  contents("dangling");
  char target[64] = {0};
  report("target", readlink("soft", target, sizeof target));
  printf("%s\n", target);
  report("target of a file", readlink("hard", target, sizeof target));
  report("target, cut", readlink("soft", target, 3));
  report("exclusive through a link", open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644));
  report("not through a link", open("soft", O_RDONLY | O_NOFOLLOW));
  report("remove a link", unlink("soft"));
  report("not what it named", access("folder/second", R_OK));
}

static void errors(void) {
  puts("-- errors");
  report("missing", open("missing", O_RDONLY));
  report("in a missing folder", open("missing/file", O_WRONLY | O_CREAT, 0644));
  report("through a file", open("hard/x", O_RDONLY));
  report("a file as a folder", open("hard", O_RDONLY | O_DIRECTORY));
  report("a file with a slash", open("hard/", O_RDONLY));
  report("exists", open("hard", O_WRONLY | O_CREAT | O_EXCL, 0644));
  report("write a folder", open("folder", O_WRONLY));
  report("create a folder's name", open("folder", O_RDWR | O_CREAT, 0644));
  report("unlink a folder", unlink("folder"));
  report("unlink a missing file", unlink("missing"));
  report("rmdir a file", rmdir("hard"));
  char name[300];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = 0;
  report("long name", open(name, O_WRONLY | O_CREAT, 0644));
  name[255] = 0;
  int fd = open(name, O_WRONLY | O_CREAT, 0644);
  report("longest name", fd < 0 ? fd : close(fd));
  report("remove it", unlink(name));
  fd = open("folder", O_RDONLY);
  report("read a folder", read(fd, name, 1));
  close(fd);
  report("access", access("missing", F_OK));
  report("read descriptor 99", read(99, name, 1));
}

static void streams(void) {
  puts("-- streams");
  FILE *file = fopen("stream", "w");
  for (int i = 0; i < 5000; i++) fprintf(file, "%d:%*d\n", i, i % 60, i * i);
  fclose(file);
  file = fopen("stream", "a+");
  fputs("appended without an end", file);
  rewind(file);
  char line[128];
  long lines = 0, bytes = 0;
  while (fgets(line, sizeof line, file)) {
    lines++;
    bytes += (long)strlen(line);
  }
  printf("%ld lines, %ld bytes, at %ld, last '%s'\n", lines, bytes, ftell(file), line);
  fclose(file);
  file = fopen("stream", "r+");
  fseek(file, -3, SEEK_END);
  fputs("END", file);
  fseek(file, -13, SEEK_END);
  printf("'%s'\n", fgets(line, sizeof line, file));
  fclose(file);
  file = fopen("big", "w");
  static char block[65536];
  unsigned state = 1;
  for (int i = 0; i < 64; i++) {
    for (size_t j = 0; j < sizeof block; j++) {
      state = state * 1103515245 + 12345;
      block[j] = (char)(state >> 16);
    }
    fwrite(block, 1, sizeof block - i, file);
  }
  fclose(file);
  describe("big");
  report("no such mode", fopen("new", "q") == NULL ? -1 : 0);
}

int main(void) {
  writing();
  two_descriptors();
  names();
  errors();
  streams();
  return 3;
}
