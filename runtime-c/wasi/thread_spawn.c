// thread-spawn of the proposal "wasi-threads".
//
// A thread runs instances of its own over the shared memories; generated code
// makes them (apus_abi.h). The end of the process, and a trap, end every
// thread.

#include "wasi.h"

#include "../core/runtime.h"
#include "../core/thread.h"
#include "../platform/registers.h"

// Defined by generated code.
void apus_thread_entry(uint32_t thread, uint32_t argument);

#define MOST_THREADS 4096

enum { RUNNING = 1, ENDED };

typedef struct guest_thread {
  apus_thread thread;
  uint32_t state;
  uint32_t argument;
} guest_thread;

static guest_thread threads[MOST_THREADS];
static uint32_t used;
static apus_lock lock;

static void run(void *argument) {
  guest_thread *self = argument;
  apus_reset_float_control();
  apus_thread_entry((uint32_t)(self - threads) + 1, self->argument);
  __atomic_store_n(&self->state, ENDED, __ATOMIC_RELEASE);
}

// One whose stack can be used again, or a fresh one.
static guest_thread *find_free(void) {
  for (uint32_t i = 0; i < used; i++) {
    guest_thread *found = &threads[i];
    uint32_t state = __atomic_load_n(&found->state, __ATOMIC_ACQUIRE);
    if (state == RUNNING)
      continue;
    if (state == ENDED) {
      apus_thread_wait(&found->thread);
      found->state = 0;
    }
    return found;
  }
  return used < MOST_THREADS ? &threads[used++] : NULL;
}

// The thread's number, from 1, or a negative number.
uint32_t apus_wasi_thread_spawn(APUS_UNUSED guest_memory *memory,
                                uint32_t argument) {
  uint32_t number = (uint32_t)-WASI_AGAIN;
  apus_lock_acquire(&lock);
  guest_thread *thread = find_free();
  if (thread != NULL) {
    thread->argument = argument;
    thread->state = RUNNING;
    if (apus_thread_start(&thread->thread, run, thread))
      number = (uint32_t)(thread - threads) + 1;
    else
      thread->state = 0;
  }
  apus_lock_release(&lock);
  return number;
}
