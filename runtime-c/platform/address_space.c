// Reserving, mapping and protecting address space on Linux.
//
// Knows nothing of memories, tables or stacks. Failures are results, never
// fatal: the callers know what a failure means.

#include "platform.h"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static bool map_exactly(uint64_t address, uint64_t length, int protection) {
  void *wanted = (void *)(uintptr_t)address;
  void *got = mmap(
      wanted, length, protection,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (got == MAP_FAILED)
    return false;
  if (got != wanted) {
    // A kernel before 4.17 takes the address as a hint only.
    munmap(got, length);
    return false;
  }
  return true;
}

bool apus_reserve_at(uint64_t address, uint64_t length) {
  return map_exactly(address, length, PROT_NONE);
}

bool apus_map_at(uint64_t address, uint64_t length) {
  return map_exactly(address, length, PROT_READ | PROT_WRITE);
}

bool apus_commit(uint64_t address, uint64_t length) {
  return mprotect((void *)(uintptr_t)address, length, PROT_READ | PROT_WRITE) ==
         0;
}

static void *map_anywhere(uint64_t length, int protection) {
  void *got = mmap(NULL, length, protection,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return got == MAP_FAILED ? NULL : got;
}

void *apus_reserve(uint64_t length) { return map_anywhere(length, PROT_NONE); }

void *apus_map(uint64_t length) {
  return map_anywhere(length, PROT_READ | PROT_WRITE);
}

void apus_unmap(void *address, uint64_t length) { munmap(address, length); }

void apus_avoid_huge_pages(void *address, uint64_t length) {
  madvise(address, length, MADV_NOHUGEPAGE);
}

void apus_leave_out_of_dumps(uint64_t address, uint64_t length) {
  madvise((void *)(uintptr_t)address, length, MADV_DONTDUMP);
}

uint64_t apus_page_size(void) { return getauxval(AT_PAGESZ); }

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

bool apus_protect_relocated(void) {
  const char *image = (const char *)&__ehdr_start;
  const Elf64_Phdr *header = (const Elf64_Phdr *)(image + __ehdr_start.e_phoff);
  for (unsigned i = 0; i < __ehdr_start.e_phnum; i++, header++) {
    if (header->p_type != PT_GNU_RELRO)
      continue;
    uint64_t page = apus_page_size();
    uint64_t first = (uint64_t)(uintptr_t)image + header->p_vaddr;
    uint64_t end = (first + header->p_memsz) & ~(page - 1);
    first &= ~(page - 1);
    if (end > first &&
        mprotect((void *)(uintptr_t)first, end - first, PROT_READ) != 0)
      return false;
  }
  return true;
}
