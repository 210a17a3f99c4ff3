// Running one export by name (`--invoke`): the process's arguments become the
// function's, its results are printed one a line.
//
// Alone in its object file: only programs compiled so carry the conversions.

#include "message.h"
#include "runtime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *type_name(char type) {
  switch (type) {
  case 'i':
    return "i32";
  case 'I':
    return "i64";
  case 'f':
    return "f32";
  default:
    return "f64";
  }
}

static APUS_NORETURN void fail_usage(const apus_invocation *invocation,
                                     const char *argument) {
  apus_message message;
  message.length = 0;
  apus_message_text(&message, "error: ");
  if (argument != NULL) {
    apus_message_text(&message, "malformed argument \"");
    apus_message_text(&message, argument);
    apus_message_text(&message, "\"; ");
  }
  apus_message_text(&message, invocation->name);
  apus_message_text(&message, " expects ");
  size_t count = strlen(invocation->parameters);
  if (count == 0)
    apus_message_text(&message, "no arguments");
  for (size_t i = 0; i < count; i++) {
    apus_message_text(&message, i == 0 ? "(" : ", ");
    apus_message_text(&message, type_name(invocation->parameters[i]));
  }
  apus_message_text(&message, count == 0 ? "" : ")");
  if (argument == NULL) {
    apus_message_text(&message, ", got ");
    apus_message_decimal(&message, apus_arguments.guest_argument_count);
  }
  apus_message_text(&message, "\n");
  apus_message_flush(&message);
  apus_exit(APUS_EXIT_USAGE);
}

// --- Arguments ---------------------------------------------------------------

static int digit_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if ((c | 32) >= 'a' && (c | 32) <= 'f')
    return (c | 32) - 'a' + 10;
  return 16;
}

// Signed or unsigned, whatever fits in `bits`: both mean the same bits in Wasm.
static bool parse_integer(const char *text, unsigned bits, uint64_t *result) {
  bool negative = *text == '-';
  if (*text == '-' || *text == '+')
    text++;
  uint64_t radix = 10, value = 0;
  if (text[0] == '0' && (text[1] | 32) == 'x') {
    radix = 16;
    text += 2;
  }
  if (*text == 0)
    return false;
  for (; *text != 0; text++) {
    uint64_t digit = (uint64_t)digit_value(*text);
    if (digit >= radix || __builtin_mul_overflow(value, radix, &value) ||
        __builtin_add_overflow(value, digit, &value))
      return false;
  }
  uint64_t limit = negative     ? UINT64_C(1) << (bits - 1)
                   : bits == 64 ? UINT64_MAX
                                : (UINT64_C(1) << bits) - 1;
  if (value > limit)
    return false;
  value = negative ? 0 - value : value;
  *result = bits == 64 ? value : (uint32_t)value;
  return true;
}

// What strtod takes, less leading blanks and trailing junk. Values out of range
// round to infinity or zero, as they do in the text format's reading.
static bool parse_float(const char *text, char type, uint64_t *result) {
  char *end;
  *result = 0;
  if (*text == 0 || strchr(" \t\n\v\f\r", *text) != NULL)
    return false;
  if (type == 'f') {
    float value = strtof(text, &end);
    memcpy(result, &value, sizeof value);
  } else {
    double value = strtod(text, &end);
    memcpy(result, &value, sizeof value);
  }
  return *end == 0;
}

static bool parse_argument(const char *text, char type, uint64_t *result) {
  if (type == 'i' || type == 'I')
    return parse_integer(text, type == 'i' ? 32 : 64, result);
  return parse_float(text, type, result);
}

// --- Results -----------------------------------------------------------------

// The fewest digits that read back as the same value.
static int format_float(char *line, size_t size, uint64_t bits, char type) {
  float single;
  double number;
  memcpy(&single, &bits, sizeof single);
  memcpy(&number, &bits, sizeof number);
  if (type == 'f')
    number = single;
  if (number != number)
    return snprintf(line, size, "nan\n");
  int length = 0, most = type == 'f' ? 9 : 17;
  for (int digits = 1; digits <= most; digits++) {
    length = snprintf(line, size, "%.*g\n", digits, number);
    if (type == 'f' ? strtof(line, NULL) == single
                    : strtod(line, NULL) == number)
      break;
  }
  return length;
}

static int format_result(char *line, size_t size, uint64_t bits, char type) {
  if (type == 'i')
    return snprintf(line, size, "%d\n", (int32_t)(uint32_t)bits);
  if (type == 'I')
    return snprintf(line, size, "%lld\n", (long long)bits);
  return format_float(line, size, bits, type);
}

static void write_output(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(1, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      apus_fail(APUS_EXIT_CANNOT_START,
                "cannot print the results: ", strerror(errno), NULL);
    bytes += written;
    length -= (size_t)written;
  }
}

void apus_invoke(const apus_invocation *invocation) {
  size_t parameters = strlen(invocation->parameters);
  size_t results = strlen(invocation->results);
  if (apus_arguments.guest_argument_count != parameters)
    fail_usage(invocation, NULL);
  // Validation allows a thousand of each; the slots serve both.
  uint64_t count = parameters > results ? parameters : results;
  uint64_t *values = apus_map((count + 1) * sizeof *values);
  if (values == NULL)
    apus_fail(APUS_EXIT_CANNOT_START, "cannot allocate memory", NULL);
  for (size_t i = 0; i < parameters; i++) {
    const char *argument = apus_arguments.guest_arguments[i];
    if (!parse_argument(argument, invocation->parameters[i], &values[i]))
      fail_usage(invocation, argument);
  }
  invocation->call(values);
  for (size_t i = 0; i < results; i++) {
    char line[64];
    int length =
        format_result(line, sizeof line, values[i], invocation->results[i]);
    write_output(line, (size_t)length);
  }
}
