#!/usr/bin/env bash
# Runs the official test suite in each mode and prints a table of what passed.
#
#   scripts/conformance.sh APUS SUITE
set -euo pipefail
apus=$1
suite=$2

[ -d "$suite" ] || {
  echo "no test suite at $suite: set CONFORMANCE_SUITE to a copy of it" >&2
  exit 1
}

report=$(mktemp)
trap 'rm -f "$report"' EXIT
failed=0

echo "| mode | scripts | commands | passed | failed | skipped | seconds |"
echo "|---|--:|--:|--:|--:|--:|--:|"
for mode in -O2 -O0 --strict; do
  "$apus" wast "$mode" "$suite" >"$report" || failed=1
  # "288 scripts, 67121 commands: 65000 passed, 1 failed, 1034 skipped (…), 24.9 s"
  tail -n 1 "$report" | sed -E \
    -e 's/ \(.*\)//' \
    -e 's/passed, ([0-9.]+ s)$/passed, 0 failed, 0 skipped, \1/' \
    -e 's/passed, ([0-9]+) skipped/passed, 0 failed, \1 skipped/' \
    -e 's/([0-9]+) failed, ([0-9.]+ s)$/\1 failed, 0 skipped, \2/' \
    -e "s/^([0-9]+) scripts, ([0-9]+) commands: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped, ([0-9.]+) s\$/| $mode | \\1 | \\2 | \\3 | \\4 | \\5 | \\6 |/"
done

echo
echo "Skipped for: $(tail -n 1 "$report" | sed -nE 's/.*\((.*)\).*/\1/p')"
grep -E '^  line |failed' "$report" | sed '$d' || true
exit $failed
