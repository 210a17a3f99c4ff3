// Threads that run guest code, beside the first.
//
// Each has what the first has: a stack with guards, and a signal stack on which
// its faults are handled. Knows nothing of what they run.

#ifndef APUS_THREAD_H
#define APUS_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct apus_thread {
  uint8_t *stack; // its mapping, kept for the next start; NULL before the first
  void (*run)(void *argument);
  void *argument;
  pthread_t id;
} apus_thread;

// Starts a thread that calls run(argument). False if there is no room for it.
// `thread` is zero, or one that was waited for.
bool apus_thread_start(apus_thread *thread, void (*run)(void *),
                       void *argument);
// Waits until the thread has ended.
void apus_thread_wait(apus_thread *thread);

#endif
