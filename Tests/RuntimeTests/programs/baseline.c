// See modes.h: asks for what every x86-64-v2 CPU has.

#include "modes.h"

MODES_PROGRAM(.grants = "", .cpu_features = APUS_CPU_SSE4_2 | APUS_CPU_POPCNT);
