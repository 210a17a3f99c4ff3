// An interpreter of a stack machine: one loop around one `switch`, as in most
// interpreters since Wirth's P-code (1973). Its programs look for the longest
// Collatz sequence below a limit, and compute a Fibonacci number by recursion.
//
// Stresses the jump table of the switch, whose target is hard to predict, and
// loads and stores of the stack.
//
//   vm_switch [LIMIT]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum {
  LABEL, // no instruction, but a name for the place of the next
  PUSH,
  LOAD,
  STORE,
  ADD,
  SUBTRACT,
  MULTIPLY,
  AND,
  HALVE,
  LESS,
  JUMP,
  JUMP_IF_ZERO,
  CALL, // takes one argument, which becomes the function's first variable
  RETURN,
  HALT
} Operation;

typedef struct {
  Operation operation;
  int operand;
} Instruction;

// ---- the programs: an instruction for each line, jumps name labels ----

// clang-format off
enum { NEXT, STEP, EVEN, COUNT, FINISHED, ADVANCE, DONE };
enum { LIMIT, START, VALUE, LENGTH, BEST_START, BEST_LENGTH };

static const Instruction collatz[] = {
    {PUSH, 1}, {STORE, START},
  {LABEL, NEXT},
    {LOAD, START}, {LOAD, LIMIT}, {LESS, 0}, {JUMP_IF_ZERO, DONE},
    {LOAD, START}, {STORE, VALUE},
    {PUSH, 1}, {STORE, LENGTH},
  {LABEL, STEP},
    {LOAD, VALUE}, {PUSH, 1}, {SUBTRACT, 0}, {JUMP_IF_ZERO, FINISHED},
    {LOAD, VALUE}, {PUSH, 1}, {AND, 0}, {JUMP_IF_ZERO, EVEN},
    {LOAD, VALUE}, {PUSH, 3}, {MULTIPLY, 0}, {PUSH, 1}, {ADD, 0},
    {STORE, VALUE}, {JUMP, COUNT},
  {LABEL, EVEN},
    {LOAD, VALUE}, {HALVE, 0}, {STORE, VALUE},
  {LABEL, COUNT},
    {LOAD, LENGTH}, {PUSH, 1}, {ADD, 0}, {STORE, LENGTH}, {JUMP, STEP},
  {LABEL, FINISHED},
    {LOAD, BEST_LENGTH}, {LOAD, LENGTH}, {LESS, 0}, {JUMP_IF_ZERO, ADVANCE},
    {LOAD, LENGTH}, {STORE, BEST_LENGTH},
    {LOAD, START}, {STORE, BEST_START},
  {LABEL, ADVANCE},
    {LOAD, START}, {PUSH, 1}, {ADD, 0}, {STORE, START}, {JUMP, NEXT},
  {LABEL, DONE},
    {LOAD, BEST_START}, {PUSH, 1000}, {MULTIPLY, 0},
    {LOAD, BEST_LENGTH}, {ADD, 0}, {HALT, 0},
};

enum { FUNCTION, RECURSE };

static const Instruction fibonacci[] = {
    {LOAD, 0}, {CALL, FUNCTION}, {HALT, 0},
  {LABEL, FUNCTION},
    {LOAD, 0}, {PUSH, 2}, {LESS, 0}, {JUMP_IF_ZERO, RECURSE},
    {LOAD, 0}, {RETURN, 0},
  {LABEL, RECURSE},
    {LOAD, 0}, {PUSH, 1}, {SUBTRACT, 0}, {CALL, FUNCTION},
    {LOAD, 0}, {PUSH, 2}, {SUBTRACT, 0}, {CALL, FUNCTION},
    {ADD, 0}, {RETURN, 0},
};
// clang-format on

enum { LONGEST = 64, VARIABLES = 6, DEPTH = 64 };

// Leaves labels out, and replaces their names by their places.
static void assemble(const Instruction *program, size_t size,
                     Instruction *code) {
  int place_of[LONGEST], count = 0;
  for (size_t i = 0; i < size; i++) {
    if (program[i].operation == LABEL)
      place_of[program[i].operand] = count;
    else
      code[count++] = program[i];
  }
  for (int i = 0; i < count; i++)
    if (code[i].operation == JUMP || code[i].operation == JUMP_IF_ZERO ||
        code[i].operation == CALL)
      code[i].operand = place_of[code[i].operand];
}

// Returns what is on the stack when the program halts.
static int64_t interpret(const Instruction *code, int64_t argument) {
  int64_t stack[2 * DEPTH], *top = stack;
  int64_t frames[DEPTH][VARIABLES] = {{argument}}, *variables = frames[0];
  int callers[DEPTH], depth = 0;
  for (int at = 0;;) {
    Instruction instruction = code[at++];
    switch (instruction.operation) {
    case LABEL:
      return -1;
    case PUSH:
      *top++ = instruction.operand;
      break;
    case LOAD:
      *top++ = variables[instruction.operand];
      break;
    case STORE:
      variables[instruction.operand] = *--top;
      break;
    case ADD:
      top--;
      top[-1] += *top;
      break;
    case SUBTRACT:
      top--;
      top[-1] -= *top;
      break;
    case MULTIPLY:
      top--;
      top[-1] *= *top;
      break;
    case AND:
      top--;
      top[-1] &= *top;
      break;
    case HALVE:
      top[-1] >>= 1;
      break;
    case LESS:
      top--;
      top[-1] = top[-1] < *top;
      break;
    case JUMP:
      at = instruction.operand;
      break;
    case JUMP_IF_ZERO:
      if (*--top == 0)
        at = instruction.operand;
      break;
    case CALL:
      callers[depth++] = at;
      variables = frames[depth];
      variables[0] = *--top;
      at = instruction.operand;
      break;
    case RETURN:
      at = callers[--depth];
      variables = frames[depth];
      break;
    case HALT:
      return *--top;
    }
  }
}

// The start of the longest sequence below the limit, and its length.
static int64_t longest_sequence(int limit) {
  Instruction code[LONGEST];
  assemble(collatz, sizeof collatz / sizeof *collatz, code);
  return interpret(code, limit);
}

static int64_t fibonacci_number(int n) {
  Instruction code[LONGEST];
  assemble(fibonacci, sizeof fibonacci / sizeof *fibonacci, code);
  return interpret(code, n);
}

int main(int argc, char **argv) {
  int limit = argc > 1 ? atoi(argv[1]) : 250000;
  if (longest_sequence(1000) != 871179 || longest_sequence(10000) != 6171262 ||
      fibonacci_number(20) != 6765) {
    fputs("vm_switch: wrong result\n", stderr);
    return 1;
  }
  // Each of the numbers is greater by the golden ratio, and so is the work.
  int n = 8;
  for (int64_t work = limit; work > 1; work = work * 100 / 162)
    n++;
  printf("vm_switch %d: %" PRId64 " %d %" PRId64 "\n", limit,
         longest_sequence(limit), n, fibonacci_number(n));
  return 0;
}
