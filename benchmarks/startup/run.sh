#!/bin/sh
# How long a process takes from exec to exit: examples/hello compiled by Apus, next to
# the same C linked statically with musl; and what confinement is of that, with no file
# to be named and with one folder granted.
#
#   benchmarks/startup/run.sh APUS DIRECTORY-FOR-RESULTS [RUNS]
set -eu

apus=$1
out=$2
runs=${3:-500}
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$out"
"$root/examples/build.sh" "$out"
"$apus" compile "$out/hello.wasm" -o "$out/hello-apus"
"$apus" compile --no-confine "$out/hello.wasm" -o "$out/hello-unconfined"

# Imports all that resolves paths, and has a folder.
cat >"$out/files.wat" <<'WAT'
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename"
    (func (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir"
    (func (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $open (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
      (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))))
WAT
"$apus" compile --dir / "$out/files.wat" -o "$out/files-apus"
"$apus" compile --dir / --no-confine "$out/files.wat" -o "$out/files-unconfined"

# Without musl-gcc: Debian's musl-dev has the files, clang and lld do the rest.
include=${MUSL_INCLUDE:-/usr/include/x86_64-linux-musl}
library=${MUSL_LIB:-/usr/lib/x86_64-linux-musl}
"${CLANG:-clang-19}" --target=x86_64-linux-musl -nostdlibinc -isystem "$include" -O2 -fno-pie \
  -c "$root/examples/hello/hello.c" -o "$out/hello-musl.o"
"${LD:-ld.lld-19}" -static --gc-sections -s -o "$out/hello-musl" "$library/crt1.o" \
  "$library/crti.o" "$out/hello-musl.o" "$library/libc.a" "$library/crtn.o"

"${CLANG:-clang-19}" -O2 "$root/benchmarks/startup/measure.c" -o "$out/measure"
"$out/measure" "$runs" "$out/hello-apus" "$out/hello-musl" "$out/hello-unconfined" \
  "$out/files-apus" "$out/files-unconfined" |
  awk -v runs="$runs" '
    { median[NR] = $1 }
    END {
      printf "start-up, exec to exit, median of %d\n", runs
      printf "  apus         %8.1f us\n", median[1]
      printf "  static musl  %8.1f us\n", median[2]
      printf "  ratio        %8.2f\n", median[1] / median[2]
      printf "  unconfined   %8.1f us, confinement %.1f us\n", median[3], median[1] - median[3]
      printf "  with a granted folder %8.1f us, unconfined %8.1f us, confinement %.1f us\n",
        median[4], median[5], median[4] - median[5]
    }'
