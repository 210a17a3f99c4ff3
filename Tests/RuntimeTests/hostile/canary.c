// R2: what lies around the linear memories, made readable and writable, so that
// an access which misses its reservation is no fault but leaves a trace.
//
// Linked into an executable beside what is always in it. Before main it maps a
// file without blocks at both ends of each reservation; whoever started the
// process sees afterwards whether the file has got any.

#include "core/runtime.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SPAN UINT64_C(0x40000000)
#define LOWEST UINT64_C(0x100000)

static int file;
static off_t position;

static void map(uint64_t first, uint64_t end) {
  uint64_t length = end - first;
  void *wanted = (void *)(uintptr_t)first;
  if (ftruncate(file, position + (off_t)length) != 0 ||
      mmap(wanted, length, PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_FIXED_NOREPLACE, file, position) != wanted)
    _exit(99);
  position += (off_t)length;
}

__attribute__((constructor)) static void place_canaries(void) {
  const char *name = getenv("APUS_CANARY"), *touch = getenv("APUS_TOUCH");
  file = name != NULL ? open(name, O_RDWR | O_CREAT | O_TRUNC, 0600) : -1;
  if (file < 0)
    _exit(98);
  for (uint32_t i = 0; i < apus_the_program.memory_count; i++) {
    const apus_memory *memory = apus_the_program.memories[i];
    uint64_t end = memory->base + memory->reservation;
    map(memory->base < SPAN + LOWEST ? LOWEST : memory->base - SPAN,
        memory->base);
    map(end, end + SPAN);
    // That a miss is seen at all.
    if (touch != NULL && strcmp(touch, "below") == 0)
      *(volatile char *)(uintptr_t)(memory->base - 1) = 1;
    if (touch != NULL && strcmp(touch, "above") == 0)
      *(volatile char *)(uintptr_t)end = 1;
  }
  close(file);
}
