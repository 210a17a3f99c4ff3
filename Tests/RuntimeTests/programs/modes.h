// A program that does what its first argument says, one way to end after another.
// Included by programs that differ in their `apus_program` constant.

#ifndef MODES_H
#define MODES_H

#include "program.h"

#include <stdlib.h>

#ifndef RESERVATION
#define RESERVATION APUS_MEMORY32_RESERVATION
#endif

static apus_memory memory = {.base = APUS_MEMORY_BASE,
                             .reservation = RESERVATION,
                             .initial_pages = 2,
                             .maximum_pages = 65536,
                             .page_size_log2 = 16};
static apus_memory *const memories[] = {&memory};

static apus_table table = {.initial = 10,
                           .maximum = UINT32_MAX,
                           .null_value = &apus_null_function};
static apus_table *const tables[] = {&table};

static volatile int zero;

GUEST void print(const char *text) {
  size_t length = strlen(text);
  memcpy(at(&memory, 1024), text, length);
  store32(&memory, 0, 1024);
  store32(&memory, 4, (uint32_t)length);
  apus_wasi_fd_write(&memory, 1, 0, 1, 8);
}

GUEST void print_number(uint64_t number) {
  char digits[24], *first = digits + 22;
  digits[22] = '\n', digits[23] = 0;
  do
    *--first = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  print(first);
}

GUEST void divide(int depth) {
  if (depth == 0)
    apus_trap(APUS_TRAP_INTEGER_DIVIDE_BY_ZERO);
  divide(depth - 1);
  zero++; // no tail call
}

GUEST uint64_t recurse(uint64_t n) {
  volatile uint64_t local = n;
  return recurse(n + 1) + local;
}

// Frames of many pages, each touched on the way down.
GUEST uint64_t recurse_wide(uint64_t n) {
  volatile uint8_t locals[200000];
  locals[n % sizeof locals] = 1;
  return recurse_wide(n + 1) + locals[0];
}

// A host call with little stack left: the fault is in C.
GUEST uint64_t recurse_into_host(uint64_t n) {
  apus_wasi_path_open(&memory, 3, 0, 0, 1, 0, 0, 0, 0, 8);
  apus_wasi_path_symlink(&memory, 0, 1, 3, 0, 1);
  volatile uint64_t local = n;
  return recurse_into_host(n + 1) + local;
}

GUEST uint8_t load(uint64_t address) {
  return *(volatile uint8_t *)at(&memory, address);
}

GUEST void fill(uint64_t address, uint64_t length) {
  // Through a pointer: the compiler must not expand it.
  void *(*volatile function)(void *, int, size_t) = memset;
  function(at(&memory, address), 1, length);
  zero++; // no tail call
}

// Callee-saved registers and a frame pointer between the trap and the entry.
GUEST int frame_pointer(int size) {
  volatile char bytes[size];
  memset((char *)bytes, 1, (size_t)size);
  divide(2);
  return bytes[size / 2];
}

GUEST void damage(void) {
  // Overwrites the stack up to its top, return addresses included.
  uint64_t *from = __builtin_frame_address(0);
  while ((uintptr_t)from < apus_guest_stack.high)
    *from++ = 0x4141414141414141;
  apus_trap(APUS_TRAP_UNREACHABLE);
}

