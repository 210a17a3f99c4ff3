// poll_oneoff.
//
// Subscriptions are copied before the first event is written: the two arrays
// may overlap. Their number is the guest's word, so everything is sized in 64
// bits.

#include "wasi.h"

#include "../platform/platform.h"
#include "clock.h"
#include "errno.h"
#include "fd_table.h"
#include "guest.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// subscription: u64 userdata, u8 tag at 8; a descriptor's number at 16, and of
// a clock what `layout` says.
typedef struct layout {
  uint32_t size;
  uint32_t clock;   // u32 id
  uint32_t timeout; // u64
  uint32_t flags;   // u16
} layout;
static const layout preview1 = {48, 16, 24, 40};
static const layout unstable = {56, 24, 32, 48};
// event: u64 userdata, u16 error at 8, u8 type at 10, u64 bytes at 16, u16
// flags at 24.
#define EVENT_SIZE 32

enum { TAG_CLOCK, TAG_READ, TAG_WRITE };
#define CLOCK_ABSOLUTE 1
#define FLAG_HANGUP 1
#define NANOSECONDS UINT64_C(1000000000)

typedef struct subscription {
  uint64_t userdata;
  uint64_t deadline; // of a clock
  uint32_t clock;
  uint8_t tag;
  uint8_t error; // found while reading it: the event is ready at once
  bool ready;
  uint32_t polled; // of a descriptor: which of `request.polled`
} subscription;

typedef struct request {
  subscription *subscriptions;
  uint32_t count;
  struct pollfd *polled; // descriptors only: the host bounds their number
  uint32_t polled_count;
} request;

// --- Reading subscriptions ---------------------------------------------------

static void read_clock(const uint8_t *bytes, const layout *layout,
                       subscription *s) {
  uint64_t now, timeout = apus_load64(bytes + layout->timeout);
  const uint8_t *flag_bytes = bytes + layout->flags;
  uint16_t flags = (uint16_t)(flag_bytes[0] | flag_bytes[1] << 8);
  s->clock = apus_load32(bytes + layout->clock);
  s->error = (uint8_t)apus_clock_now(s->clock, &now);
  if (flags & ~CLOCK_ABSOLUTE)
    s->error = WASI_INVAL;
  if (s->error == WASI_SUCCESS && s->clock > 1)
    s->error = WASI_NOTSUP; // time that this process spends cannot be slept
  if (s->error != WASI_SUCCESS)
    return;
  if (flags & CLOCK_ABSOLUTE)
    s->deadline = timeout;
  else if (__builtin_add_overflow(now, timeout, &s->deadline))
    s->deadline = UINT64_MAX;
}

static void read_descriptor(const uint8_t *bytes, request *r, subscription *s) {
  uint64_t right =
      s->tag == TAG_READ ? WASI_RIGHT_FD_READ : WASI_RIGHT_FD_WRITE;
  int host;
  s->error = (uint8_t)apus_fd_get_host(
      apus_load32(bytes + 16), right | WASI_RIGHT_POLL_FD_READWRITE, &host);
  if (s->error != WASI_SUCCESS)
    return;
  s->polled = r->polled_count++;
  r->polled[s->polled] = (struct pollfd){
      .fd = host, .events = s->tag == TAG_READ ? POLLIN : POLLOUT};
}

static uint32_t read_subscriptions(const uint8_t *bytes, const layout *layout,
                                   request *r) {
  for (uint32_t i = 0; i < r->count; i++, bytes += layout->size) {
    subscription *s = &r->subscriptions[i];
    *s = (subscription){.userdata = apus_load64(bytes), .tag = bytes[8]};
    if (s->tag == TAG_CLOCK)
      read_clock(bytes, layout, s);
    else if (s->tag == TAG_READ || s->tag == TAG_WRITE)
      read_descriptor(bytes, r, s);
    else
      return WASI_INVAL;
  }
  return WASI_SUCCESS;
}

// --- Waiting -----------------------------------------------------------------

// Marks what is ready now; otherwise gives the time until the next clock.
static bool check_ready(const request *r, uint64_t *wait) {
  bool any = false;
  *wait = UINT64_MAX;
  for (uint32_t i = 0; i < r->count; i++) {
    subscription *s = &r->subscriptions[i];
    if (s->error != WASI_SUCCESS) {
      s->ready = true;
    } else if (s->tag == TAG_CLOCK) {
      uint64_t now = 0;
      apus_clock_now(s->clock, &now);
      s->ready = now >= s->deadline;
      if (!s->ready && s->deadline - now < *wait)
        *wait = s->deadline - now;
    } else {
      s->ready = r->polled[s->polled].revents != 0;
    }
    any |= s->ready;
  }
  return any;
}

