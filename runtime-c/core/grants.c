// What the process was given and what of it the guest may see.
//
// Grants stand in the program or, for `apus run`, in the process's arguments up
// to "--" (see apus_abi.h). Knows nothing of WASI: it only tells them apart.

#include "runtime.h"

#include <string.h>

apus_process_arguments apus_arguments;

apus_limits apus_the_limits = {
    .memory = UINT64_MAX, .descriptors = UINT64_MAX, .fuel = UINT64_MAX};

// "NAME=NUMBER"
static bool set_limit(const char *text) {
  static const struct {
    const char *name;
    uint64_t *value;
  } limits[] = {{"memory=", &apus_the_limits.memory},
                {"descriptors=", &apus_the_limits.descriptors},
                {"time=", &apus_the_limits.time},
                {"fuel=", &apus_the_limits.fuel}};
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    size_t length = strlen(limits[i].name);
    if (strncmp(text, limits[i].name, length) != 0)
      continue;
    uint64_t number = 0;
    for (text += length; *text >= '0' && *text <= '9'; text++)
      if (__builtin_mul_overflow(number, 10, &number) ||
          __builtin_add_overflow(number, (uint64_t)(*text - '0'), &number))
        return false;
    *limits[i].value = number;
    return *text == 0 && number != 0;
  }
  return false;
}

// The string at `*position` in the one source of grants that this program has;
// moves on. NULL at the end.
static const char *next_string(uint64_t *position) {
  if (apus_arguments.granted != NULL)
    return *position < apus_arguments.granted_count
               ? apus_arguments.granted[(*position)++]
               : NULL;
  if (*position >= apus_the_program.grants_length)
    return NULL;
  const char *text = apus_the_program.grants + *position;
  *position += strlen(text) + 1;
  return text;
}

// In the order of `apus_grant_kind`.
static const char *const kind_names[] = {"env",        "dir",       "dir-ro",
                                         "tcp-listen", "listen-fd", "limit"};
#define KINDS (sizeof kind_names / sizeof kind_names[0])

// The kind that a word names, or KINDS.
static size_t find_kind(const char *word) {
  size_t kind = 0;
  while (kind < KINDS && strcmp(kind_names[kind], word) != 0)
    kind++;
  return kind;
}

// 1 for a grant, 0 at the end, -1 if malformed.
static int parse(apus_grant_cursor *cursor, apus_grant *grant) {
  const char *kind = next_string(&cursor->position);
  if (kind == NULL)
    return 0;
  size_t number = find_kind(kind);
  if (number == KINDS)
    return -1;
  grant->kind = (enum apus_grant_kind)number;
  bool is_directory = apus_grant_is_directory(grant);
  grant->name = next_string(&cursor->position);
  grant->value = is_directory ? next_string(&cursor->position) : NULL;
  if (grant->name == NULL || (is_directory && grant->value == NULL))
    return -1;
  return grant->name[0] == 0 || grant->name[0] == '=' ? -1 : 1;
}

bool apus_grant_next(apus_grant_cursor *cursor, apus_grant *grant) {
  int parsed;
  do
    parsed = parse(cursor, grant);
  while (parsed == 1 && grant->kind == APUS_GRANT_LIMIT);
  return parsed == 1;
}

bool apus_arguments_create(int count, char **arguments, char **environment) {
  apus_process_arguments *result = &apus_arguments;
  result->environment = environment;
  result->guest_name = count > 0 ? arguments[0] : "";
  int first = count > 0 ? 1 : 0;
  if (apus_the_program.flags & APUS_PROGRAM_GRANTS_IN_ARGUMENTS) {
    // By whole grants, so that a directory may be called "--".
    int end = first;
    while (end < count && strcmp(arguments[end], "--") != 0) {
      apus_grant grant = {.kind =
                              (enum apus_grant_kind)find_kind(arguments[end])};
      end += apus_grant_is_directory(&grant) ? 3 : 2;
    }
    if (end >= count)
      return false;
    result->granted = arguments + first;
    result->granted_count = (uint32_t)(end - first);
    first = end + 1;
  }
  result->guest_arguments = arguments + first;
  result->guest_argument_count = (uint32_t)(count - first);

  apus_grant_cursor cursor = {0};
  apus_grant grant;
  int parsed;
  while ((parsed = parse(&cursor, &grant)) == 1)
    if (grant.kind == APUS_GRANT_LIMIT && !set_limit(grant.name))
      return false;
  return parsed == 0;
}

const char *apus_process_variable(const char *name, size_t length) {
  for (char **variable = apus_arguments.environment; *variable != NULL;
       variable++)
    if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=')
      return *variable;
  return NULL;
}
