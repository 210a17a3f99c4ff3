// Messages on standard error, put together without stdio or allocation.
//
// Usable from a signal handler. Knows nothing of what it says.

#ifndef APUS_MESSAGE_H
#define APUS_MESSAGE_H

#include "../platform/platform.h"
#include "exit_status.h"

typedef struct apus_message {
  size_t length;
  char bytes[256];
} apus_message;

// Text longer than the buffer is written in pieces, never cut.
void apus_message_text(apus_message *message, const char *text);
void apus_message_decimal(apus_message *message, uint64_t value);
void apus_message_hexadecimal(apus_message *message, uint64_t value);
void apus_message_flush(apus_message *message);

// Writes "error: " and the texts up to a NULL, and ends the process.
APUS_NORETURN void apus_fail(enum apus_exit_status status, ...)
    __attribute__((sentinel));

#endif