// Waits until something is ready. Asks the host at least once, so that a clock
// that has passed does not hide a descriptor.
static uint32_t wait_for_events(const request *r) {
  uint64_t wait;
  bool ready = check_ready(r, &wait);
  do {
    if (ready)
      wait = 0;
    struct timespec limit = {.tv_sec = (time_t)(wait / NANOSECONDS),
                             .tv_nsec = (long)(wait % NANOSECONDS)};
    int result = ppoll(r->polled, r->polled_count,
                       wait == UINT64_MAX ? NULL : &limit, NULL);
    if (result < 0 && errno != EINTR)
      return apus_wasi_last_errno();
    if (result < 0)
      for (uint32_t i = 0; i < r->polled_count; i++)
        r->polled[i].revents = 0;
    ready = check_ready(r, &wait);
  } while (!ready);
  return WASI_SUCCESS;
}

// --- Events ------------------------------------------------------------------

static uint64_t readable_bytes(int host) {
  struct stat status;
  int count;
  if (fstat(host, &status) == 0 && S_ISREG(status.st_mode)) {
    off_t at = lseek(host, 0, SEEK_CUR);
    return at >= 0 && at < status.st_size ? (uint64_t)(status.st_size - at) : 0;
  }
  return ioctl(host, FIONREAD, &count) == 0 && count > 0 ? (uint64_t)count : 0;
}

static void write_event(const subscription *s, const struct pollfd *polled,
                        uint8_t bytes[EVENT_SIZE]) {
  memset(bytes, 0, EVENT_SIZE);
  memcpy(bytes, &s->userdata, 8);
  bytes[8] = s->error;
  bytes[10] = s->tag;
  if (s->error != WASI_SUCCESS || s->tag == TAG_CLOCK)
    return;
  if (polled->revents & POLLNVAL)
    bytes[8] = WASI_BADF;
  else if (polled->revents & POLLHUP)
    bytes[24] = FLAG_HANGUP;
  uint64_t count = s->tag == TAG_READ ? readable_bytes(polled->fd) : 0;
  memcpy(bytes + 16, &count, 8);
}

static uint32_t run(request *r, const uint8_t *in, const layout *layout,
                    uint8_t *out, uint32_t *events) {
  uint32_t error = read_subscriptions(in, layout, r);
  if (error == WASI_SUCCESS)
    error = wait_for_events(r);
  if (error != WASI_SUCCESS)
    return error;
  for (uint32_t i = 0; i < r->count; i++) {
    if (!r->subscriptions[i].ready)
      continue;
    const subscription *s = &r->subscriptions[i];
    write_event(s, &r->polled[s->polled], out);
    out += EVENT_SIZE;
    ++*events;
  }
  return WASI_SUCCESS;
}

#define FEW 16

static uint32_t poll_oneoff(guest_memory *memory, const layout *layout,
                            uint32_t in, uint32_t out, uint32_t nsubscriptions,
                            uint32_t nevents) {
  if (nsubscriptions == 0)
    return WASI_INVAL;
  const uint8_t *subscriptions =
      apus_guest_range(memory, in, nsubscriptions, layout->size);
  uint8_t *written = apus_guest_range(memory, out, nsubscriptions, EVENT_SIZE);
  if (subscriptions == NULL || written == NULL ||
      apus_guest_range(memory, nevents, 1, 4) == NULL)
    return WASI_FAULT;
  uint32_t events = 0, error;
  if (nsubscriptions <= FEW) {
    subscription few[FEW];
    struct pollfd polled[FEW];
    request r = {few, nsubscriptions, polled, 0};
    error = run(&r, subscriptions, layout, written, &events);
  } else {
    uint64_t size = sizeof(subscription) + sizeof(struct pollfd);
    void *space = apus_map(nsubscriptions * size);
    if (space == NULL)
      return WASI_NOMEM;
    request r = {space, nsubscriptions,
                 (void *)((subscription *)space + nsubscriptions), 0};
    error = run(&r, subscriptions, layout, written, &events);
    apus_unmap(space, nsubscriptions * size);
  }
  return error != WASI_SUCCESS ? error
                               : apus_guest_store32(memory, nevents, events);
}

uint32_t apus_wasi_poll_oneoff(guest_memory *memory, uint32_t in, uint32_t out,
                               uint32_t nsubscriptions, uint32_t nevents) {
  return poll_oneoff(memory, &preview1, in, out, nsubscriptions, nevents);
}

uint32_t apus_wasi_unstable_poll_oneoff(guest_memory *memory, uint32_t in,
                                        uint32_t out, uint32_t nsubscriptions,
                                        uint32_t nevents) {
  return poll_oneoff(memory, &unstable, in, out, nsubscriptions, nevents);
}
