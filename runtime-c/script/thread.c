// See thread.h.

#include "thread.h"

#include <pthread.h>
#include <signal.h>

typedef struct thread {
  pthread_t id;
  bool is_running;
  apus_script_state state;
} thread;

static thread threads[APUS_SCRIPT_MAX_STREAMS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void apus_script_lock(void) { pthread_mutex_lock(&lock); }

void apus_script_unlock(void) { pthread_mutex_unlock(&lock); }

static void *walk(void *argument) {
  thread *self = argument;
  // Faults are handled on a stack of their own, which each thread has to name.
  uint64_t size = apus_signal_stack_size();
  void *stack = apus_map(size);
  if (stack == NULL)
    return argument;
  const stack_t alternate = {.ss_sp = stack, .ss_size = size};
  const stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&alternate, NULL);
  apus_script_walk(&self->state);
  sigaltstack(&none, NULL);
  apus_unmap(stack, size);
  return NULL;
}

const char *apus_script_start(const apus_script *script, uint32_t stream) {
  if (stream >= APUS_SCRIPT_MAX_STREAMS || threads[stream].is_running)
    return "no such thread";
  thread *self = &threads[stream];
  // The same stack as the main program's: guard, then the guest's part. It is
  // not given back, as a script has few threads.
  uint64_t size = apus_the_program.stack_size;
  uint8_t *low = apus_reserve(APUS_STACK_GUARD + size);
  if (low == NULL || !apus_commit((uintptr_t)low + APUS_STACK_GUARD, size))
    return "no memory for the stack of a thread";
  self->state = (apus_script_state){
      .script = script, .stream = stream, .guard = (uintptr_t)low};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, low + APUS_STACK_GUARD, size);
  int error = pthread_create(&self->id, &attributes, walk, self);
  pthread_attr_destroy(&attributes);
  if (error != 0)
    return "cannot start a thread";
  self->is_running = true;
  return NULL;
}

const char *apus_script_wait(uint32_t stream) {
  if (stream >= APUS_SCRIPT_MAX_STREAMS || !threads[stream].is_running)
    return "no such thread";
  void *failure;
  threads[stream].is_running = false;
  if (pthread_join(threads[stream].id, &failure) != 0)
    return "cannot wait for a thread";
  return failure != NULL ? "no memory for the signal stack of a thread" : NULL;
}
