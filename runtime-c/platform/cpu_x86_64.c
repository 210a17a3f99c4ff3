// Asks the CPU for the instruction sets that the program was compiled for, by
// running one instruction of each.
//
// CPUID would be simpler, but a hypervisor intercepts it: each use costs
// microseconds, more than the rest of the start-up. Knows nothing of programs.

#include "apus_abi.h"
#include "registers.h"

volatile bool apus_probing;

// Keep in the order of `enum apus_cpu_feature`.
#define PROBES(X)                                                              \
  X(sse4_2, "SSE4.2")                                                          \
  X(popcnt, "POPCNT")                                                          \
  X(avx, "AVX")                                                                \
  X(avx2, "AVX2")                                                              \
  X(bmi1, "BMI1")                                                              \
  X(bmi2, "BMI2")                                                              \
  X(fma, "FMA")                                                                \
  X(f16c, "F16C")                                                              \
  X(lzcnt, "LZCNT")                                                            \
  X(movbe, "MOVBE")                                                            \
  X(avx512, "AVX-512")

#define DECLARE(name, text) uint32_t apus_probe_##name(void);
PROBES(DECLARE)
#undef DECLARE

uint32_t apus_missing_cpu_feature(uint32_t features) {
  uint32_t bit = 1, missing = 0;
  if (features == 0)
    return 0;
  apus_probing = true;
#define PROBE(name, text)                                                      \
  if (missing == 0 && (features & bit) != 0 && !apus_probe_##name())           \
    missing = bit;                                                             \
  bit <<= 1;
  PROBES(PROBE)
#undef PROBE
  apus_probing = false;
  // A bit that this runtime does not know must not pass as present.
  return missing != 0 ? missing : features & ~(bit - 1);
}

const char *apus_cpu_feature_name(uint32_t feature) {
  uint32_t bit = 1;
#define NAME(name, text)                                                       \
  if (feature == bit)                                                          \
    return text;                                                               \
  bit <<= 1;
  PROBES(NAME)
#undef NAME
  return "a newer instruction set";
}

bool apus_is_undefined_instruction(const void *address) {
  const uint8_t *bytes = address;
  return bytes[0] == 0x0f && bytes[1] == 0x0b; // ud2
}
