// Paths (W1 to W3), with openat2 and with the walk that replaces it: what leads out
// of the granted directory is refused and nothing outside is touched.

#include "unit.h"

static uint32_t try_open(const char *path, uint32_t dirflags, uint32_t oflags) {
  uint32_t fd;
  uint32_t error = open_in(BOX, path, dirflags, oflags, WASI_RIGHT_FD_READ, &fd);
  if (error == WASI_SUCCESS)
    apus_wasi_fd_close(&guest, fd);
  return error;
}
#define FOLLOW 1u

static void make_tree(void) {
  write_file("outside", "secret");
  mkdir("elsewhere", 0777);
  write_file("elsewhere/file", "secret");
  if (chdir("box") != 0)
    abort();
  write_file("file", "inside");
  mkdir("dir", 0777);
  mkdir("dir/sub", 0777);
  write_file("dir/sub/file", "inside");
  symlink("file", "link");
  symlink("dir", "dirlink");
  symlink("dir/sub", "sublink");
  symlink("../outside", "escape");
  symlink("../elsewhere/", "escape-slash");
  symlink("../elsewhere", "escape-dir");
  symlink("/etc/passwd", "absolute");
  symlink("../dangling", "dangling-out");
  symlink("dangling", "dangling-in");
  symlink("loop", "loop");
  symlink("dir/../file", "dots");
  symlink("dir/../../outside", "dots-out");
  symlink("/proc/self/root", "magic");
  char name[16], target[16] = "file";
  for (int i = 1; i <= 41; i++) {
    snprintf(name, sizeof name, "chain%d", i);
    symlink(target, name);
    strcpy(target, name);
  }
  if (chdir("..") != 0)
    abort();
}

