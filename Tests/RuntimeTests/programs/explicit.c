// See modes.h: a memory with explicit bounds checks reserves nothing.

#define RESERVATION 0
#include "modes.h"

MODES_PROGRAM(.grants = "");
