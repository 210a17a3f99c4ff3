// A stand-in for what the lowering emits: one memory, one data segment, and an
// entry that writes a line. It is what start-up and size are measured with.

#include "program.h"

static apus_memory memory = {.base = APUS_MEMORY_BASE,
                             .reservation = APUS_MEMORY32_RESERVATION,
                             .initial_pages = 17,
                             .maximum_pages = 65536,
                             .page_size_log2 = 16};
static apus_memory *const memories[] = {&memory};

static const uint8_t text[] = "Hello, world!\n";
static const apus_data_segment segments[] = {{text, 16, sizeof text - 1}};

GUEST static void start(void) {
  if (!apus_memory_initialize(&memory, segments, 1))
    apus_trap(APUS_TRAP_MEMORY_OUT_OF_BOUNDS);
  store32(&memory, 0, 16);
  store32(&memory, 4, sizeof text - 1);
  if (apus_wasi_fd_write(&memory, 1, 0, 1, 8) != 0)
    apus_trap(APUS_TRAP_UNREACHABLE);
}

PROGRAM(.memory_count = 1, .memories = memories, .entry = start);
