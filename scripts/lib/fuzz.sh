#!/usr/bin/env bash
# fuzz.sh MINUTES [TARGET...]: builds the libFuzzer targets of tests/fuzz with clang, and runs each for so many minutes, as
# many at once as there are cores.
#
# Each begins with its seeds in tests/fuzz/corpus; what it finds worth keeping goes to build/fuzz/found/TARGET. An input
# that breaks something is kept below build/fuzz/faults, and the exit code is 1.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then print_help; exit 0; fi
minutes=${1:-10}
[[ $minutes =~ ^[1-9][0-9]*$ ]] || usage_error "not a number of minutes: $minutes"
shift || true
cd "$project"
if [[ $# -eq 0 ]]; then
  for source in tests/fuzz/*_fuzz.cpp; do
    source=${source##*/}
    set -- "$@" "${source%_fuzz.cpp}"
  done
fi
cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target "${@/%/_fuzz}"
found=$project/build/fuzz/found faults=$project/build/fuzz/faults
mkdir -p "$faults"

# fuzz TARGET: one run, its end in one line.
fuzz() {
  local target=$1 code=0 log=$faults/$1.log
  mkdir -p "$found/$target" "tests/fuzz/corpus/$target"
  timeout --kill-after=10 $((minutes * 60 + 120)) "build/fuzz/tests/fuzz/${target}_fuzz" \
    -max_total_time=$((minutes * 60)) -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$faults/$target-" "$found/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || code=$?
  if [[ $code -eq 0 ]]; then
    echo "fuzz: $target: clean, $(awk '/number_of_executed_units/ { print $2 }' "$log") inputs in $minutes min"
  else
    echo "fuzz: $target: FAILED, exit code $code; $log ends with:"
    tail -30 "$log"
    return 1
  fi
}

code=0
running=0
for target in "$@"; do
  if [[ $running -ge $(nproc) ]]; then
    wait -n || code=1
    running=$((running - 1))
  fi
  fuzz "$target" &
  running=$((running + 1))
done
while [[ $running -gt 0 ]]; do
  wait -n || code=1
  running=$((running - 1))
done
exit "$code"
