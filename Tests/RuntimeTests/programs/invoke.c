// An export called by name: gives back its arguments, turned round.

#include "program.h"

GUEST static void call(uint64_t *values) {
  uint64_t first = values[0], second = values[1];
  values[0] = values[3];
  values[1] = values[2];
  values[2] = second;
  values[3] = first;
}

static const apus_invocation invocation = {"turn", "iIfF", "FfIi", call};

GUEST static void start(void) { apus_invoke(&invocation); }

PROGRAM(.entry = start);
