// See modes.h: unchecked accesses, nothing granted.

#include "modes.h"

MODES_PROGRAM(.grants = "");
