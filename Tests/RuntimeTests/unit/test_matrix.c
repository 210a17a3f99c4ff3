// W1: every call that takes a path on every kind of path. What it does must not
// depend on how paths are resolved, and nothing outside of the granted
// directory may be seen or changed.

#include "unit.h"

#define SENTINELS 4
static const char *const sentinels[SENTINELS] = {"outside", "elsewhere",
                                                 "elsewhere/file", "."};

static void make_tree(void) {
  write_file("outside", "secret");
  mkdir("elsewhere", 0777);
  write_file("elsewhere/file", "secret");
  if (chdir("box") != 0)
    abort();
  write_file("file", "inside");
  write_file("x", "inside");
  mkdir("dir", 0777);
  mkdir("a", 0777);
  write_file("dir/x", "inside");
  write_file("a/b", "inside");
  symlink("x", "link");
  symlink("dir", "dirlink");
  symlink("../elsewhere", "out");
  symlink("../elsewhere/", "out-slash");
  symlink("../outside", "out-file");
  symlink("../absent", "dangling");
  symlink("/etc/passwd", "absolute");
  symlink("/proc/self/cwd", "magic");
  symlink("loop-b", "loop-a");
  symlink("loop-a", "loop-b");
  symlink("chains/39", "chain40");
  symlink("chain40", "chain41");
  if (chdir("..") != 0)
    abort();
}

// --- Paths -------------------------------------------------------------------

static const char *const short_paths[] = {"/etc/passwd",
                                          "/",
                                          "..",
                                          "../x",
                                          "../outside",
                                          "../elsewhere/file",
                                          "a/../../x",
                                          "a/../../outside",
                                          "a//b",
                                          ".",
                                          "./.",
                                          "x/",
                                          "x/.",
                                          "x/..",
                                          "link",
                                          "link/",
                                          "dirlink",
                                          "dirlink/",
                                          "dirlink/x",
                                          "dirlink/../x",
                                          "dirlink/../../outside",
                                          "out",
                                          "out/",
                                          "out/.",
                                          "out/file",
                                          "out/new",
                                          "out/../outside",
                                          "out-slash",
                                          "out-slash/",
                                          "out-slash/file",
                                          "out-file",
                                          "out-file/",
                                          "dangling",
                                          "dangling/",
                                          "dangling/x",
                                          "absolute",
                                          "magic",
                                          "magic/outside",
                                          "magic/../outside",
                                          "loop-a",
                                          "loop-a/",
                                          "loop-a/x",
                                          "chain40",
                                          "chain41",
                                          "new",
                                          "new/",
                                          "new//",
                                          "dir",
                                          "dir/",
                                          "dir/.",
                                          "dir/..",
                                          "dir/../..",
                                          "dir/../../box/x",
                                          "file",
                                          "a\0b",
                                          "\xff",
                                          "x\xc0",
                                          "...",
                                          ".. ",
                                          "\\..\\x"};
#define SHORT (sizeof short_paths / sizeof short_paths[0])
#define LONG 6
#define PATHS (SHORT + LONG)
#define LONGEST 20000

// Puts a path at `address`; returns its length.
static uint32_t put_path(uint32_t address, size_t number) {
  if (number < SHORT) {
    const char *text = short_paths[number];
    uint32_t length =
        text[0] == 'a' && text[1] == 0 ? 3 : (uint32_t)strlen(text);
    memcpy(at(address), text, length);
    return length;
  }
  uint32_t length = 0;
  switch (number - SHORT) {
  case 0:
    return 0;
  case 1:
  case 2: // a component as long as may be, and one longer
    length = number - SHORT == 1 ? 255 : 256;
    memset(at(address), 'x', length);
    return length;
  case 3:
    length = 4096;
    break;
  case 4: // 10,000 components
    length = LONGEST;
    break;
  default: // ".." without end
    for (; length + 3 <= 3000; length += 3)
      memcpy(at(address + length), "../", 3);
    return length;
  }
  for (uint32_t i = 0; i < length; i++)
    *at(address + i) = i % 2 ? '/' : '.';
  return length;
}

// --- Calls -------------------------------------------------------------------

#define FIRST 0x2000u
#define SECOND 0x8000u
#define CALLS 32

static uint32_t open_path(uint32_t length, uint32_t follow, uint32_t oflags,
                          uint64_t rights) {
  uint32_t error = apus_wasi_path_open(&guest, BOX, follow, FIRST, length,
                                       oflags, rights, ALL_RIGHTS, 0, 0x100);
  if (error == WASI_SUCCESS) {
    put32(0x400, 0x500);
    put32(0x404, 8);
    memset(at(0x500), 0, 8);
    apus_wasi_fd_read(&guest, load32(0x100), 0x400, 1, 0x110);
    CHECK(memcmp(at(0x500), "secret", 6) != 0);
    apus_wasi_fd_close(&guest, load32(0x100));
  }
  return error;
}

