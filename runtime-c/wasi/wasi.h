// The functions of wasi.def, one prototype each.
//
// `i` there is a uint32_t here, `I` a uint64_t; guest pointers are numbers. The
// names of parameters are those of the WASI preview 1 documentation.

#ifndef APUS_WASI_H
#define APUS_WASI_H

#include "apus_abi.h"

#include "types.h"

typedef struct apus_memory guest_memory;

// clang-format off: one line each, as in wasi.def.

// args_environ.c
uint32_t apus_wasi_args_get(guest_memory *, uint32_t argv, uint32_t argv_buf);
uint32_t apus_wasi_args_sizes_get(guest_memory *, uint32_t count, uint32_t size);
uint32_t apus_wasi_environ_get(guest_memory *, uint32_t environ, uint32_t buf);
uint32_t apus_wasi_environ_sizes_get(guest_memory *, uint32_t count, uint32_t size);
// clock.c
uint32_t apus_wasi_clock_res_get(guest_memory *, uint32_t id, uint32_t result);
uint32_t apus_wasi_clock_time_get(guest_memory *, uint32_t id, uint64_t precision, uint32_t result);
// fd_io.c
uint32_t apus_wasi_fd_pread(guest_memory *, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t nread);
uint32_t apus_wasi_fd_pwrite(guest_memory *, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t nwritten);
uint32_t apus_wasi_fd_read(guest_memory *, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nread);
uint32_t apus_wasi_fd_write(guest_memory *, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nwritten);
uint32_t apus_wasi_fd_seek(guest_memory *, uint32_t fd, uint64_t offset, uint32_t whence, uint32_t result);
uint32_t apus_wasi_fd_tell(guest_memory *, uint32_t fd, uint32_t result);
uint32_t apus_wasi_fd_sync(guest_memory *, uint32_t fd);
uint32_t apus_wasi_fd_datasync(guest_memory *, uint32_t fd);
uint32_t apus_wasi_fd_advise(guest_memory *, uint32_t fd, uint64_t offset, uint64_t length, uint32_t advice);
uint32_t apus_wasi_fd_allocate(guest_memory *, uint32_t fd, uint64_t offset, uint64_t length);
// fd_manage.c
uint32_t apus_wasi_fd_close(guest_memory *, uint32_t fd);
uint32_t apus_wasi_fd_renumber(guest_memory *, uint32_t from, uint32_t to);
uint32_t apus_wasi_fd_fdstat_get(guest_memory *, uint32_t fd, uint32_t result);
uint32_t apus_wasi_fd_fdstat_set_flags(guest_memory *, uint32_t fd, uint32_t flags);
uint32_t apus_wasi_fd_fdstat_set_rights(guest_memory *, uint32_t fd, uint64_t base, uint64_t inheriting);
uint32_t apus_wasi_fd_prestat_get(guest_memory *, uint32_t fd, uint32_t result);
uint32_t apus_wasi_fd_prestat_dir_name(guest_memory *, uint32_t fd, uint32_t path, uint32_t path_len);
// filestat.c
uint32_t apus_wasi_fd_filestat_get(guest_memory *, uint32_t fd, uint32_t result);
uint32_t apus_wasi_fd_filestat_set_size(guest_memory *, uint32_t fd, uint64_t size);
uint32_t apus_wasi_fd_filestat_set_times(guest_memory *, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t fst_flags);
uint32_t apus_wasi_path_filestat_get(guest_memory *, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len, uint32_t result);
uint32_t apus_wasi_path_filestat_set_times(guest_memory *, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len, uint64_t atim, uint64_t mtim, uint32_t fst_flags);
// fd_readdir.c
uint32_t apus_wasi_fd_readdir(guest_memory *, uint32_t fd, uint32_t buf, uint32_t buf_len, uint64_t cookie, uint32_t used);
// path_open.c
uint32_t apus_wasi_path_open(guest_memory *, uint32_t fd, uint32_t dirflags, uint32_t path, uint32_t path_len, uint32_t oflags, uint64_t rights_base, uint64_t rights_inheriting, uint32_t fdflags, uint32_t result);
// path.c
uint32_t apus_wasi_path_create_directory(guest_memory *, uint32_t fd, uint32_t path, uint32_t path_len);
uint32_t apus_wasi_path_link(guest_memory *, uint32_t old_fd, uint32_t old_flags, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd, uint32_t new_path, uint32_t new_path_len);
uint32_t apus_wasi_path_readlink(guest_memory *, uint32_t fd, uint32_t path, uint32_t path_len, uint32_t buf, uint32_t buf_len, uint32_t used);
uint32_t apus_wasi_path_remove_directory(guest_memory *, uint32_t fd, uint32_t path, uint32_t path_len);
uint32_t apus_wasi_path_rename(guest_memory *, uint32_t fd, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd, uint32_t new_path, uint32_t new_path_len);
uint32_t apus_wasi_path_symlink(guest_memory *, uint32_t old_path, uint32_t old_path_len, uint32_t fd, uint32_t new_path, uint32_t new_path_len);
uint32_t apus_wasi_path_unlink_file(guest_memory *, uint32_t fd, uint32_t path, uint32_t path_len);
// poll.c
uint32_t apus_wasi_poll_oneoff(guest_memory *, uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents);
// proc.c
uint32_t apus_wasi_proc_raise(guest_memory *, uint32_t signal);
_Noreturn void apus_wasi_proc_exit(guest_memory *, uint32_t code);
uint32_t apus_wasi_random_get(guest_memory *, uint32_t buf, uint32_t buf_len);
uint32_t apus_wasi_sched_yield(guest_memory *);
// sock.c
uint32_t apus_wasi_sock_accept(guest_memory *, uint32_t fd, uint32_t flags, uint32_t result);
uint32_t apus_wasi_sock_recv(guest_memory *, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t flags, uint32_t nread, uint32_t oflags);
uint32_t apus_wasi_sock_send(guest_memory *, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t flags, uint32_t nwritten);
uint32_t apus_wasi_sock_shutdown(guest_memory *, uint32_t fd, uint32_t how);
// thread_spawn.c
uint32_t apus_wasi_thread_spawn(guest_memory *, uint32_t argument);
// fd_hold.c
void apus_wasi_call_end(void);

// What wasi_unstable had otherwise, beside its successor.
uint32_t apus_wasi_unstable_fd_filestat_get(guest_memory *, uint32_t fd, uint32_t result);
uint32_t apus_wasi_unstable_fd_seek(guest_memory *, uint32_t fd, uint64_t offset, uint32_t whence, uint32_t result);
uint32_t apus_wasi_unstable_path_filestat_get(guest_memory *, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len, uint32_t result);
uint32_t apus_wasi_unstable_poll_oneoff(guest_memory *, uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents);

// clang-format on

#endif
