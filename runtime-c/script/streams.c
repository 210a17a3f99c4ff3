// See streams.h.

#include "streams.h"

#include "../core/thread.h"

typedef struct stream_thread {
  apus_thread thread;
  bool is_running;
  apus_script_state state;
} stream_thread;

static stream_thread threads[APUS_SCRIPT_MAX_STREAMS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void apus_script_lock(void) { pthread_mutex_lock(&lock); }

void apus_script_unlock(void) { pthread_mutex_unlock(&lock); }

static void walk(void *argument) { apus_script_walk(argument); }

const char *apus_script_start(const apus_script *script, uint32_t stream) {
  if (stream >= APUS_SCRIPT_MAX_STREAMS || threads[stream].is_running)
    return "no such thread";
  stream_thread *self = &threads[stream];
  self->state = (apus_script_state){.script = script, .stream = stream};
  if (!apus_thread_start(&self->thread, walk, &self->state))
    return "cannot start a thread";
  self->is_running = true;
  return NULL;
}

const char *apus_script_wait(uint32_t stream) {
  if (stream >= APUS_SCRIPT_MAX_STREAMS || !threads[stream].is_running)
    return "no such thread";
  threads[stream].is_running = false;
  apus_thread_wait(&threads[stream].thread);
  return NULL;
}
