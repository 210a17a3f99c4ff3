// Writes a file of 1 GiB with write(2), then reads it with read(2), in buffers
// of the size that is given; prints the milliseconds of each. The same source
// is compiled natively and to WebAssembly.

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TOTAL (1L << 30)

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  size_t size = (size_t)atol(argv[2]);
  char *buffer = malloc(size);
  if (buffer == NULL)
    return 1;
  memset(buffer, 'x', size);
  // Written over, so that no run pays for new pages of the cache.
  int fd = open(argv[1], O_RDWR | O_CREAT, 0666);
  double begin = milliseconds();
  for (long done = 0; done < TOTAL; done += (long)size)
    if (write(fd, buffer, size) != (ssize_t)size)
      return 1;
  double written = milliseconds();
  lseek(fd, 0, SEEK_SET);
  for (long done = 0; done < TOTAL; done += (long)size)
    if (read(fd, buffer, size) != (ssize_t)size)
      return 1;
  double read_all = milliseconds();
  printf("%.1f %.1f\n", written - begin, read_all - written);
  return 0;
}