static void test_open(void) {
  CHECK_EQUAL(try_open("file", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("./dir//sub/./file", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dir/../dir/sub/../sub/file", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dir/", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dir///", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open(".", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dir/..", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("", 0, 0), WASI_NOENT);
  CHECK_EQUAL(try_open("absent", 0, 0), WASI_NOENT);
  CHECK_EQUAL(try_open("file/", 0, 0), WASI_NOTDIR);
  CHECK_EQUAL(try_open("file/x", 0, 0), WASI_NOTDIR);
  CHECK_EQUAL(try_open("file/.", 0, 0), WASI_NOTDIR);
  CHECK_EQUAL(try_open("file", 0, WASI_OFLAG_DIRECTORY), WASI_NOTDIR);

  CHECK_EQUAL(try_open("/etc/passwd", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("/", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("..", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("../", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("../outside", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("dir/../../outside", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("../box/file", FOLLOW, 0), WASI_ESCAPE);

  CHECK_EQUAL(try_open("link", FOLLOW, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dots", FOLLOW, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dirlink/sub/file", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("sublink/../sub/file", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dirlink/", 0, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("link", 0, 0), WASI_LOOP);
  CHECK_EQUAL(try_open("loop", FOLLOW, 0), WASI_LOOP);
  CHECK_EQUAL(try_open("chain40", FOLLOW, 0), WASI_SUCCESS);
  CHECK_EQUAL(try_open("chain41", FOLLOW, 0), WASI_LOOP);

  CHECK_EQUAL(try_open("escape", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape", 0, 0), WASI_LOOP);
  CHECK_EQUAL(try_open("escape/", 0, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape-slash", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape-slash", 0, 0), WASI_LOOP);
  CHECK_EQUAL(try_open("escape-slash/", 0, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape-slash/file", 0, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape-dir/", 0, WASI_OFLAG_DIRECTORY), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape-dir/file", 0, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("absolute", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("dots-out", FOLLOW, 0), WASI_ESCAPE);
  CHECK_EQUAL(try_open("sublink/../../../outside", 0, 0), WASI_ESCAPE);
  CHECK(try_open("magic/etc/passwd", FOLLOW, 0) != WASI_SUCCESS);
}

static void test_create(void) {
  uint32_t create = WASI_OFLAG_CREAT, exclusive = create | WASI_OFLAG_EXCL;
  CHECK_EQUAL(try_open("dangling-out", FOLLOW, create), WASI_ESCAPE);
  CHECK_EQUAL(try_open("dangling-out", FOLLOW, exclusive), WASI_EXIST);
  CHECK_EQUAL(try_open("dangling-out", 0, create), WASI_LOOP);
  CHECK_EQUAL(try_open("dangling-out", FOLLOW, create | WASI_OFLAG_TRUNC),
              WASI_ESCAPE);
  CHECK_EQUAL(try_open("../new", FOLLOW, create), WASI_ESCAPE);
  CHECK_EQUAL(try_open("escape-dir/new", FOLLOW, create), WASI_ESCAPE);
  CHECK_EQUAL(try_open("new/", FOLLOW, create), WASI_ISDIR);
  CHECK(access("dangling", F_OK) != 0);
  CHECK(access("new", F_OK) != 0);
  CHECK(access("elsewhere/new", F_OK) != 0);
  // A dangling link that stays inside creates its target, as on the host.
  CHECK_EQUAL(try_open("dangling-in", FOLLOW, create), WASI_SUCCESS);
  CHECK(access("box/dangling", F_OK) == 0);
  unlink("box/dangling");
  CHECK_EQUAL(try_open("dir/fresh", 0, exclusive), WASI_SUCCESS);
  CHECK_EQUAL(try_open("dir/fresh", 0, exclusive), WASI_EXIST);
  unlink("box/dir/fresh");
}

static void test_limits(void) {
  char name[300];
  memset(name, 'x', sizeof name);
  name[255] = 0;
  CHECK_EQUAL(try_open(name, 0, 0), WASI_NOENT);
  name[255] = 'x';
  name[256] = 0;
  CHECK_EQUAL(try_open(name, 0, 0), WASI_NAMETOOLONG);
  // Components without end, and none of them long.
  uint32_t length = 4094;
  for (uint32_t i = 0; i < length; i++)
    *at(PATH_A + i) = i % 2 ? '/' : '.';
  CHECK_EQUAL(apus_wasi_path_open(&guest, BOX, 0, PATH_A, length, 0, 2, 0, 0,
                                  0x100),
              WASI_SUCCESS);
  apus_wasi_fd_close(&guest, load32(0x100));
  CHECK_EQUAL(apus_wasi_path_open(&guest, BOX, 0, PATH_A, 4096, 0, 2, 0, 0,
                                  0x100),
              WASI_NAMETOOLONG);
  CHECK_EQUAL(apus_wasi_path_open(&guest, BOX, 0, 0x4000, 0x10000, 0, 2, 0, 0,
                                  0x100),
              WASI_NAMETOOLONG);
  memcpy(at(PATH_A), "file\0x", 6);
  CHECK_EQUAL(apus_wasi_path_open(&guest, BOX, 0, PATH_A, 5, 0, 2, 0, 0, 0x100),
              WASI_INVAL);
  static const char *bad[] = {"\xff",         "a\xc0\xaf",    "\xed\xa0\x80",
                              "\xf4\x90\x80\x80", "\xe2\x82", "\xc1\xbf",
                              "\xe0\x80\xaf"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    CHECK_EQUAL(try_open(bad[i], 0, 0), WASI_ILSEQ);
  CHECK_EQUAL(try_open("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 0, 0), WASI_NOENT);
}

// A call on one path, by name.
static uint32_t one(uint32_t (*call)(guest_memory *, uint32_t, uint32_t,
                                     uint32_t),
                    const char *path) {
  return call(&guest, BOX, PATH_A, put_text(PATH_A, path));
}
static uint32_t rename_path(const char *from, const char *to) {
  uint32_t a = put_text(PATH_A, from), b = put_text(PATH_B, to);
  return apus_wasi_path_rename(&guest, BOX, PATH_A, a, BOX, PATH_B, b);
}
static uint32_t link_path(const char *from, const char *to) {
  uint32_t a = put_text(PATH_A, from), b = put_text(PATH_B, to);
  return apus_wasi_path_link(&guest, BOX, 0, PATH_A, a, BOX, PATH_B, b);
}
static uint32_t symlink_path(const char *target, const char *path) {
  uint32_t a = put_text(PATH_A, target), b = put_text(PATH_B, path);
  return apus_wasi_path_symlink(&guest, PATH_A, a, BOX, PATH_B, b);
}
static uint32_t stat_path(const char *path, uint32_t flags) {
  return apus_wasi_path_filestat_get(&guest, BOX, flags, PATH_A,
                                     put_text(PATH_A, path), 0x200);
}

static void test_names(void) {
#define MKDIR apus_wasi_path_create_directory
#define RMDIR apus_wasi_path_remove_directory
#define UNLINK apus_wasi_path_unlink_file
  CHECK_EQUAL(one(MKDIR, "d1"), WASI_SUCCESS);
  CHECK_EQUAL(one(MKDIR, "d1/d2/"), WASI_SUCCESS);
  CHECK_EQUAL(one(MKDIR, "d1"), WASI_EXIST);
  CHECK_EQUAL(one(MKDIR, "."), WASI_EXIST);
  CHECK_EQUAL(one(MKDIR, ".."), WASI_ESCAPE);
  CHECK_EQUAL(one(MKDIR, "../d"), WASI_ESCAPE);
  CHECK_EQUAL(one(MKDIR, "/d"), WASI_ESCAPE);
  CHECK_EQUAL(one(MKDIR, "escape-dir/d"), WASI_ESCAPE);
  CHECK_EQUAL(one(MKDIR, "dangling-out"), WASI_EXIST);
  CHECK_EQUAL(one(MKDIR, "dangling-out/"), WASI_EXIST);
  CHECK_EQUAL(one(RMDIR, "d1"), WASI_NOTEMPTY);
  CHECK_EQUAL(one(RMDIR, "d1/d2/."), WASI_INVAL);
  CHECK_EQUAL(one(RMDIR, "d1/d2/"), WASI_SUCCESS);
  CHECK_EQUAL(one(RMDIR, "escape-dir/"), WASI_NOTDIR);
  CHECK_EQUAL(one(RMDIR, "../elsewhere"), WASI_ESCAPE);
  CHECK_EQUAL(one(RMDIR, "file"), WASI_NOTDIR);

  CHECK_EQUAL(one(UNLINK, "escape-dir/file"), WASI_ESCAPE);
  CHECK_EQUAL(one(UNLINK, "file/"), WASI_NOTDIR);
  CHECK_EQUAL(one(UNLINK, "dir"), WASI_ISDIR);
  CHECK_EQUAL(one(UNLINK, "../outside"), WASI_ESCAPE);
  CHECK_EQUAL(one(UNLINK, "escape/"), WASI_NOTDIR);

  CHECK_EQUAL(symlink_path("/etc", "s1"), WASI_ESCAPE);
  CHECK_EQUAL(symlink_path("x", "../s1"), WASI_ESCAPE);
  CHECK_EQUAL(symlink_path("x", "escape-dir/s1"), WASI_ESCAPE);
  CHECK_EQUAL(symlink_path("x", "file/"), WASI_EXIST);
  CHECK_EQUAL(symlink_path("x", "s1/"), WASI_NOENT);
  CHECK_EQUAL(symlink_path("file", "s1"), WASI_SUCCESS);
  CHECK_EQUAL(symlink_path("file", "s1"), WASI_EXIST);

  CHECK_EQUAL(link_path("file", "h1"), WASI_SUCCESS);
  CHECK_EQUAL(link_path("../outside", "h2"), WASI_ESCAPE);
  CHECK_EQUAL(link_path("file", "../h2"), WASI_ESCAPE);
  CHECK_EQUAL(link_path("escape-dir/file", "h2"), WASI_ESCAPE);
  CHECK_EQUAL(link_path("escape/", "h2"), WASI_NOTDIR);
  CHECK_EQUAL(link_path("file", "h2/"), WASI_NOENT);
  CHECK_EQUAL(apus_wasi_path_link(&guest, BOX, 1, PATH_A, 1, BOX, PATH_B, 1),
              WASI_INVAL);

  CHECK_EQUAL(rename_path("h1", "h3"), WASI_SUCCESS);
  CHECK_EQUAL(rename_path("h3", "../h3"), WASI_ESCAPE);
  CHECK_EQUAL(rename_path("../outside", "h4"), WASI_ESCAPE);
  CHECK_EQUAL(rename_path("h3", "escape-dir/h3"), WASI_ESCAPE);
  CHECK_EQUAL(rename_path("h3/", "h4"), WASI_NOTDIR);
  CHECK_EQUAL(rename_path("h3", "h4/"), WASI_NOTDIR);
  CHECK_EQUAL(rename_path("d1/", "d3/"), WASI_SUCCESS);
  CHECK_EQUAL(rename_path("escape-dir/", "d4"), WASI_NOTDIR);
  CHECK_EQUAL(rename_path(".", "d4"), WASI_BUSY);
  CHECK_EQUAL(one(RMDIR, "d3"), WASI_SUCCESS);
  CHECK_EQUAL(one(UNLINK, "h3"), WASI_SUCCESS);
  CHECK_EQUAL(one(UNLINK, "s1"), WASI_SUCCESS);

  CHECK_EQUAL(stat_path("link", 0), WASI_SUCCESS);
  CHECK_EQUAL(*at(0x210), WASI_FILETYPE_SYMBOLIC_LINK);
  CHECK_EQUAL(stat_path("link", FOLLOW), WASI_SUCCESS);
  CHECK_EQUAL(*at(0x210), WASI_FILETYPE_REGULAR_FILE);
  CHECK_EQUAL(load64(0x220), strlen("inside"));
  CHECK_EQUAL(stat_path("escape", FOLLOW), WASI_ESCAPE);
  CHECK_EQUAL(stat_path("escape", 0), WASI_SUCCESS);
  CHECK_EQUAL(stat_path("escape-dir/", 0), WASI_ESCAPE);
  CHECK_EQUAL(stat_path("..", 0), WASI_ESCAPE);

  uint32_t length = put_text(PATH_A, "link");
  CHECK_EQUAL(apus_wasi_path_readlink(&guest, BOX, PATH_A, length, 0x300, 2,
                                      0x100),
              WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 2);
  CHECK(memcmp(at(0x300), "fi", 2) == 0);
  length = put_text(PATH_A, "escape-dir/");
  CHECK_EQUAL(apus_wasi_path_readlink(&guest, BOX, PATH_A, length, 0x300, 9,
                                      0x100),
              WASI_NOTDIR);
  length = put_text(PATH_A, "link");
  CHECK_EQUAL(apus_wasi_path_filestat_set_times(&guest, BOX, FOLLOW, PATH_A,
                                                length, 5, 7000000001, 5),
              WASI_SUCCESS);
  CHECK_EQUAL(stat_path("file", 0), WASI_SUCCESS);
  CHECK_EQUAL(load64(0x230), 7000000001);
  CHECK_EQUAL(apus_wasi_path_filestat_set_times(&guest, BOX, 0, PATH_A, length,
                                                0, 0, 3),
              WASI_INVAL);
  length = put_text(PATH_A, "escape");
  CHECK_EQUAL(apus_wasi_path_filestat_set_times(&guest, BOX, FOLLOW, PATH_A,
                                                length, 0, 0, 5),
              WASI_ESCAPE);
}

static void check_untouched(void) {
  char text[16] = {0};
  struct stat status;
  int fd = open("outside", O_RDONLY);
  CHECK(read(fd, text, sizeof text) == 6 && memcmp(text, "secret", 6) == 0);
  CHECK(fstat(fd, &status) == 0 && status.st_nlink == 1);
  close(fd);
  fd = open("elsewhere/file", O_RDONLY);
  CHECK(read(fd, text, sizeof text) == 6);
  close(fd);
}

static int open_descriptors(void) {
  int count = 0;
  for (int fd = 0; fd < 256; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

int main(void) {
  make_box();
  make_tree();
  int before = open_descriptors();
  for (int mode = 0; mode < 2; mode++) {
    if (apus_path_without_openat2)
      skip("this kernel has no openat2: both passes use the walk");
    apus_path_without_openat2 = mode == 1;
    test_open();
    test_create();
    test_limits();
    test_names();
    check_untouched();
    CHECK_EQUAL(open_descriptors(), before);
    apus_path_without_openat2 = false;
  }
  return finish_checks();
}
