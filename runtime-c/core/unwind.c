// See unwind.h.

#include "unwind.h"

#include "runtime.h"

#include <string.h>

extern const char __start_wasm_text[] __attribute__((weak));
extern const char __stop_wasm_text[] __attribute__((weak));

bool apus_is_guest_code(uint64_t address) {
  return address - (uint64_t)(uintptr_t)__start_wasm_text <
         (uint64_t)(__stop_wasm_text - __start_wasm_text);
}

static const apus_frame_rule *find_rule(apus_walk *walk, uint64_t address) {
  unsigned slot = (unsigned)((address ^ address >> 5) & 31);
  if (walk->cache[slot].address != address) {
    if (!apus_frame_rule_find(address, &walk->cache[slot].rule)) {
      walk->cache[slot].address = 0;
      return NULL;
    }
    walk->cache[slot].address = address;
  }
  return &walk->cache[slot].rule;
}

// Every read of the walked stack goes through here.
static bool read_stack(const apus_walk *walk, uint64_t address,
                       uint64_t *value) {
  if (address < walk->stack->low || address % 8 != 0 ||
      walk->stack->high - 8 < address)
    return false;
  memcpy(value, (const void *)(uintptr_t)address, sizeof *value);
  return true;
}

uint64_t apus_walk_address(const apus_walk *walk) {
  return walk->registers.value[APUS_REGISTER_PROGRAM_COUNTER] -
         (walk->exact ? 0 : 1);
}

static bool is_guest_return_address(apus_walk *walk, uint64_t value) {
  return apus_is_guest_code(value - 1) && find_rule(walk, value - 1) != NULL;
}

bool apus_walk_start(apus_walk *walk, const apus_registers *registers,
                     bool exact) {
  walk->registers = *registers;
  walk->exact = exact;
  walk->stack = apus_current_stack();
  for (unsigned i = 0; i < sizeof walk->cache / sizeof walk->cache[0]; i++)
    walk->cache[i].address = 0;
  if (apus_is_guest_code(apus_walk_address(walk)))
    return true;
  // In C called by the guest. A leaf of libc (memset, memcpy) has pushed
  // nothing, so the first word is its return address. From deeper C it is the
  // first word that looks like one: a guess, which only a backtrace may be
  // built on.
  uint64_t at = registers->value[APUS_REGISTER_STACK_POINTER];
  if (at < walk->stack->low && at >= walk->stack->guard)
    at = walk->stack->low;
  at &= ~UINT64_C(7);
  uint64_t value;
  for (unsigned words = 0; words < 4096 && read_stack(walk, at, &value);
       words++, at += 8) {
    if (!is_guest_return_address(walk, value))
      continue;
    walk->registers.value[APUS_REGISTER_PROGRAM_COUNTER] = value;
    walk->registers.value[APUS_REGISTER_STACK_POINTER] = at + 8;
    walk->exact = false;
    return true;
  }
  return false;
}

bool apus_walk_next(apus_walk *walk) {
  const apus_frame_rule *rule = find_rule(walk, apus_walk_address(walk));
  if (rule == NULL)
    return false;
  const uint64_t *old = walk->registers.value;
  uint64_t cfa = old[rule->cfa_register] + (uint64_t)(int64_t)rule->cfa_offset;
  // Callers are above: this is also what bounds the walk.
  if (cfa <= old[APUS_REGISTER_STACK_POINTER] || cfa > walk->stack->high)
    return false;
  apus_registers next = walk->registers;
  for (unsigned i = 0; i < APUS_REGISTER_COUNT; i++)
    if ((rule->saved >> i & 1) != 0 &&
        !read_stack(walk, cfa + (uint64_t)(int64_t)rule->offset[i],
                    &next.value[i]))
      return false;
  next.value[APUS_REGISTER_STACK_POINTER] = cfa;
  walk->registers = next;
  walk->exact = false;
  return apus_is_guest_code(apus_walk_address(walk));
}
