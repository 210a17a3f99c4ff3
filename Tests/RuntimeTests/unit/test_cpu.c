// The probes of CPU features, against what the kernel says of the CPU.

#include "platform/registers.h"
#include "unit.h"

static bool is_listed(const char *flags, const char *name) {
  size_t length = strlen(name);
  for (const char *at = flags; (at = strstr(at, name)) != NULL; at += length)
    if (at[-1] == ' ' && (at[length] == ' ' || at[length] == '\n'))
      return true;
  return false;
}

static void on_fault(const apus_fault *fault) {
  printf("signal %d\n", fault->signal);
  _exit(1);
}

int main(void) {
  static const struct {
    uint32_t feature;
    const char *flags[5];
  } features[] = {
      {APUS_CPU_SSE4_2, {"pni", "ssse3", "sse4_1", "sse4_2"}},
      {APUS_CPU_POPCNT, {"popcnt"}},
      {APUS_CPU_AVX, {"avx"}},
      {APUS_CPU_AVX2, {"avx2"}},
      {APUS_CPU_BMI1, {"bmi1"}},
      {APUS_CPU_BMI2, {"bmi2"}},
      {APUS_CPU_FMA, {"fma"}},
      {APUS_CPU_F16C, {"f16c"}},
      {APUS_CPU_LZCNT, {"abm"}},
      {APUS_CPU_MOVBE, {"movbe"}},
      {APUS_CPU_AVX512,
       {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}},
  };
  static char line[8192];
  FILE *info = fopen("/proc/cpuinfo", "r");
  while (info != NULL && fgets(line, sizeof line, info) != NULL)
    if (strncmp(line, "flags", 5) == 0)
      break;
  if (strncmp(line, "flags", 5) != 0) {
    skip("the kernel does not list the CPU's features");
    return finish_checks();
  }
  static char stack[1 << 16];
  apus_install_fault_handler(on_fault, stack, sizeof stack);
  for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
    bool expected = true;
    for (size_t k = 0; k < 5 && features[i].flags[k] != NULL; k++)
      expected &= is_listed(line, features[i].flags[k]);
    uint32_t missing = apus_missing_cpu_feature(features[i].feature);
    CHECK_EQUAL(missing, expected ? 0 : features[i].feature);
  }
  CHECK_EQUAL(apus_missing_cpu_feature(0), 0);
  CHECK_EQUAL(apus_missing_cpu_feature(1u << 31), 1u << 31);
  return finish_checks();
}