GUEST void start(void) {
  const char *mode = apus_arguments.guest_argument_count > 0
                         ? apus_arguments.guest_arguments[0]
                         : "";
#define MODE(name) if (strcmp(mode, name) == 0)
  print("started\n");
  MODE("divide") divide(3);
  MODE("frame-pointer") frame_pointer(apus_arguments.guest_argument_count + 99);
  MODE("recurse") print_number(recurse(0));
  MODE("recurse-wide") print_number(recurse_wide(0));
  MODE("recurse-host") print_number(recurse_into_host(0));
  MODE("load-last") print_number(load(0x1ffff));
  MODE("load-end") load(0x20000);
  MODE("load-far") load(UINT64_C(0x1ffffffff) + 15);
  MODE("load-below") load((uint64_t)-1);
  MODE("fill") fill(0x1fff0, 0x100);
  MODE("unresolved") apus_trap_unresolved("env.missing");
  MODE("null") *(volatile int *)(uintptr_t)zero = 1;
  MODE("undefined") __builtin_trap();
  MODE("old-cpu") __asm__ volatile(".byte 0x0f, 0x0a"); // no instruction
  MODE("damage") damage();
  MODE("exit")
  apus_wasi_proc_exit(&memory, (uint32_t)atoi(apus_arguments.guest_arguments[1]));
  MODE("grow") {
    print_number(apus_memory_grow(&memory, 1) + 1);
    print_number(load(0x2ffff));
    print_number(apus_memory_grow(&memory, 0));
    print_number(apus_memory_grow(&memory, UINT64_MAX) + 1);
    print_number(apus_memory_grow(&memory, 65536) + 1);
    print_number(apus_memory_grow(&memory, 65533));
    print_number(apus_memory_grow(&memory, 1) + 1);
  }
  MODE("grow-limited") {
    print_number(apus_memory_grow(&memory, 40000) + 1);
    print_number(apus_memory_grow(&memory, 1));
    print_number(memory.byte_length);
  }
  MODE("initialize") {
    static const apus_data_segment segments[] = {
        {(const uint8_t *)"abc", 0x10000, 3},
        {(const uint8_t *)"", 0x20000, 0},
        {(const uint8_t *)"xyz", 0x1fffd, 3},
        {(const uint8_t *)"xyz", 0x1fffe, 3}, // the first that does not fit
        {(const uint8_t *)"xyz", 0x10000, 3},
    };
    print_number(apus_memory_initialize(&memory, segments, 5));
    print_number(load(0x10000) == 'a' && load(0x1ffff) == 'z');
    static const apus_data_segment wrapping = {(const uint8_t *)"x", UINT64_MAX,
                                               1};
    print_number(apus_memory_initialize(&memory, &wrapping, 1));
    static const apus_data_segment past = {(const uint8_t *)"", 0x20001, 0};
    print_number(apus_memory_initialize(&memory, &past, 1));
  }
  MODE("table") {
    print_number(apus_table_grow(&table, 5, &memory));
    print_number(table.elements[9] == &apus_null_function);
    print_number(table.elements[14] == &memory);
    print_number(apus_table_grow(&table, APUS_MAX_TABLE_ELEMENTS, NULL) + 1);
    print_number(apus_table_grow(&table, UINT64_MAX, NULL) + 1);
    print_number(table.length);
  }
  MODE("closed") {
    print_number(apus_wasi_fd_write(&memory, 2, 0, 0, 8));
    print_number(apus_wasi_fd_prestat_get(&memory, 3, 8));
    print_number(apus_wasi_fd_read(&memory, 0, 0, 0, 8));
  }
  MODE("pipe") print_number(apus_wasi_fd_write(&memory, 1, 0, 1, 8) == 64);
  MODE("spin") for (;;) zero++;
  print("ended\n");
}

// The table of names, as the lowering emits it: relative, no relocation.
__asm__(".section .rodata.names, \"a\", @progbits\n"
        ".p2align 2\n"
        "function_entries:\n"
        ".long frame_pointer - .\n.long frame_pointer_name - name_list\n"
        ".long start - .\n.long start_name - name_list\n"
        ".long divide - .\n.long divide_name - name_list\n"
        ".long recurse_wide - .\n.long wide_name - name_list\n"
        ".long recurse - .\n.long recurse_name - name_list\n"
        ".long recurse_into_host - .\n.long host_name - name_list\n"
        ".long load - .\n.long load_name - name_list\n"
        ".long fill - .\n.long fill_name - name_list\n"
        ".long damage - .\n.long damage_name - name_list\n"
        ".long print - .\n.long print_name - name_list\n"
        ".long print_number - .\n.long print_name - name_list\n"
        "name_list:\n"
        "start_name: .asciz \"_start\"\n"
        "divide_name: .asciz \"divide\"\n"
        "recurse_name: .asciz \"recurse\"\n"
        "wide_name: .asciz \"wide\"\n"
        "host_name: .asciz \"into host\"\n"
        "load_name: .asciz \"load\"\n"
        "fill_name: .asciz \"fill\"\n"
        "damage_name: .asciz \"damage\"\n"
        "print_name: .asciz \"print\"\n"
        "frame_pointer_name: .asciz \"frame_pointer\"\n"
        ".text\n");
extern const apus_function_entry function_entries[];
extern const char name_list[];

#define MODES_PROGRAM(...)                                                     \
  PROGRAM(.memory_count = 1, .memories = memories, .table_count = 1,           \
          .tables = tables, .function_count = 11,                              \
          .functions = function_entries, .names = name_list, .entry = start,   \
          __VA_ARGS__)

#endif
