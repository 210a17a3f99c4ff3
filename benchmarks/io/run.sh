#!/bin/sh
# Reads and writes 1 GiB through fd_read and fd_write next to the same C program compiled
# natively, the two in turn; prints medians and their ratio.
#
#   run.sh APUS FOLDER [RUNS]
set -eu
apus=$1
folder=$(mkdir -p "$2" && cd "$2" && pwd)
runs=${3:-12}
source=$(dirname "$0")/io.c
clang-19 -O2 -o "$folder/native" "$source"
clang-19 --target=wasm32-wasi -O2 -o "$folder/io.wasm" "$source"
"$apus" compile "$folder/io.wasm" -o "$folder/io" --dir "$folder"
file=$folder/file
trap 'rm -f "$file"' EXIT
"$folder/native" "$file" 1048576 >/dev/null

echo "| buffer | write: native, ms | WASI | ratio | read: native, ms | WASI | ratio |"
echo "|--:|--:|--:|--:|--:|--:|--:|"
for size in 4096 16384 65536 1048576; do
  for run in $(seq "$runs"); do
    # Each goes first as often: what the one has written is on its way to the disk in the other.
    if [ $((run % 2)) -eq 0 ]; then order="native io"; else order="io native"; fi
    for program in $order; do
      echo "$program $("$folder/$program" "$file" "$size")"
    done
  done | awk -v size="$size" '
    { n[$1]++; w[$1, n[$1]] = $2; r[$1, n[$1]] = $3 }
    function median(values, name, count,   i, j, t, a) {
      for (i = 1; i <= count; i++) a[i] = values[name, i]
      for (i = 2; i <= count; i++)
        for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
      return a[int((count + 1) / 2)]
    }
    END {
      c = n["io"]
      nw = median(w, "native", c); iw = median(w, "io", c)
      nr = median(r, "native", c); ir = median(r, "io", c)
      printf "| %d | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f |\n", size, nw, iw, iw / nw, nr, ir, ir / nr
    }'
done
