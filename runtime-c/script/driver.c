// Walks the commands of a script and says of each how it went.
//
// A line per command that was carried out, at once, so that what was done is
// known if the process dies:
//
//   NUMBER returned VALUE...     each value 32 hexadecimal digits, as it lies
//                                in memory (little-endian)
//   NUMBER trapped MESSAGE
//   NUMBER failed MESSAGE        the driver could not do it
//
// Knows neither types nor expectations: those are compared where the script was
// read. Linked into script programs only.

#include "../platform/registers.h"
#include "recover.h"
#include "streams.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Thread_local apus_script_state *apus_script_current;

static const char *const trap_messages[] = {
#define TRAP(code, message) [APUS_TRAP_##code] = message,
#include "traps.def"
#undef TRAP
};

// Called where a trap would end the process (core/trap.c, platform/x86_64.S);
// returns if no command is being carried out.
void apus_script_trap(uint32_t code) {
  apus_script_state *state = apus_script_current;
  if (state != NULL && state->is_calling)
    apus_recover(&state->recovery, code);
}

// --- Lines -------------------------------------------------------------------

typedef struct line {
  size_t length;
  char bytes[128];
} line;

// Lines are short but for those of many results, whose pieces no other thread's
// lines may part.
static void flush(line *text) {
  const char *bytes = text->bytes;
  while (text->length > 0) {
    ssize_t written = write(1, bytes, text->length);
    if (written <= 0)
      apus_exit(74); // EX_IOERR: nobody is told anything any more
    bytes += written;
    text->length -= (size_t)written;
  }
}

static void append(line *text, const char *part) {
  for (; *part != 0; part++) {
    if (text->length == sizeof text->bytes)
      flush(text);
    text->bytes[text->length++] = *part;
  }
}

static void append_value(line *text, const apus_value *value) {
  char digits[34] = " ";
  for (size_t i = 0; i < sizeof value->bytes; i++) {
    digits[1 + 2 * i] = "0123456789abcdef"[value->bytes[i] >> 4];
    digits[2 + 2 * i] = "0123456789abcdef"[value->bytes[i] & 15];
  }
  digits[33] = 0;
  append(text, digits);
}

static void report(uint64_t number, const char *outcome, const char *message,
                   const apus_value *values, uint32_t count) {
  line text = {.length = 0};
  char head[24];
  snprintf(head, sizeof head, "%llu ", (unsigned long long)number);
  apus_script_lock();
  append(&text, head);
  append(&text, outcome);
  if (message != NULL) {
    append(&text, " ");
    append(&text, message);
  }
  for (uint32_t i = 0; i < count; i++)
    append_value(&text, &values[i]);
  append(&text, "\n");
  flush(&text);
  apus_script_unlock();
}

// --- Commands ----------------------------------------------------------------

static void call(apus_script_state *state, uint64_t number,
                 const apus_script_command *command, const apus_value *inputs,
                 apus_value *values) {
  const apus_script_target *target = &state->script->targets[command->operand];
  memcpy(values, inputs, command->inputs * sizeof *values);
  apus_reset_float_control();
  state->is_calling = true;
  uint32_t trap =
      apus_call_guarded(&state->recovery, target->thunk, target->code, values);
  state->is_calling = false;
  if (trap == APUS_NO_TRAP)
    report(number, "returned", NULL, values, command->results);
  else
    report(number, "trapped",
           trap < APUS_TRAP_COUNT ? trap_messages[trap] : "trap", NULL, 0);
}

void apus_script_walk(apus_script_state *state) {
  const apus_script_stream *stream = &state->script->streams[state->stream];
  apus_value *values = apus_map(APUS_SCRIPT_VALUES * sizeof *values);
  apus_script_current = state;
  const uint8_t *next = stream->commands;
  for (uint64_t i = 0; i < stream->count; i++) {
    uint64_t number = stream->first + i;
    apus_script_command command;
    memcpy(&command, next, sizeof command);
    const apus_value *inputs = (const apus_value *)(next + sizeof command);
    next = (const uint8_t *)(inputs + command.inputs);
    const char *failure = values == NULL ? "no memory" : NULL;
    if (failure == NULL && command.kind == APUS_SCRIPT_CALL) {
      call(state, number, &command, inputs, values);
      continue;
    }
    if (failure == NULL && command.kind == APUS_SCRIPT_START)
      failure = apus_script_start(state->script, command.operand);
    else if (failure == NULL && command.kind == APUS_SCRIPT_WAIT)
      failure = apus_script_wait(command.operand);
    report(number, failure == NULL ? "returned" : "failed", failure, NULL, 0);
  }
  if (values != NULL)
    apus_unmap(values, APUS_SCRIPT_VALUES * sizeof *values);
  apus_script_current = NULL;
}

void apus_script_run(const apus_script *script) {
  apus_script_state state = {.script = script, .stream = 0};
  apus_script_walk(&state);
}
