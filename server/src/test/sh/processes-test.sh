#!/usr/bin/env bash
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

start() { process_start "$@"; STARTED+=("$(process_pid "$1")"); }

start sleeper "$LOGS/sleeper.log" sleep 1000
check startedProcessWhenAskedThenRuns process_runs sleeper
check startedProcessWhenAskedThenIsLeaderOfItsSession equal "$(ps -o sid= -p "$(process_pid sleeper)" | tr -d ' ')" "$(process_pid sleeper)"
check pidFileWhenWrittenThenOwnerOnly equal "$(stat -c %a "$RUN/sleeper.pid")" 600

cp "$RUN/sleeper.pid" "$SCRATCH/genuine"
printf '%s\n%s\n' "$(process_pid sleeper)" "1 $(cat /proc/sys/kernel/random/boot_id)" >"$RUN/sleeper.pid"
check processWhenIdIsRecycledThenDoesNotRun refuses process_runs sleeper
check stopWhenIdIsRecycledThenSaysSo equal "$(process_stop sleeper 1)" 'was not running'
check stopWhenIdIsRecycledThenLeavesTheOtherAlone kill -0 "$(head -n 1 "$SCRATCH/genuine")"

cp "$SCRATCH/genuine" "$RUN/sleeper.pid"
check stopWhenItObeysThenStopped equal "$(process_stop sleeper 5)" stopped
check stopWhenDoneThenGone refuses kill -0 "$(head -n 1 "$SCRATCH/genuine")"
check stopWhenNothingRunsThenSaysSo equal "$(process_stop sleeper 5)" 'was not running'

# shellcheck disable=SC2016 # for the inner shell
start stubborn "$LOGS/stubborn.log" bash -c 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'
eventually grep -q deaf "$LOGS/stubborn.log"
check stopWhenItDoesNotObeyThenKilled equal "$(process_stop stubborn 1)" 'killed, as it did not end within 1 s'
for content in '' 'garbage' '12 34 56' '-1'; do
  printf '%s\n' "$content" >"$RUN/broken.pid"
  check "pidFileWhenItHolds'$content'ThenDoesNotRun" refuses process_runs broken
done
