// The program that unit tests run in: it contains nothing.

#include "core/runtime.h"

const apus_program apus_the_program = {
    .abi_version = APUS_ABI_VERSION,
    .flags = APUS_PROGRAM_GRANTS_IN_ARGUMENTS,
    .names = "",
    .cpu_name = "x86-64",
    .grants = "",
};
