#!/bin/sh
# Links code that `apus compile --emit obj` made with a source of this folder: hostile.c, which
# stands in place of a host call, or canary.c.
#
#   link.sh OBJECT RUNTIME OUTPUT [SOURCE]
#
# RUNTIME is the folder of libapusrt.a. Ends with 77 where the tools are missing.
set -eu

object=$1 runtime=$2 output=$3 source=${4-hostile.c}
root=$(cd "$(dirname "$0")/../../.." && pwd)
include=${MUSL_INCLUDE:-/usr/include/x86_64-linux-musl}
cc=${CC:-clang-19}
ld=${LD:-ld.lld-19}
command -v "$cc" >/dev/null && command -v "$ld" >/dev/null && [ -d "$include" ] || exit 77

"$cc" --target=x86_64-linux-musl -nostdlibinc -isystem "$include" -std=c11 -D_GNU_SOURCE -Wall \
  -Wextra -Werror -O1 -fPIE -I"$root/runtime-c/include" -I"$root/runtime-c" \
  -c "$root/Tests/RuntimeTests/hostile/$source" -o "$output.o"
"$ld" -pie --no-dynamic-linker -static -z relro -z now -z noexecstack --gc-sections \
  --eh-frame-hdr -o "$output" "$runtime/rcrt1.o" "$runtime/crti.o" "$object" "$output.o" \
  --start-group "$runtime/libapusrt.a" "$runtime/libbuiltins.a" "$runtime/libc.a" --end-group \
  "$runtime/crtn.o"
