// See modes.h: a memory with explicit bounds checks reserves nothing.

#define MEMORY_FLAGS APUS_MEMORY_EXPLICIT_BOUNDS
#include "modes.h"

MODES_PROGRAM(.grants = "");
