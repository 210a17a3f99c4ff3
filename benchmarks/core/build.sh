#!/bin/sh
# Builds the programs of the core suite, all or those that are named.
#
#   benchmarks/core/build.sh KIND OUTPUT-DIRECTORY [NAME...]
#
# KIND is clang or gcc for executables, wasm or wasm-simd for modules. Every kind is optimised
# as far as it goes without changing a result: no fused multiply-add, no reordered sums.
# CLANG, GCC and GXX name other compilers. Exits 77, with a line that says why, where a
# compiler or a library is absent.
set -eu

if [ $# -lt 2 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
kind=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/programs"

absent() {
  echo "$*"
  exit 77
}

need() {
  command -v "$1" >/dev/null 2>&1 || absent "$1 is not installed"
}

clang=${CLANG:-clang-19}
gcc=${GCC:-gcc}
gxx=${GXX:-g++}
suffix=
case $kind in
  clang)
    need "$clang"
    target=-march=native
    ;;
  gcc)
    need "$gcc"
    need "$gxx"
    target=-march=native
    ;;
  wasm | wasm-simd)
    need "$clang"
    [ -n "${CLANG-}" ] || [ -e /usr/lib/wasm32-wasi/libc++.a ] ||
      absent "libc++-19-dev-wasm32 is not installed"
    # clang passes modules on to binaryen's wasm-opt if that is installed.
    target='--target=wasm32-wasi -Wl,--strip-debug'
    [ "$kind" = wasm ] || target="$target -msimd128"
    suffix=.wasm
    ;;
  *)
    echo "build.sh: unknown kind '$kind'" >&2
    exit 2
    ;;
esac
options="-O3 -ffp-contract=off -Wall -Wextra -Werror $target"

# shellcheck disable=SC2086  # lists of options
build() {
  if [ -e "$1.c" ]; then
    compiler=$clang
    [ "$kind" != gcc ] || compiler=$gcc
    "$compiler" -std=c11 $options "$1.c" -o "$out/$1$suffix" -lm
  else
    compiler="$clang --driver-mode=g++"
    [ "$kind" != gcc ] || compiler=$gxx
    $compiler -std=c++17 -fno-exceptions $options "$1.cpp" -o "$out/$1$suffix"
  fi
}

if [ $# -eq 0 ]; then
  for source in *.c *.cpp; do
    set -- "$@" "${source%.c*}"
  done
fi
for name in "$@"; do
  build "$name"
done
