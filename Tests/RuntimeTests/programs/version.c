// See modes.h: made for another runtime.

#include "modes.h"

MODES_PROGRAM(.grants = "", .abi_version = APUS_ABI_VERSION + 1);
