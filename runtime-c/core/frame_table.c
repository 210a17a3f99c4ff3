// See frame_table.h.

#include "frame_table.h"

#include <elf.h>
#include <string.h>

// The few encodings of pointers (DW_EH_PE_*) that linkers and compilers use.
enum {
  FORMAT_ABSOLUTE = 0x00,
  FORMAT_UDATA4 = 0x03,
  FORMAT_UDATA8 = 0x04,
  FORMAT_SDATA4 = 0x0b,
  FORMAT_SDATA8 = 0x0c,
  FORMAT_MASK = 0x0f,
  RELATIVE_TO_PC = 0x10,
  RELATIVE_TO_HEADER = 0x30,
  RELATIVE_MASK = 0x70,
  INDIRECT = 0x80,
};

typedef struct reader {
  const uint8_t *at;
  const uint8_t *end;
  bool failed;
} reader;

static uint64_t read_bytes(reader *r, size_t size) {
  uint64_t value = 0;
  if ((size_t)(r->end - r->at) < size) {
    r->failed = true;
    r->at = r->end;
    return 0;
  }
  memcpy(&value, r->at, size);
  r->at += size;
  return value;
}

static uint64_t read_leb(reader *r, bool is_signed) {
  uint64_t value = 0;
  unsigned shift = 0;
  uint8_t byte;
  do {
    byte = (uint8_t)read_bytes(r, 1);
    if (shift < 64)
      value |= (uint64_t)(byte & 0x7f) << shift;
    shift += 7;
  } while ((byte & 0x80) != 0 && !r->failed);
  if (is_signed && shift < 64 && (byte & 0x40) != 0)
    value |= UINT64_MAX << shift;
  return value;
}

static uint64_t read_unsigned(reader *r) { return read_leb(r, false); }
static int64_t read_signed(reader *r) { return (int64_t)read_leb(r, true); }

// `base` is what RELATIVE_TO_PC adds: the address of the field itself.
static uint64_t read_pointer(reader *r, uint8_t encoding) {
  uint64_t field = (uint64_t)(uintptr_t)r->at;
  uint64_t value = 0;
  switch (encoding & FORMAT_MASK) {
  case FORMAT_ABSOLUTE:
  case FORMAT_UDATA8:
  case FORMAT_SDATA8:
    value = read_bytes(r, 8);
    break;
  case FORMAT_UDATA4:
    value = read_bytes(r, 4);
    break;
  case FORMAT_SDATA4:
    value = (uint64_t)(int64_t)(int32_t)read_bytes(r, 4);
    break;
  default:
    r->failed = true;
  }
  if ((encoding & RELATIVE_MASK) == RELATIVE_TO_PC)
    value += field;
  else if ((encoding & RELATIVE_MASK) != 0)
    r->failed = true;
  return value;
}

// --- The sorted table --------------------------------------------------------

typedef struct frame_header {
  uint8_t version;
  uint8_t frame_encoding;
  uint8_t count_encoding;
  uint8_t table_encoding;
  int32_t frame;
  uint32_t count;
  struct {
    int32_t first; // of the function, relative to this header
    int32_t entry; // likewise
  } table[];
} frame_header;

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

static const frame_header *find_header(void) {
  const char *image = (const char *)&__ehdr_start;
  const Elf64_Phdr *header = (const Elf64_Phdr *)(image + __ehdr_start.e_phoff);
  for (unsigned i = 0; i < __ehdr_start.e_phnum; i++, header++) {
    if (header->p_type != PT_GNU_EH_FRAME)
      continue;
    const frame_header *found =
        (const frame_header *)(const void *)(image + header->p_vaddr);
    bool known = found->version == 1 &&
                 found->frame_encoding == (RELATIVE_TO_PC | FORMAT_SDATA4) &&
                 found->count_encoding == FORMAT_UDATA4 &&
                 found->table_encoding == (RELATIVE_TO_HEADER | FORMAT_SDATA4);
    return known ? found : NULL;
  }
  return NULL;
}

