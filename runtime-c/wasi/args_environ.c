// args_get, args_sizes_get, environ_get, environ_sizes_get.
//
// The guest's arguments are argv[0] and what follows the grants; of the
// process's environment it sees only what was granted by name.

#include "wasi.h"

#include "../core/runtime.h"
#include "guest.h"

// A list of strings: `next` gives them in order and NULL at the end.
typedef struct string_list {
  const char *(*next)(struct string_list *list);
  uint64_t position;
} string_list;

static const char *next_argument(string_list *list) {
  uint64_t position = list->position++;
  if (position == 0)
    return apus_arguments.guest_name;
  if (position > apus_arguments.guest_argument_count)
    return NULL;
  return apus_arguments.guest_arguments[position - 1];
}

static size_t name_length(const char *variable) {
  return strcspn(variable, "=");
}

static bool is_granted_again(apus_grant_cursor cursor, const char *name) {
  size_t length = name_length(name);
  apus_grant grant;
  while (apus_grant_next(&cursor, &grant))
    if (grant.kind == APUS_GRANT_VARIABLE &&
        name_length(grant.name) == length &&
        memcmp(grant.name, name, length) == 0)
      return true;
  return false;
}

static const char *next_variable(string_list *list) {
  apus_grant_cursor cursor = {list->position};
  apus_grant grant;
  while (apus_grant_next(&cursor, &grant)) {
    list->position = cursor.position;
    if (grant.kind != APUS_GRANT_VARIABLE ||
        is_granted_again(cursor, grant.name))
      continue; // the last one counts
    size_t length = name_length(grant.name);
    const char *variable = grant.name[length] == '='
                               ? grant.name
                               : apus_process_variable(grant.name, length);
    if (variable != NULL)
      return variable;
  }
  return NULL;
}

static uint32_t store_sizes(guest_memory *memory, string_list list,
                            uint32_t count_pointer, uint32_t size_pointer) {
  uint64_t count = 0, size = 0;
  for (const char *text; (text = list.next(&list)) != NULL; count++)
    size += strlen(text) + 1;
  if (count > UINT32_MAX || size > UINT32_MAX)
    return WASI_OVERFLOW;
  uint32_t error = apus_guest_store32(memory, count_pointer, (uint32_t)count);
  if (error == WASI_SUCCESS)
    error = apus_guest_store32(memory, size_pointer, (uint32_t)size);
  return error;
}

static uint32_t store_strings(guest_memory *memory, string_list list,
                              uint64_t pointers, uint64_t buffer) {
  for (const char *text; (text = list.next(&list)) != NULL;) {
    size_t size = strlen(text) + 1;
    // The string first: a pointer never leads to bytes outside of memory.
    uint32_t error = apus_guest_store(memory, buffer, text, size);
    if (error == WASI_SUCCESS)
      error = apus_guest_store32(memory, pointers, (uint32_t)buffer);
    if (error != WASI_SUCCESS)
      return error;
    pointers += 4;
    buffer += size;
  }
  return WASI_SUCCESS;
}

uint32_t apus_wasi_args_get(guest_memory *memory, uint32_t argv,
                            uint32_t argv_buf) {
  return store_strings(memory, (string_list){next_argument, 0}, argv, argv_buf);
}

uint32_t apus_wasi_args_sizes_get(guest_memory *memory, uint32_t count,
                                  uint32_t size) {
  return store_sizes(memory, (string_list){next_argument, 0}, count, size);
}

uint32_t apus_wasi_environ_get(guest_memory *memory, uint32_t environ,
                               uint32_t buf) {
  return store_strings(memory, (string_list){next_variable, 0}, environ, buf);
}

uint32_t apus_wasi_environ_sizes_get(guest_memory *memory, uint32_t count,
                                     uint32_t size) {
  return store_sizes(memory, (string_list){next_variable, 0}, count, size);
}
