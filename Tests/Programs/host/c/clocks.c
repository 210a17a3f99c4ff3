// Clocks, sleeping, and times of files. The arguments are the seconds of the host's clock and
// what to call a file; nothing that is printed depends on them.

#include "report.h"

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return -1;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void expect(const char *what, int truth) {
  printf("%s: %s\n", what, truth ? "yes" : "NO");
}

static void print_times(const char *path, int follow) {
  struct stat info;
  if ((follow ? stat(path, &info) : lstat(path, &info)) != 0) {
    report(path, -1);
    return;
  }
  printf("%s: %lld.%09ld %lld.%09ld\n", path, (long long)info.st_atim.tv_sec,
         (long)info.st_atim.tv_nsec, (long long)info.st_mtim.tv_sec,
         (long)info.st_mtim.tv_nsec);
}

static void clocks(int64_t host) {
  int64_t difference = now(CLOCK_REALTIME) / 1000000000 - host;
  expect("real time is the host's", difference >= 0 && difference < 60);
  int64_t before = now(CLOCK_MONOTONIC), first = before;
  int steady = 1;
  for (int i = 0; i < 100000; i++) {
    int64_t after = now(CLOCK_MONOTONIC);
    steady &= after >= before;
    before = after;
  }
  expect("monotonic time never goes back", steady);
  expect("and goes on", before > first);
  struct timespec resolution = {-1, -1};
  expect("resolution", clock_getres(CLOCK_REALTIME, &resolution) == 0 &&
                           resolution.tv_sec == 0 && resolution.tv_nsec > 0);

  struct timespec pause = {0, 20000000};
  for (int i = 0; i < 3; i++) {
    before = now(CLOCK_MONOTONIC);
    expect("sleep", nanosleep(&pause, NULL) == 0);
    expect("lasts 20 ms", now(CLOCK_MONOTONIC) - before >= 20000000);
  }
  before = now(CLOCK_MONOTONIC);
  struct timespec until = {(time_t)((before + 30000000) / 1000000000),
                           (long)((before + 30000000) % 1000000000)};
  expect("sleep until", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
  expect("is not early", now(CLOCK_MONOTONIC) - before >= 30000000);
  expect("sleep until the past",
         clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0, 1}, NULL) == 0);
  before = now(CLOCK_MONOTONIC);
  expect("poll of nothing", poll(NULL, 0, 25) == 0);
  expect("lasts 25 ms", now(CLOCK_MONOTONIC) - before >= 25000000);
  time_t zero = 0;
  printf("the epoch: %s", asctime(gmtime(&zero)));
}

static void file_times(const char *path) {
  int64_t before = now(CLOCK_REALTIME);
  int fd = open(path, O_RDWR | O_CREAT, 0644);
  write(fd, "x", 1);
  struct stat info;
  fstat(fd, &info);
  int64_t modified = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
  // The kernel takes the time of its last tick.
  expect("a new file is new", modified > before - 1000000000 &&
                                  modified <= now(CLOCK_REALTIME) + 1000000000);
  report("set", futimens(fd, (struct timespec[2]){{1000000000, 1}, {1234567890, 987654321}}));
  print_times(path, 1);
  report("omit", futimens(fd, (struct timespec[2]){{0, UTIME_OMIT}, {86400, 0}}));
  print_times(path, 1);
  close(fd);
  struct timespec early[2] = {{100, 200}, {300, 400}}, late[2] = {{500, 600}, {700, 800}};
  report("by name", utimensat(AT_FDCWD, path, early, 0));
  print_times(path, 1);
  report("link", symlink(path, "alias"));
  report("of the link", utimensat(AT_FDCWD, "alias", late, AT_SYMLINK_NOFOLLOW));
  print_times("alias", 0);
  print_times(path, 1);
  report("through the link", utimensat(AT_FDCWD, "alias", early, 0));
  report("folder", mkdir("folder", 0755));
  report("of a folder", utimensat(AT_FDCWD, "folder", late, 0));
  print_times("folder", 1);
  report("of nothing", utimensat(AT_FDCWD, "missing", late, 0));
}

int main(int count, char **arguments) {
  if (count != 3) return 64;
  clocks(atoll(arguments[1]));
  file_times(arguments[2]);
  return 0;
}
