// Measures itself as a Sightglass benchmark does.

#include "program.h"

void apus_bench_start(apus_memory *memory);
void apus_bench_end(apus_memory *memory);

GUEST static void start(void) {
  apus_bench_start(NULL);
  apus_bench_end(NULL);
}

PROGRAM(.entry = start);
