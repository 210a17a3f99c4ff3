// WASI and a main for what wasm2c of WABT 1.0.32 makes of a module named
// `module`: the calls that programs make which only compute and print, and the
// marks of benchmarks.
//
// The generated header is not included, as a module need not import all of
// this. Functions of the host get their own instance first, of which there is
// none.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "wasm-rt.h"

#define WASI(name) Z_wasi_snapshot_preview1Z_##name

enum { SUCCESS = 0, BADF = 8, INVAL = 28, IO = 29, SPIPE = 70 };

void Z_module_init_module(void);
// Its parameters are one instance for each module that it imports from; those
// it does not take do no harm.
void Z_module_instantiate(void *, void *, void *, void *);
wasm_rt_memory_t *Z_moduleZ_memory(void *);
void Z_moduleZ__start(void *);

// The module's instance, whose size only the generated header knows.
static _Alignas(16) uint8_t instance[1 << 20];
static int argument_count;
static char **argument_words;
static struct timespec started;

static uint8_t *at(uint32_t address) {
  return Z_moduleZ_memory(instance)->data + address;
}

static uint32_t load(uint32_t address) {
  uint32_t value;
  memcpy(&value, at(address), sizeof value);
  return value;
}

static void store(uint32_t address, uint32_t value) {
  memcpy(at(address), &value, sizeof value);
}

uint32_t WASI(args_sizes_get)(void *host, uint32_t count, uint32_t size) {
  uint32_t bytes = 0;
  for (int index = 0; index < argument_count; index++)
    bytes += (uint32_t)strlen(argument_words[index]) + 1;
  store(count, (uint32_t)argument_count);
  store(size, bytes);
  return SUCCESS;
}

uint32_t WASI(args_get)(void *host, uint32_t pointers, uint32_t bytes) {
  for (int index = 0; index < argument_count; index++) {
    size_t size = strlen(argument_words[index]) + 1;
    store(pointers + 4 * (uint32_t)index, bytes);
    memcpy(at(bytes), argument_words[index], size);
    bytes += (uint32_t)size;
  }
  return SUCCESS;
}

uint32_t WASI(environ_sizes_get)(void *host, uint32_t count, uint32_t size) {
  store(count, 0);
  store(size, 0);
  return SUCCESS;
}

uint32_t WASI(environ_get)(void *host, uint32_t pointers, uint32_t bytes) {
  return SUCCESS;
}

uint32_t WASI(clock_time_get)(void *host, uint32_t clock, uint64_t precision,
                              uint32_t result) {
  struct timespec now;
  if (clock > 1)
    return INVAL;
  clock_gettime(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
  uint64_t nanoseconds =
      (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
  memcpy(at(result), &nanoseconds, sizeof nanoseconds);
  return SUCCESS;
}

uint32_t WASI(fd_write)(void *host, uint32_t descriptor, uint32_t vectors,
                        uint32_t count, uint32_t result) {
  uint32_t written = 0;
  if (descriptor != 1 && descriptor != 2)
    return BADF;
  for (uint32_t index = 0; index < count; index++) {
    uint32_t address = load(vectors + 8 * index);
    uint32_t size = load(vectors + 8 * index + 4);
    while (size > 0) {
      ssize_t part = write((int)descriptor, at(address), size);
      if (part < 0)
        return IO;
      address += (uint32_t)part;
      size -= (uint32_t)part;
      written += (uint32_t)part;
    }
  }
  store(result, written);
  return SUCCESS;
}

uint32_t WASI(fd_read)(void *host, uint32_t descriptor, uint32_t vectors,
                       uint32_t count, uint32_t result) {
  if (descriptor != 0)
    return BADF;
  ssize_t part = count == 0 ? 0 : read(0, at(load(vectors)), load(vectors + 4));
  if (part < 0)
    return IO;
  store(result, (uint32_t)part);
  return SUCCESS;
}

uint32_t WASI(fd_close)(void *host, uint32_t descriptor) {
  return descriptor <= 2 ? SUCCESS : BADF;
}

uint32_t WASI(fd_seek)(void *host, uint32_t descriptor, uint64_t offset,
                       uint32_t whence, uint32_t result) {
  return descriptor <= 2 ? SPIPE : BADF;
}

// A character device with all rights but those to seek, as a terminal has.
uint32_t WASI(fd_fdstat_get)(void *host, uint32_t descriptor, uint32_t result) {
  const uint64_t rights = UINT64_C(0x1ffffffb) & ~UINT64_C(0x20);
  if (descriptor > 2)
    return BADF;
  memset(at(result), 0, 24);
  *at(result) = 2;
  memcpy(at(result) + 8, &rights, sizeof rights);
  return SUCCESS;
}

uint32_t WASI(fd_prestat_get)(void *host, uint32_t descriptor,
                              uint32_t result) {
  return BADF;
}

uint32_t WASI(fd_prestat_dir_name)(void *host, uint32_t descriptor,
                                   uint32_t path, uint32_t size) {
  return BADF;
}

void WASI(proc_exit)(void *host, uint32_t status) { exit((int)status); }

void Z_benchZ_start(void *host) { clock_gettime(CLOCK_MONOTONIC, &started); }

void Z_benchZ_end(void *host) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const char *descriptor = getenv("APUS_BENCH_FD");
  if (descriptor)
    dprintf(atoi(descriptor), "%lld\n",
            (now.tv_sec - started.tv_sec) * 1000000000LL + now.tv_nsec -
                started.tv_nsec);
}

int main(int count, char **words) {
  argument_count = count;
  argument_words = words;
  wasm_rt_init();
  Z_module_init_module();
  Z_module_instantiate(instance, NULL, NULL, NULL);
  Z_moduleZ__start(instance);
  return 0;
}
