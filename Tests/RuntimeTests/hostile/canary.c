// R2: what lies around the linear memories, made readable and writable, so that
// an access which misses its reservation is no fault but leaves a trace.
//
// Linked into an executable beside what is always in it. Before main it maps a
// file without blocks, the descriptor in APUS_CANARY, at both ends of each
// reservation; whoever started the process sees afterwards whether the file has
// got any.

#include "core/runtime.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SPAN UINT64_C(0x40000000)
#define LEAST UINT64_C(0x10000)

static int file;

// Maps the file next to an address, as much of it as is free there.
static void map(uint64_t address, bool below) {
  for (uint64_t length = SPAN; length >= LEAST; length /= 2) {
    if (below && address < length + LEAST)
      continue;
    void *wanted = (void *)(uintptr_t)(below ? address - length : address);
    if (mmap(wanted, length, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0) == wanted)
      return;
  }
  _exit(99);
}

__attribute__((constructor)) static void place_canaries(void) {
  const char *name = getenv("APUS_CANARY"), *touch = getenv("APUS_TOUCH");
  if (name == NULL)
    _exit(98);
  file = atoi(name);
  if (ftruncate(file, SPAN) != 0)
    _exit(97);
  for (uint32_t i = 0; i < apus_the_program.memory_count; i++) {
    const apus_memory *memory = apus_the_program.memories[i];
    uint64_t end = memory->base + memory->reservation;
    map(memory->base, true);
    map(end, false);
    // That a miss is seen at all.
    if (touch != NULL && strcmp(touch, "below") == 0)
      *(volatile char *)(uintptr_t)(memory->base - 1) = 1;
    if (touch != NULL && strcmp(touch, "above") == 0)
      *(volatile char *)(uintptr_t)end = 1;
  }
  close(file);
}
