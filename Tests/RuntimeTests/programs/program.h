// What the stand-ins for generated modules share. They are compiled as the
// lowering compiles: with unwind tables, every function in section `wasm_text`.

#ifndef PROGRAM_H
#define PROGRAM_H

#include "core/runtime.h"
#include "wasi/wasi.h"

#include <string.h>

#define GUEST __attribute__((section("wasm_text"), noinline, used))

#define PROGRAM(...)                                                           \
  extern const apus_program program_constant __asm__("apus_program");          \
  const apus_program program_constant = {.abi_version = APUS_ABI_VERSION,      \
                                         .stack_size = 1 << 20,                \
                                         .cpu_name = "x86-64",                 \
                                         .names = "",                          \
                                         __VA_ARGS__}

static inline uint8_t *at(apus_memory *memory, uint64_t address) {
  return (uint8_t *)(uintptr_t)(memory->base + address);
}

static inline void store32(apus_memory *memory, uint64_t address,
                           uint32_t value) {
  memcpy(at(memory, address), &value, sizeof value);
}

#endif
