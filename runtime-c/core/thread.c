// See thread.h. A thread's stacks, in one mapping:
//
//   guard (1 MiB) | guest's stack | guard (64 KiB) | signal stack
//
// The C library puts thread-local variables, the guest's globals among them, at
// the top of the guest's stack, or maps a place for them.

#include "thread.h"

#include "runtime.h"

#include <signal.h>

#define UPPER_GUARD UINT64_C(0x10000)

static _Thread_local apus_stack current;

const apus_stack *apus_thread_stack(void) {
  return current.guard != 0 ? &current : NULL;
}

static uint64_t stack_size(void) {
  return apus_round_up(apus_the_program.stack_size, apus_page_size());
}

static uint8_t *make_stack(void) {
  uint64_t size = stack_size(), handler = apus_signal_stack_size();
  uint64_t length = APUS_STACK_GUARD + size + UPPER_GUARD + handler;
  uint8_t *start = apus_reserve(length);
  if (start == NULL)
    return NULL;
  uint8_t *low = start + APUS_STACK_GUARD;
  if (!apus_commit((uintptr_t)low, size) ||
      !apus_commit((uintptr_t)low + size + UPPER_GUARD, handler)) {
    apus_unmap(start, length);
    return NULL;
  }
  apus_avoid_huge_pages(low, size);
  return start;
}

static void *run(void *argument) {
  const apus_thread *self = argument;
  uint8_t *low = self->stack + APUS_STACK_GUARD, *high = low + stack_size();
  const stack_t handler = {.ss_sp = high + UPPER_GUARD,
                           .ss_size = apus_signal_stack_size()};
  current = (apus_stack){.guard = (uintptr_t)self->stack,
                         .low = (uintptr_t)low,
                         .high = (uintptr_t)high};
  sigaltstack(&handler, NULL);
  self->run(self->argument);
  const stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  return NULL;
}

bool apus_thread_start(apus_thread *thread, void (*start)(void *),
                       void *argument) {
  if (thread->stack == NULL)
    thread->stack = make_stack();
  if (thread->stack == NULL)
    return false;
  thread->run = start;
  thread->argument = argument;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, thread->stack + APUS_STACK_GUARD,
                        stack_size());
  int error = pthread_create(&thread->id, &attributes, run, thread);
  pthread_attr_destroy(&attributes);
  return error == 0;
}

void apus_thread_wait(apus_thread *thread) { pthread_join(thread->id, NULL); }