// Call `number` on the path of `length` bytes at FIRST.
static uint32_t make_call(unsigned number, uint32_t length) {
  uint32_t other = put_text(SECOND, number & 1 ? "other" : "x");
  uint32_t follow = number & 1;
  if (number < 16)
    return open_path(length, follow, (number >> 1) & 7 ? number >> 1 & 15 : 0,
                     WASI_RIGHT_FD_READ);
  switch (number) {
  case 16:
  case 17:
    return open_path(length, follow, WASI_OFLAG_TRUNC,
                     WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE);
  case 18:
    return apus_wasi_path_create_directory(&guest, BOX, FIRST, length);
  case 19:
    return apus_wasi_path_remove_directory(&guest, BOX, FIRST, length);
  case 20:
    return apus_wasi_path_unlink_file(&guest, BOX, FIRST, length);
  case 21:
  case 22:
    return apus_wasi_path_rename(&guest, BOX, FIRST, length, BOX, SECOND,
                                 other);
  case 23:
  case 24:
    return apus_wasi_path_rename(&guest, BOX, SECOND, other, BOX, FIRST,
                                 length);
  case 25:
    return apus_wasi_path_link(&guest, BOX, 0, FIRST, length, BOX, SECOND,
                               other);
  case 26:
    return apus_wasi_path_link(&guest, BOX, 0, SECOND, other, BOX, FIRST,
                               length);
  case 27:
    return apus_wasi_path_symlink(&guest, SECOND, other, BOX, FIRST, length);
  case 28:
    return apus_wasi_path_readlink(&guest, BOX, FIRST, length, 0x600, 64,
                                   0x100);
  case 29:
  case 30:
    return apus_wasi_path_filestat_get(&guest, BOX, follow, FIRST, length,
                                       0x200);
  default:
    return apus_wasi_path_filestat_set_times(&guest, BOX, follow, FIRST, length,
                                             1, 1, 5);
  }
}

// --- Comparing ---------------------------------------------------------------

// Results of one way of resolving, each call in a tree of its own state.
typedef uint8_t table[PATHS][CALLS];

// 39 links, each to the one before; made once, as no call names them.
static void make_chain(void) {
  char name[32], target[16] = "../x";
  mkdir("box/chains", 0777);
  for (int i = 1; i <= 39; i++) {
    snprintf(name, sizeof name, "box/chains/%d", i);
    symlink(target, name);
    snprintf(target, sizeof target, "%d", i);
  }
}

// All but the granted directory itself and the chain.
static int remove_inner(const char *path, const struct stat *status, int type,
                        struct FTW *info) {
  (void)status, (void)type;
  bool keeps = strcmp(path, "box") == 0 || strncmp(path, "box/chains", 10) == 0;
  (void)info;
  return keeps ? 0 : remove(path);
}

static void rebuild(void) {
  static const char *const roots[] = {"box", "elsewhere", "outside"};
  for (int i = 0; i < 3; i++)
    if (nftw(roots[i], remove_inner, 16, FTW_DEPTH | FTW_PHYS) != 0)
      abort();
  make_tree();
}

// A call that changed something is followed by a tree made anew.
static bool may_change(unsigned call, uint32_t error) {
  return error == WASI_SUCCESS && call != 28 && call != 29 && call != 30 &&
         call > 1;
}

static void fill(table results) {
  for (size_t path = 0; path < PATHS; path++)
    for (unsigned call = 0; call < CALLS; call++) {
      struct stat before[SENTINELS], after[SENTINELS];
      for (int i = 0; i < SENTINELS; i++)
        lstat(sentinels[i], &before[i]);
      uint32_t length = put_path(FIRST, path);
      uint32_t error = make_call(call, length);
      results[path][call] = (uint8_t)error;
      int same = 0;
      for (int i = 0; i < SENTINELS; i++)
        same += lstat(sentinels[i], &after[i]) == 0 &&
                before[i].st_ino == after[i].st_ino &&
                before[i].st_size == after[i].st_size &&
                before[i].st_nlink == after[i].st_nlink &&
                before[i].st_mtim.tv_sec == after[i].st_mtim.tv_sec &&
                before[i].st_mtim.tv_nsec == after[i].st_mtim.tv_nsec;
      if (same != SENTINELS || access("absent", F_OK) == 0)
        printf("path %zu, call %u changes what is outside\n", path, call);
      CHECK(same == SENTINELS && access("absent", F_OK) != 0);
      if (may_change(call, error))
        rebuild();
    }
}

// Of paths that lead out, no call but those on the link itself may succeed.
static void check_refusals(const table results) {
  static const char *const out[] = {"/etc/passwd",
                                    "/",
                                    "..",
                                    "../x",
                                    "../outside",
                                    "../elsewhere/file",
                                    "a/../../x",
                                    "a/../../outside",
                                    "out/.",
                                    "out/file",
                                    "out/new",
                                    "out/../outside",
                                    "out-slash/file",
                                    "dirlink/../../outside",
                                    "magic/outside",
                                    "magic/../outside",
                                    "dir/../..",
                                    "dir/../../box/x"};
  for (size_t i = 0; i < sizeof out / sizeof out[0]; i++)
    for (size_t path = 0; path < SHORT; path++) {
      if (strcmp(short_paths[path], out[i]) != 0)
        continue;
      for (unsigned call = 0; call < CALLS; call++)
        CHECK(results[path][call] != WASI_SUCCESS);
    }
}

int main(void) {
  static table with_openat2, walked;
  make_box();
  make_chain();
  make_tree();
  fill(with_openat2);
  bool has_openat2 = !apus_path_without_openat2;
  rebuild();
  apus_path_without_openat2 = true;
  fill(walked);
  check_refusals(with_openat2);
  check_refusals(walked);
  if (!has_openat2)
    skip("this kernel has no openat2: both passes use the walk");
  for (size_t path = 0; path < PATHS; path++)
    for (unsigned call = 0; call < CALLS; call++)
      if (with_openat2[path][call] != walked[path][call]) {
        printf("path %zu (%s), call %u: openat2 says %u, the walk %u\n", path,
               path < SHORT ? short_paths[path] : "long", call,
               with_openat2[path][call], walked[path][call]);
        CHECK(with_openat2[path][call] == walked[path][call]);
      }
  return finish_checks();
}
