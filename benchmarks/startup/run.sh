#!/bin/sh
# How long a process takes from exec to exit: examples/hello compiled by Apus, next to
# the same C linked statically with musl.
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

# Without musl-gcc: Debian's musl-dev has the files, clang and lld do the rest.
include=${MUSL_INCLUDE:-/usr/include/x86_64-linux-musl}
library=${MUSL_LIB:-/usr/lib/x86_64-linux-musl}
"${CLANG:-clang-19}" --target=x86_64-linux-musl -nostdlibinc -isystem "$include" -O2 -fno-pie \
  -c "$root/examples/hello/hello.c" -o "$out/hello-musl.o"
"${LD:-ld.lld-19}" -static --gc-sections -s -o "$out/hello-musl" "$library/crt1.o" \
  "$library/crti.o" "$out/hello-musl.o" "$library/libc.a" "$library/crtn.o"

"${CLANG:-clang-19}" -O2 "$root/benchmarks/startup/measure.c" -o "$out/measure"
"$out/measure" "$runs" "$out/hello-apus" "$out/hello-musl" |
  awk -v runs="$runs" '
    { median[NR] = $1 }
    END {
      printf "start-up, exec to exit, median of %d\n", runs
      printf "  apus         %8.1f us\n", median[1]
      printf "  static musl  %8.1f us\n", median[2]
      printf "  ratio        %8.2f\n", median[1] / median[2]
    }'
