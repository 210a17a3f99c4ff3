// Shows what it can see of arguments and environment, and of a directory that does
// not exist.

#include "program.h"

static apus_memory memory = {.base = APUS_MEMORY_BASE,
                             .reservation = APUS_MEMORY32_RESERVATION,
                             .initial_pages = 1,
                             .maximum_pages = 1,
                             .page_size_log2 = 16};
static apus_memory *const memories[] = {&memory};

GUEST static void start(void) {
  apus_wasi_args_sizes_get(&memory, 0, 4);
  apus_wasi_args_get(&memory, 1024, 4096);
  store32(&memory, 16, 4096);
  memcpy(at(&memory, 20), at(&memory, 4), 4);
  apus_wasi_environ_sizes_get(&memory, 0, 4);
  apus_wasi_environ_get(&memory, 1024, 32768);
  store32(&memory, 24, 32768);
  memcpy(at(&memory, 28), at(&memory, 4), 4);
  apus_wasi_fd_write(&memory, 1, 16, 2, 8);
}

PROGRAM(.flags = APUS_PROGRAM_GRANTS_IN_ARGUMENTS, .memory_count = 1,
        .memories = memories, .entry = start);
