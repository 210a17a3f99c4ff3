// Arguments, environment and grants (W19).

#include "unit.h"

static void test_arguments(void) {
  static char *arguments[] = {"prog",  "env",  "A=1", "env", "B",      "env",
                              "UNSET", "env",  "A=2", "env", "EMPTY=", "dir",
                              "--",    "/x",   "--",  "one", "",       "\xff",
                              NULL};
  static char *environment[] = {"SECRET=1", "B=from process", "BB=no", NULL};
  CHECK(apus_arguments_create(18, arguments, environment));
  CHECK_EQUAL(apus_wasi_args_sizes_get(&guest, 0x100, 0x104), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 4);
  CHECK_EQUAL(load32(0x104), 5 + 4 + 1 + 2);
  CHECK_EQUAL(apus_wasi_args_get(&guest, 0x200, 0x300), WASI_SUCCESS);
  CHECK(memcmp(at(0x300), "prog\0one\0\0\xff", 12) == 0);
  CHECK_EQUAL(load32(0x208), 0x309);
  CHECK_EQUAL(apus_wasi_args_get(&guest, 0x200, MEMORY_SIZE - 11), WASI_FAULT);
  CHECK_EQUAL(apus_wasi_args_get(&guest, MEMORY_SIZE - 15, 0x300), WASI_FAULT);

  CHECK_EQUAL(apus_wasi_environ_sizes_get(&guest, 0x100, 0x104), WASI_SUCCESS);
  CHECK_EQUAL(load32(0x100), 3);
  CHECK_EQUAL(apus_wasi_environ_get(&guest, 0x200, 0x300), WASI_SUCCESS);
  CHECK(memcmp(at(0x300), "B=from process\0A=2\0EMPTY=", 26) == 0);
  CHECK_EQUAL(load32(0x104), 26);
}

static bool accepts(int count, char **arguments) {
  static char *environment[] = {NULL};
  return apus_arguments_create(count, arguments, environment);
}

static void test_malformed(void) {
  CHECK(accepts(2, (char *[]){"p", "--", NULL}));
  CHECK(!accepts(1, (char *[]){"p", NULL}));
  CHECK(!accepts(3, (char *[]){"p", "dir", "x", NULL}));
  CHECK(!accepts(4, (char *[]){"p", "dir", "x", "--", NULL}));
  CHECK(!accepts(4, (char *[]){"p", "file", "x", "--", NULL}));
  CHECK(!accepts(4, (char *[]){"p", "env", "", "--", NULL}));
  CHECK(!accepts(4, (char *[]){"p", "env", "=x", "--", NULL}));
}

int main(void) {
  make_memory();
  test_arguments();
  test_malformed();
  return finish_checks();
}
