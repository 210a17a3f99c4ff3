// Reading .eh_frame: which rule restores the caller's registers at an address.
//
// Knows the DWARF encoding (DWARF 5, section 6.4, and the LSB's .eh_frame_hdr)
// and touches no stack.

#ifndef APUS_FRAME_TABLE_H
#define APUS_FRAME_TABLE_H

#include "../platform/registers.h"

// The caller's stack pointer (CFA) is a register plus an offset; each register
// of the mask `saved` is found at the CFA plus its offset.
typedef struct apus_frame_rule {
  uint32_t cfa_register;
  int32_t cfa_offset;
  uint32_t saved;
  int32_t offset[APUS_REGISTER_COUNT];
} apus_frame_rule;

// The rule in force before the instruction at `address`. False if there is no
// entry, or one that says more than compilers emit for ordinary functions.
bool apus_frame_rule_find(uint64_t address, apus_frame_rule *rule);

#endif
