// An interpreter of a register machine in which each instruction is done by a
// function, called through a table: the way of the emulators that load a
// handler for each opcode. Its programs count primes with the sieve of
// Eratosthenes, and sum greatest common divisors by Euclid's algorithm.
//
// Stresses indirect calls of small functions, whose target is hard to predict,
// and state that lies in memory because they all share it.
//
//   vm_calls [LIMIT]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGISTERS = 8, LARGEST = 1 << 24 };

typedef struct {
  int64_t registers[REGISTERS];
  uint8_t *memory;
  int at; // the next instruction, or -1
} Machine;

typedef struct {
  uint8_t operation, a, b;
  int32_t c;
} Instruction;

// ---- one function for each instruction ----

static void set(Machine *machine, Instruction i) {
  machine->registers[i.a] = i.c;
}

static void move(Machine *machine, Instruction i) {
  machine->registers[i.a] = machine->registers[i.b];
}

static void add(Machine *machine, Instruction i) {
  machine->registers[i.a] = machine->registers[i.b] + machine->registers[i.c];
}

static void add_constant(Machine *machine, Instruction i) {
  machine->registers[i.a] = machine->registers[i.b] + i.c;
}

static void remainder_of(Machine *machine, Instruction i) {
  machine->registers[i.a] = machine->registers[i.b] % machine->registers[i.c];
}

static void load(Machine *machine, Instruction i) {
  machine->registers[i.a] = machine->memory[machine->registers[i.b]];
}

static void store(Machine *machine, Instruction i) {
  machine->memory[machine->registers[i.b]] = (uint8_t)machine->registers[i.a];
}

static void jump(Machine *machine, Instruction i) { machine->at = i.c; }

static void jump_if_zero(Machine *machine, Instruction i) {
  if (machine->registers[i.a] == 0)
    machine->at = i.c;
}

static void jump_if_less(Machine *machine, Instruction i) {
  if (machine->registers[i.a] < machine->registers[i.b])
    machine->at = i.c;
}

static void halt(Machine *machine, Instruction i) {
  (void)i;
  machine->at = -1;
}

// A label is no instruction, but a name for the place of the next.
enum {
  SET,
  MOVE,
  ADD,
  ADD_CONSTANT,
  REMAINDER,
  LOAD,
  STORE,
  JUMP,
  JUMP_IF_ZERO,
  JUMP_IF_LESS,
  HALT,
  LABEL
};

typedef void Function(Machine *, Instruction);
static Function *const functions[] = {
    set,   move, add,          add_constant, remainder_of, load,
    store, jump, jump_if_zero, jump_if_less, halt,
};

static int64_t run(const Instruction *code, int64_t argument, uint8_t *memory) {
  Machine machine = {{argument}, memory, 0};
  while (machine.at >= 0) {
    Instruction instruction = code[machine.at++];
    functions[instruction.operation](&machine, instruction);
  }
  return machine.registers[1];
}

// ---- the programs: jumps name labels, register 1 holds the result ----

// clang-format off
enum { LIMIT, RESULT, I, J, ONE, A, B, REST };
enum { NEXT, CROSS_OUT, CHECK, ADVANCE, DONE };

static const Instruction sieve[] = {
    {SET, RESULT, 0, 0}, {SET, ONE, 0, 1}, {SET, I, 0, 2}, {JUMP, 0, 0, CHECK},
  {LABEL, 0, 0, NEXT},
    {LOAD, A, I, 0}, {JUMP_IF_LESS, B, A, ADVANCE},
    {ADD, RESULT, RESULT, ONE}, {ADD, J, I, I},
  {LABEL, 0, 0, CROSS_OUT},
    {JUMP_IF_LESS, LIMIT, J, ADVANCE},
    {STORE, ONE, J, 0}, {ADD, J, J, I}, {JUMP, 0, 0, CROSS_OUT},
  {LABEL, 0, 0, ADVANCE},
    {ADD_CONSTANT, I, I, 1},
  {LABEL, 0, 0, CHECK},
    {JUMP_IF_LESS, I, LIMIT, NEXT}, {HALT, 0, 0, 0},
};

enum { NEXT_ROW, NEXT_PAIR, EUCLID, FOUND };

static const Instruction divisors[] = {
    {SET, I, 0, 1},
  {LABEL, 0, 0, NEXT_ROW},
    {SET, J, 0, 1},
  {LABEL, 0, 0, NEXT_PAIR},
    {MOVE, A, I, 0}, {MOVE, B, J, 0},
  {LABEL, 0, 0, EUCLID},
    {JUMP_IF_ZERO, B, 0, FOUND}, {REMAINDER, REST, A, B},
    {MOVE, A, B, 0}, {MOVE, B, REST, 0}, {JUMP, 0, 0, EUCLID},
  {LABEL, 0, 0, FOUND},
    {ADD, RESULT, RESULT, A}, {ADD_CONSTANT, J, J, 1},
    {JUMP_IF_LESS, J, LIMIT, NEXT_PAIR}, {ADD_CONSTANT, I, I, 1},
    {JUMP_IF_LESS, I, LIMIT, NEXT_ROW}, {HALT, 0, 0, 0},
};
// clang-format on

enum { LONGEST = 32 };

// Leaves labels out, and replaces their names by their places.
static void assemble(const Instruction *program, size_t size,
                     Instruction *code) {
  int place_of[LONGEST], count = 0;
  for (size_t i = 0; i < size; i++) {
    if (program[i].operation == LABEL)
      place_of[program[i].c] = count;
    else
      code[count++] = program[i];
  }
  for (int i = 0; i < count; i++)
    if (code[i].operation >= JUMP && code[i].operation <= JUMP_IF_LESS)
      code[i].c = place_of[code[i].c];
}

static int64_t primes_below(int limit) {
  Instruction code[LONGEST];
  uint8_t *memory = calloc((size_t)limit + 1, 1);
  if (memory == NULL)
    exit(1);
  assemble(sieve, sizeof sieve / sizeof *sieve, code);
  int64_t count = run(code, limit, memory);
  free(memory);
  return count;
}

// The sum over all pairs of numbers below the limit.
static int64_t sum_of_divisors(int limit) {
  Instruction code[LONGEST];
  assemble(divisors, sizeof divisors / sizeof *divisors, code);
  return run(code, limit, NULL);
}

int main(int argc, char **argv) {
  int limit = argc > 1 ? atoi(argv[1]) : 10000000;
  if (limit < 4 || limit > LARGEST)
    return 2;
  if (primes_below(100) != 25 || primes_below(10000) != 1229 ||
      sum_of_divisors(11) != 189) {
    fputs("vm_calls: wrong result\n", stderr);
    return 1;
  }
  int rows = 2;
  while (rows * rows < limit / 4)
    rows++;
  printf("vm_calls %d: %" PRId64 " %" PRId64 "\n", limit, primes_below(limit),
         sum_of_divisors(rows));
  return 0;
}
