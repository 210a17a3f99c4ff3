// What code of Embedded Swift expects of a C library: an allocator, memory blocks, randomness
// for the seeds of hash tables, and the function where the program starts.

#include <stddef.h>
#include <stdint.h>

#define WASI(name) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

WASI(random_get) int wasi_random_get(void *bytes, size_t count);
WASI(proc_exit) _Noreturn void wasi_proc_exit(int status);
WASI(fd_write) int wasi_fd_write(int descriptor, const void *buffers, int count, size_t *written);

// With the instructions for memory blocks, these calls are single instructions.
void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  return __builtin_memcpy(to, from, count);
}

void *memmove(void *to, const void *from, size_t count) {
  return __builtin_memmove(to, from, count);
}

void *memset(void *to, int byte, size_t count) {
  return __builtin_memset(to, byte, count);
}

int memcmp(const void *left, const void *right, size_t count) {
  const unsigned char *a = left, *b = right;
  for (; count; count--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

// ---- allocation: a list of free blocks for each power of two ----

typedef struct Block {
  struct Block *next;
  uint32_t class;
  uint64_t padding;
} Block;

_Static_assert(sizeof(Block) == 16, "a block keeps the alignment of what follows it");

extern unsigned char __heap_base;

static Block *free_blocks[32];
static uintptr_t fresh, fresh_end;

static void *allocate(size_t size) {
  uint32_t class = 5;
  while (((size_t)1 << class) < size + sizeof(Block))
    if (++class == 32) return NULL;
  Block *block = free_blocks[class];
  if (block) {
    free_blocks[class] = block->next;
    return block + 1;
  }
  if (!fresh) {
    fresh = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
    fresh_end = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
  }
  if (fresh_end - fresh < (size_t)1 << class) {
    size_t pages = (((size_t)1 << class) + 0xffff) >> 16;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
    fresh_end += pages << 16;
  }
  block = (Block *)fresh;
  fresh += (size_t)1 << class;
  block->class = class;
  return block + 1;
}

// The header stands just before the pointer that the caller gets; a wider alignment leaves a
// second one, of class 0, that says where the block is.
int posix_memalign(void **result, size_t alignment, size_t size) {
  unsigned char *start = allocate(alignment > 16 ? size + alignment : size);
  if (!start) return 12;
  *result = start;
  if (alignment > 16) {
    uintptr_t aligned = ((uintptr_t)start + alignment) & ~(uintptr_t)(alignment - 1);
    Block *marker = (Block *)aligned - 1;
    marker->next = (Block *)start - 1;
    marker->class = 0;
    *result = (void *)aligned;
  }
  return 0;
}

void *malloc(size_t size) { return allocate(size); }

void free(void *pointer) {
  if (!pointer) return;
  Block *block = (Block *)pointer - 1;
  if (block->class == 0) block = block->next;
  block->next = free_blocks[block->class];
  free_blocks[block->class] = block;
}

// ---- the rest ----

void arc4random_buf(void *bytes, size_t count) {
  if (wasi_random_get(bytes, count) != 0) __builtin_trap();
}

int putchar(int character) {
  unsigned char byte = (unsigned char)character;
  const struct {
    const void *start;
    size_t count;
  } buffer = {&byte, 1};
  size_t written;
  wasi_fd_write(1, &buffer, 1, &written);
  return character;
}

// Code of Swift checks its frames against this word.
uintptr_t __stack_chk_guard = 0x5a17b1cd;

_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

// The name that main has on this target where it takes arguments.
int swift_main(int count, char **arguments) __asm__("__main_argc_argv");

__attribute__((export_name("_start"))) void _start(void) {
  int status = swift_main(0, NULL);
  if (status != 0) wasi_proc_exit(status);
}
