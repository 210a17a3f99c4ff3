#!/bin/sh
# Builds the examples to WebAssembly: examples/build.sh OUTPUT-DIRECTORY
set -eu

if [ $# -ne 1 ]; then
  echo "usage: examples/build.sh OUTPUT-DIRECTORY" >&2
  exit 2
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"

for name in hello demo; do
  "${CLANG:-clang-19}" --target=wasm32-wasi -O2 -ffp-contract=off -Wl,--strip-debug \
    "$name/$name.c" -o "$out/$name.wasm"
done
