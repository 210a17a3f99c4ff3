// Tables that can change at run time.
//
// A table is reserved up to its maximum and never moves, so that generated code
// may keep `elements`. Accesses are checked by generated code. See "Table
// Instances" in the specification.

#include "runtime.h"

#define HUGE_PAGE (2 * 1024 * 1024)
#define FAILURE UINT64_MAX // -1, the failure of table.grow

const apus_function apus_null_function
    __attribute__((visibility("hidden"))) = {&apus_call_null, 0};

static void fill(apus_table *table, uint64_t first, uint64_t end,
                 const void *reference) {
  // New elements are zero already, and untouched pages cost nothing.
  if (reference == NULL)
    return;
  for (uint64_t i = first; i < end; i++)
    table->elements[i] = reference;
}

bool apus_table_create(apus_table *table) {
  if (table->maximum > APUS_MAX_TABLE_ELEMENTS)
    table->maximum = APUS_MAX_TABLE_ELEMENTS;
  if (table->initial > table->maximum)
    return false;
  table->length = 0;
  if (table->maximum == 0)
    return true;
  void *elements = apus_map(table->maximum * sizeof(void *));
  if (elements == NULL && table->initial != 0) {
    // Little address space (`ulimit -v`): then the table cannot grow.
    table->maximum = table->initial;
    elements = apus_map(table->maximum * sizeof(void *));
  }
  if (elements == NULL)
    return false;
  // A table is mostly reserved and little used; a huge page of it would be
  // cleared at the first touch.
  if (table->maximum * sizeof(void *) >= HUGE_PAGE)
    apus_avoid_huge_pages(elements, table->maximum * sizeof(void *));
  table->elements = elements;
  fill(table, 0, table->initial, table->null_value);
  table->length = table->initial;
  return true;
}

static uint64_t grow(apus_table *table, uint64_t delta, const void *reference) {
  uint64_t old_length = table->length;
  if (delta > table->maximum - old_length)
    return FAILURE;
  fill(table, old_length, old_length + delta, reference);
  // Only now: the elements exist. Other threads read it without the lock.
  __atomic_store_n(&table->length, old_length + delta, __ATOMIC_RELEASE);
  return old_length;
}

uint64_t apus_table_grow(apus_table *table, uint64_t delta,
                         const void *reference) {
  static apus_lock growing; // threads of a program share its tables
  apus_lock_acquire(&growing);
  uint64_t old_length = grow(table, delta, reference);
  apus_lock_release(&growing);
  return old_length;
}
