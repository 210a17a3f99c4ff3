#!/usr/bin/env bash
# Runs the Swift tests; a failure among a thousand lines is named again at the end.
#
#   scripts/swift-test.sh LOG COMMAND...
#
# Prints what ended and what failed; LOG has everything. Exits as COMMAND does.
set -uo pipefail

log=$1
shift
"$@" 2>&1 | tee "$log" | grep --line-buffered -v -e '^◇' -e ' started\.$'
status=${PIPESTATUS[0]}
[ "$status" -eq 0 ] && exit 0

echo
echo "what failed, from $log:"
# An issue may show the whole output of a process; its first words say which it is.
grep '^✘ Test .* recorded an issue' "$log" | cut -c 1-600 | head -n 40
grep -E '^✘ (Test|Suite) .* failed after' "$log" | head -n 40
# A crash leaves tests without an end.
if ! grep -q '^. Test run with' "$log"; then
  tail -n 20 "$log"
fi
exit "$status"
