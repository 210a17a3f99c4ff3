// See message.h.

#include "message.h"

#include <stdarg.h>

void apus_message_flush(apus_message *message) {
  apus_write_error(message->bytes, message->length);
  message->length = 0;
}

void apus_message_text(apus_message *message, const char *text) {
  for (; *text != 0; text++) {
    if (message->length == sizeof message->bytes)
      apus_message_flush(message);
    message->bytes[message->length++] = *text;
  }
}

static void append_number(apus_message *message, uint64_t value,
                          unsigned radix) {
  char digits[24];
  char *first = digits + sizeof digits - 1;
  *first = 0;
  do
    *--first = "0123456789abcdef"[value % radix];
  while ((value /= radix) != 0);
  apus_message_text(message, first);
}

void apus_message_decimal(apus_message *message, uint64_t value) {
  append_number(message, value, 10);
}

void apus_message_hexadecimal(apus_message *message, uint64_t value) {
  apus_message_text(message, "0x");
  append_number(message, value, 16);
}

APUS_NORETURN void apus_fail(enum apus_exit_status status, ...) {
  apus_message message;
  message.length = 0;
  apus_message_text(&message, "error: ");
  va_list texts;
  va_start(texts, status);
  for (const char *text; (text = va_arg(texts, const char *)) != NULL;)
    apus_message_text(&message, text);
  va_end(texts);
  apus_message_text(&message, "\n");
  apus_message_flush(&message);
  apus_exit(status);
}
