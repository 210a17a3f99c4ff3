// What the process gives up before the guest runs: what the compiler found that
// the program does not need.
//
// A second wall behind the checks of the runtime: it holds where these have a
// fault. Knows the order; platform/confine.c knows the kernel. docs/security.md

#include "confinement.h"

#include "../core/message.h"
#include "../core/runtime.h"
#include "../platform/confine.h"

#include <string.h>

// Defined only in programs that use file descriptors. Not hidden: the address
// of an undefined weak symbol must come from the GOT to be NULL.
extern bool apus_fd_preopen(uint32_t index, int *host, bool *read_only)
    __attribute__((weak, visibility("default")));

enum mode { ENFORCE, EXPLAIN, REPORT };

// APUS_CONFINE of the process's environment, which is the user's: no guest
// reaches it.
static enum mode requested_mode(void) {
  static const char name[] = "APUS_CONFINE";
  const char *variable = apus_process_variable(name, sizeof name - 1);
  if (variable == NULL)
    return ENFORCE;
  const char *value = variable + sizeof name;
  if (strcmp(value, "verbose") == 0)
    return EXPLAIN;
  if (strcmp(value, "log") == 0)
    return REPORT;
  if (*value != 0)
    apus_fail(APUS_EXIT_CANNOT_START,
              "APUS_CONFINE is neither 'log' nor 'verbose'", NULL);
  return ENFORCE;
}

static void note(enum mode mode, const char *text, uint64_t number,
                 const char *rest) {
  apus_message message;
  if (mode == ENFORCE)
    return;
  message.length = 0;
  apus_message_text(&message, "confinement: ");
  apus_message_text(&message, text);
  apus_message_decimal(&message, number);
  apus_message_text(&message, rest);
  apus_message_text(&message, "\n");
  apus_message_flush(&message);
}

static void report_call(uint64_t number) {
  const char *name = "unknown";
  size_t count;
  const apus_system_call *calls = apus_system_calls(&count);
  for (size_t i = 0; i < count; i++)
    if (calls[i].number == number)
      name = calls[i].name;
  apus_message message;
  message.length = 0;
  apus_message_text(&message, "confinement: the system call ");
  apus_message_text(&message, name);
  apus_message_text(&message, " (");
  apus_message_decimal(&message, number);
  apus_message_text(&message, ") is not one that this program may make\n");
  apus_message_flush(&message);
}

static APUS_NORETURN void fail(const char *what) {
  apus_fail(APUS_EXIT_CANNOT_START,
            "cannot confine the program: the kernel refuses ", what,
            "; compile with --no-confine to do without", NULL);
}

static void restrict_files(enum mode mode) {
  int version = apus_landlock_version();
  if (version < 0)
    fail("to say what it has of Landlock");
  if (version == 0) {
    note(mode, "files are not restricted, Landlock has version ", 0, "");
    return;
  }
  int rules = apus_landlock_create(version);
  if (rules < 0)
    fail("a set of Landlock rules");
  uint32_t count = 0;
  int directory;
  bool read_only;
  for (; apus_fd_preopen != NULL &&
         apus_fd_preopen(count, &directory, &read_only);
       count++)
    if (!apus_landlock_allow(rules, version, directory, read_only))
      fail("a Landlock rule");
  if (!apus_landlock_apply(rules))
    fail("the Landlock rules");
  note(mode, "files are restricted to granted directories: ", count, "");
}

void apus_confine(void) {
  if (apus_the_program.filter == NULL)
    return;
  enum mode mode = requested_mode();
  if (!apus_give_up_privileges())
    fail("no_new_privs");
  if (apus_the_program.flags & APUS_PROGRAM_RESOLVES_PATHS)
    restrict_files(mode);
  enum apus_filter_result result =
      mode == REPORT
          ? apus_filter_apply_reporting(apus_the_program.filter,
                                        apus_the_program.filter_length,
                                        report_call)
          : apus_filter_apply(apus_the_program.filter,
                              apus_the_program.filter_length);
  switch (result) {
  case APUS_FILTERED:
    note(mode, "system calls are filtered, instructions: ",
         apus_the_program.filter_length,
         mode == REPORT ? ", reporting only" : "");
    break;
  case APUS_FILTER_UNKNOWN:
    note(mode, "system calls are not filtered, the kernel has filters: ", 0,
         "");
    break;
  case APUS_FILTER_FAILED:
    fail("the filter of system calls");
  }
}