// The entry of the last function that starts at or before `address`.
static const uint8_t *find_entry(uint64_t address) {
  const frame_header *header = find_header();
  if (header == NULL)
    return NULL;
  int64_t wanted = (int64_t)(address - (uint64_t)(uintptr_t)header);
  uint32_t low = 0, high = header->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (header->table[middle].first <= wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? NULL
                  : (const uint8_t *)header + header->table[low - 1].entry;
}

// --- Entries -----------------------------------------------------------------

typedef struct common_entry {
  reader instructions;
  uint64_t code_alignment;
  int64_t data_alignment;
  uint8_t pointer_encoding;
  bool has_augmentation;
} common_entry;

static reader open_entry(const uint8_t *entry) {
  uint32_t length;
  memcpy(&length, entry, sizeof length);
  // 0xffffffff announces a 64-bit length, which nobody emits.
  bool failed = length == 0 || length == UINT32_MAX;
  return (reader){entry + 4, failed ? entry + 4 : entry + 4 + length, failed};
}

static bool read_common(const uint8_t *entry, common_entry *common) {
  reader r = open_entry(entry);
  if (read_bytes(&r, 4) != 0)
    return false;
  uint64_t version = read_bytes(&r, 1);
  const char *augmentation = (const char *)r.at;
  while (read_bytes(&r, 1) != 0) {
  }
  common->code_alignment = read_unsigned(&r);
  common->data_alignment = read_signed(&r);
  uint64_t return_register =
      version == 1 ? read_bytes(&r, 1) : read_unsigned(&r);
  if (r.failed || return_register != APUS_REGISTER_PROGRAM_COUNTER)
    return false;
  common->pointer_encoding = FORMAT_ABSOLUTE;
  common->has_augmentation = augmentation[0] == 'z';
  if (common->has_augmentation) {
    uint64_t length = read_unsigned(&r);
    const uint8_t *end = r.at + length;
    for (const char *letter = augmentation + 1; *letter != 0; letter++) {
      if (*letter == 'R')
        common->pointer_encoding = (uint8_t)read_bytes(&r, 1);
      else if (*letter == 'P')
        read_pointer(&r, (uint8_t)read_bytes(&r, 1) & ~INDIRECT);
      else if (*letter == 'L')
        read_bytes(&r, 1);
      else
        return false;
    }
    r.at = end;
  } else if (augmentation[0] != 0) {
    return false;
  }
  common->instructions = r;
  return !r.failed;
}

// --- Instructions ------------------------------------------------------------

typedef struct machine {
  const common_entry *common;
  apus_frame_rule rule;
  apus_frame_rule initial;
  apus_frame_rule remembered[4];
  unsigned depth;
  uint64_t location;
  uint64_t address;
} machine;

static bool set_saved(machine *m, uint64_t number, int64_t offset) {
  if (number >= APUS_REGISTER_COUNT)
    return true; // a vector register: never needed to walk on
  m->rule.saved |= 1u << number;
  m->rule.offset[number] = (int32_t)offset;
  return true;
}

static bool set_same(machine *m, uint64_t number) {
  if (number < APUS_REGISTER_COUNT)
    m->rule.saved &= ~(1u << number);
  return true;
}

static bool set_initial(machine *m, uint64_t number) {
  if (number >= APUS_REGISTER_COUNT)
    return true;
  m->rule.saved =
      (m->rule.saved & ~(1u << number)) | (m->initial.saved & (1u << number));
  m->rule.offset[number] = m->initial.offset[number];
  return true;
}

static bool set_cfa(machine *m, uint64_t number, int64_t offset) {
  m->rule.cfa_register = (uint32_t)number;
  m->rule.cfa_offset = (int32_t)offset;
  return number < APUS_REGISTER_COUNT;
}

// Instructions whose operation is the whole first byte (DW_CFA_*).
static bool run_extended(machine *m, reader *r, uint8_t operation) {
  int64_t factor = m->common->data_alignment;
  uint64_t number;
  switch (operation) {
  case 0x00: // nop
    return true;
  case 0x01: // set_loc
    m->location = read_pointer(r, m->common->pointer_encoding);
    return true;
  case 0x02: // advance_loc1
    m->location += read_bytes(r, 1) * m->common->code_alignment;
    return true;
  case 0x03: // advance_loc2
    m->location += read_bytes(r, 2) * m->common->code_alignment;
    return true;
  case 0x04: // advance_loc4
    m->location += read_bytes(r, 4) * m->common->code_alignment;
    return true;
  case 0x05: // offset_extended
    number = read_unsigned(r);
    return set_saved(m, number, (int64_t)read_unsigned(r) * factor);
  case 0x11: // offset_extended_sf
    number = read_unsigned(r);
    return set_saved(m, number, read_signed(r) * factor);
  case 0x06: // restore_extended
    return set_initial(m, read_unsigned(r));
  case 0x07: // undefined
  case 0x08: // same_value
    return set_same(m, read_unsigned(r));
  case 0x0a: // remember_state
    if (m->depth == sizeof m->remembered / sizeof m->remembered[0])
      return false;
    m->remembered[m->depth++] = m->rule;
    return true;
  case 0x0b: // restore_state
    if (m->depth == 0)
      return false;
    m->rule = m->remembered[--m->depth];
    return true;
  case 0x0c: // def_cfa
    number = read_unsigned(r);
    return set_cfa(m, number, (int64_t)read_unsigned(r));
  case 0x12: // def_cfa_sf
    number = read_unsigned(r);
    return set_cfa(m, number, read_signed(r) * factor);
  case 0x0d: // def_cfa_register
    return set_cfa(m, read_unsigned(r), m->rule.cfa_offset);
  case 0x0e: // def_cfa_offset
    return set_cfa(m, m->rule.cfa_register, (int64_t)read_unsigned(r));
  case 0x13: // def_cfa_offset_sf
    return set_cfa(m, m->rule.cfa_register, read_signed(r) * factor);
  case 0x2e: // GNU_args_size
    read_unsigned(r);
    return true;
  default: // expressions, which LLVM emits for no frame of ours
    return false;
  }
}

// Runs until the location passes the address sought.
static bool run(machine *m, reader r) {
  while (r.at < r.end && m->location <= m->address) {
    uint8_t byte = (uint8_t)read_bytes(&r, 1);
    uint8_t operand = byte & 0x3f;
    bool ok = true;
    switch (byte >> 6) {
    case 1: // advance_loc
      m->location += operand * m->common->code_alignment;
      break;
    case 2: // offset
      ok = set_saved(m, operand,
                     (int64_t)read_unsigned(&r) * m->common->data_alignment);
      break;
    case 3: // restore
      ok = set_initial(m, operand);
      break;
    default:
      ok = run_extended(m, &r, byte);
    }
    if (!ok || r.failed)
      return false;
  }
  return true;
}

bool apus_frame_rule_find(uint64_t address, apus_frame_rule *rule) {
  const uint8_t *entry = find_entry(address);
  if (entry == NULL)
    return false;
  reader r = open_entry(entry);
  const uint8_t *pointer_field = r.at;
  uint32_t distance = (uint32_t)read_bytes(&r, 4);
  common_entry common;
  if (r.failed || distance == 0 ||
      !read_common(pointer_field - distance, &common))
    return false;
  uint64_t first = read_pointer(&r, common.pointer_encoding);
  uint64_t length = read_pointer(&r, common.pointer_encoding & FORMAT_MASK);
  if (common.has_augmentation) {
    uint64_t size = read_unsigned(&r);
    if (size > (uint64_t)(r.end - r.at))
      return false;
    r.at += size;
  }
  if (r.failed || address - first >= length)
    return false;
  machine m = {.common = &common, .location = first, .address = address};
  if (!run(&m, common.instructions))
    return false;
  m.initial = m.rule;
  m.location = first;
  if (!run(&m, r))
    return false;
  *rule = m.rule;
  return (m.rule.saved & (1u << APUS_REGISTER_PROGRAM_COUNTER)) != 0;
}
