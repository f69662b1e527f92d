# shellcheck shell=bash
# For the tests of the script: its parts, an instance directory that is thrown away, and ok / not ok lines.
set -uo pipefail

HELIOGATE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)
SCRATCH=$(mktemp -d)
export HELIOGATE_HOME="$SCRATCH/home with a blank" HELIOGATE_PORT_OFFSET=0
for part in "$HELIOGATE_ROOT"/server/src/main/sh/*.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
settings_load
state_create

FAILED=0
STARTED=()
finish() {
  local code=$? pid
  for pid in "${STARTED[@]}"; do kill -KILL "$pid" 2>/dev/null; done
  rm -rf -- "$SCRATCH"
  exit $((code != 0 ? code : FAILED))
}
trap finish EXIT

# check NAME COMMAND...: one test.
check() {
  local name=$1
  shift
  if "$@" >"$SCRATCH/output" 2>&1; then
    printf 'ok %s\n' "$name"
  else
    FAILED=1
    printf 'not ok %s\n' "$name"
    sed 's/^/  /' "$SCRATCH/output"
  fi
}

equal() { [[ $1 == "$2" ]] || { printf 'expected: %s\nbut was:  %s\n' "$2" "$1"; return 1; }; }
refuses() { ! "$@"; }

# eventually COMMAND...: within five seconds.
eventually() {
  local began
  began=$(now_ms)
  until "$@"; do
    (($(elapsed_ms "$began") < 5000)) || return 1
    sleep 0.02
  done
}
