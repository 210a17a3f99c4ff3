// See confine.h. The constants are those of <linux/landlock.h>,
// <linux/seccomp.h> and <linux/filter.h>, which are not among musl's headers.

#include "confine.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

bool apus_give_up_privileges(void) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

// --- Landlock ----------------------------------------------------------------

#define SYS_CREATE_RULESET 444
#define SYS_ADD_RULE 445
#define SYS_RESTRICT_SELF 446

#define CREATE_RULESET_VERSION 1
#define RULE_PATH_BENEATH 1

// Rights over files, by bit: execute, write and read a file, read a directory,
// remove a directory or a file, make each kind of file, link or rename
// elsewhere (version 2), truncate (3), control a device (5).
#define READ_ONLY (1 << 2 | 1 << 3 | 1 << 15)
#define READ_WRITE                                                             \
  (READ_ONLY | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 12 |          \
   1 << 13 | 1 << 14)
#define CONNECTIONS 3 // bind and connect TCP (version 4)
#define SCOPES 3      // abstract sockets and signals of others (version 6)

static uint64_t known_rights(int version) {
  unsigned count = version >= 5 ? 16 : version >= 3 ? 15 : 14;
  return (UINT64_C(1) << count) - 1;
}

int apus_landlock_version(void) {
  long version = syscall(SYS_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
  // Not built in, not enabled, or kept from this process by a container's
  // filter: only such a filter says EPERM here.
  if (version < 0)
    return errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM ? 0 : -1;
  // Version 1 cannot allow a rename from one directory to another.
  return version < 2 ? 0 : (int)version;
}

int apus_landlock_create(int version) {
  const uint64_t attributes[3] = {known_rights(version), CONNECTIONS, SCOPES};
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  return (int)syscall(SYS_CREATE_RULESET, attributes, size, 0);
}

bool apus_landlock_allow(int rules, int version, int directory,
                         bool read_only) {
  const struct __attribute__((packed)) {
    uint64_t allowed;
    int32_t directory;
  } rule = {(read_only ? READ_ONLY : READ_WRITE) & known_rights(version),
            directory};
  return syscall(SYS_ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0) == 0;
}

bool apus_landlock_apply(int rules) {
  bool applied = syscall(SYS_RESTRICT_SELF, rules, 0) == 0;
  close(rules);
  return applied;
}

// --- System calls ------------------------------------------------------------

#define SET_MODE_FILTER 1
// Without it, kernels before 5.16 switch off speculation past stores, which
// slows all code of the process down.
#define ALLOW_SPECULATION 4

bool apus_is_filtered;

typedef struct filter_program {
  unsigned short length;
  const apus_filter_instruction *instructions;
} filter_program;

enum apus_filter_result
apus_filter_apply(const apus_filter_instruction *instructions,
                  uint64_t length) {
  const filter_program program = {(unsigned short)length, instructions};
  if (length > APUS_MAX_FILTER)
    return APUS_FILTER_FAILED;
  apus_is_filtered = true;
  if (syscall(SYS_seccomp, SET_MODE_FILTER, ALLOW_SPECULATION, &program) == 0)
    return APUS_FILTERED;
  // A kernel before 4.17 does not know the flag.
  if (errno == EINVAL &&
      syscall(SYS_seccomp, SET_MODE_FILTER, 0, &program) == 0)
    return APUS_FILTERED;
  apus_is_filtered = false;
  // A kernel without filters says EINVAL, as does one that rejects this filter.
  bool unknown =
      errno == ENOSYS || (errno == EINVAL && prctl(PR_GET_SECCOMP) < 0);
  return unknown ? APUS_FILTER_UNKNOWN : APUS_FILTER_FAILED;
}
