#!/bin/sh
# Runs the unit tests and the programs, and adds up their last lines. Called by
# `make -C runtime-c test`, which has built everything in $OUT.

passed=0 failed=0 skipped=0

if [ -z "$SANITIZE" ]; then
  echo "skipped: sanitizers (the compiler has no runtime for them)"
  skipped=1
fi

run() {
  name=$1
  shift
  output=$("$@" </dev/null 2>&1)
  status=$?
  last=$(printf '%s\n' "$output" | tail -n 1)
  counts=$(printf '%s\n' "$last" |
    sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
  if [ -z "$counts" ]; then
    printf '%s\n%s: no result, status %s\n' "$output" "$name" "$status"
    failed=$((failed + 1))
    return
  fi
  printf '%s\n' "$output" | sed '$d'
  printf '%s: %s\n' "$name" "$last"
  set -- $counts
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

for unit in $UNITS; do
  run "$unit" "$OUT/$unit"
done
run programs "$OUT/run_programs" "$OUT/programs"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
