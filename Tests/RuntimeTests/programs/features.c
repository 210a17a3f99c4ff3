// See modes.h: asks for everything that the CPU might have, and a feature that no
// runtime knows.

#include "modes.h"

MODES_PROGRAM(.grants = "", .cpu_features = UINT32_C(1) << 31,
              .cpu_name = "x86-64-v9");
