// A hash table with open addressing and linear probing; what is deleted leaves
// no tombstone, but those behind it move up (Knuth, "The Art of Computer
// Programming" 6.4, algorithms L and R). A random mix of insertions, look-ups
// and deletions lets it grow until as many are deleted as are inserted.
//
// Stresses loads from unpredictable places, integer multiplication and
// branches.
//
//   hash_table [OPERATIONS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Keys are never 0, which marks a free slot.
typedef struct {
  uint64_t key, value;
} Slot;

typedef struct {
  Slot *slots;
  uint32_t mask, count;
  int bits;
} Table;

static void make(Table *table, int bits) {
  table->slots = calloc((size_t)1 << bits, sizeof *table->slots);
  if (table->slots == NULL)
    exit(1);
  table->mask = ((uint32_t)1 << bits) - 1;
  table->bits = bits;
  table->count = 0;
}

// Multiplication by the golden ratio (Knuth 6.4), whose upper bits are good.
static uint32_t home(const Table *table, uint64_t key) {
  return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - table->bits));
}

// The slot that holds the key, or the free one where it would go.
static uint32_t find(const Table *table, uint64_t key) {
  uint32_t i = home(table, key);
  while (table->slots[i].key != key && table->slots[i].key != 0)
    i = (i + 1) & table->mask;
  return i;
}

static void insert(Table *table, uint64_t key, uint64_t value);

static void grow(Table *table) {
  Table larger;
  make(&larger, table->bits + 1);
  for (uint32_t i = 0; i <= table->mask; i++)
    if (table->slots[i].key != 0)
      insert(&larger, table->slots[i].key, table->slots[i].value);
  free(table->slots);
  *table = larger;
}

static void insert(Table *table, uint64_t key, uint64_t value) {
  uint32_t i = find(table, key);
  if (table->slots[i].key == 0) {
    if (table->count > table->mask / 4 * 3) {
      grow(table);
      i = find(table, key);
    }
    table->slots[i].key = key;
    table->count++;
  }
  table->slots[i].value = value;
}

static const uint64_t *look_up(const Table *table, uint64_t key) {
  const Slot *slot = &table->slots[find(table, key)];
  return slot->key == 0 ? NULL : &slot->value;
}

static int erase(Table *table, uint64_t key) {
  uint32_t hole = find(table, key), mask = table->mask;
  if (table->slots[hole].key == 0)
    return 0;
  for (uint32_t i = (hole + 1) & mask; table->slots[i].key != 0;
       i = (i + 1) & mask) {
    // It may move only if its home is not behind the hole.
    uint32_t distance = (i - home(table, table->slots[i].key)) & mask;
    if (distance >= ((i - hole) & mask)) {
      table->slots[hole] = table->slots[i];
      hole = i;
    }
  }
  table->slots[hole].key = 0;
  table->count--;
  return 1;
}

// The same operations on a table and on an array that is indexed by the key.
static int is_correct(void) {
  enum { KEYS = 200 };
  uint64_t expected[KEYS] = {0};
  uint32_t state = 1, present = 0;
  Table table;
  make(&table, 2);
  for (int i = 0; i < 20000; i++) {
    state = state * 1664525 + 1013904223;
    uint64_t key = 1 + (state >> 8) % (KEYS - 1), value = state;
    if ((state >> 24) % 2 == 0) {
      present += expected[key] == 0;
      expected[key] = value;
      insert(&table, key, value);
    } else {
      present -= expected[key] != 0;
      if (erase(&table, key) != (expected[key] != 0))
        return 0;
      expected[key] = 0;
    }
  }
  for (uint64_t key = 1; key < KEYS; key++) {
    const uint64_t *found = look_up(&table, key);
    if ((found == NULL ? 0 : *found) != expected[key])
      return 0;
  }
  free(table.slots);
  return table.count == present;
}

int main(int argc, char **argv) {
  int operations = argc > 1 ? atoi(argv[1]) : 15000000;
  if (!is_correct()) {
    fputs("hash_table: wrong result\n", stderr);
    return 1;
  }
  Table table;
  make(&table, 4);
  uint64_t state = 88172645463325252, sum = 0;
  for (int i = 0; i < operations; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    uint64_t key = 1 + (state >> 20) % 1000000;
    uint32_t action = (uint32_t)state % 8;
    if (action < 3) {
      insert(&table, key, state);
    } else if (action == 3) {
      sum += (uint64_t)erase(&table, key);
    } else {
      const uint64_t *found = look_up(&table, key);
      sum = sum * 31 + (found == NULL ? 1 : *found);
    }
  }
  printf("hash_table %d: %" PRIu32 " %016" PRIx64 "\n", operations, table.count,
         sum);
  return 0;
}
