#!/bin/sh
# Compiles the bundled example to WebAssembly, that to an executable, and compares it
# with the same C compiled natively.
#
#   scripts/demo.sh APUS DIRECTORY-FOR-RESULTS
set -eu

apus=$1
out=$2
root=$(cd "$(dirname "$0")/.." && pwd)
clang=${CLANG:-clang-19}
mkdir -p "$out"
"$root/examples/build.sh" "$out"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
start=$(milliseconds)
"$apus" compile "$out/demo.wasm" -o "$out/demo"
compile=$(($(milliseconds) - start))
"$apus" compile "$out/hello.wasm" -o "$out/hello"

# The same instruction set, and no fused multiply-add, which WebAssembly does not have.
"$clang" -O3 -march=x86-64-v3 -ffp-contract=off "$root/examples/demo/demo.c" \
  -o "$out/demo-native" -lm

"$out/demo" >"$out/demo.output"
cmp "$out/demo.output" "$root/examples/demo/demo.expected"
cat "$out/demo.output"

"$clang" -O2 "$root/benchmarks/startup/measure.c" -o "$out/measure"
startup=$("$out/measure" 100 "$out/hello" | cut -d' ' -f1)
runs=$("$out/measure" 5 "$out/demo" "$out/demo-native" | cut -d' ' -f1 | tr '\n' ' ')

kib() { awk -v bytes="$(wc -c <"$1")" 'BEGIN { printf "%.1f KiB", bytes / 1024 }'; }
echo
printf '%-14s %12s\n' \
  'module size' "$(kib "$out/demo.wasm")" \
  'executable' "$(kib "$out/demo")" \
  'compile time' "$compile ms" \
  'start-up' "$(echo "$startup" | awk '{ printf "%.2f ms", $1 / 1000 }')"
echo "$runs" | awk '{
  printf "%-14s %12s   native %.0f ms, ratio %.2f\n", "run time",
    sprintf("%.0f ms", $1 / 1000), $2 / 1000, $1 / $2 }'
