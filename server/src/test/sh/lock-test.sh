#!/usr/bin/env bash
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

(
  lock_instance
  process_start holder "$LOGS/holder.log" sleep 1000
  touch "$SCRATCH/locked"
  eventually test -e "$SCRATCH/release"
) &
eventually test -e "$SCRATCH/locked"
STARTED+=("$(process_pid holder)")

check lockWhenHeldThenNotGranted refuses flock --nonblock "$RUN/lock" true
(
  lock_instance
  touch "$SCRATCH/second"
) >"$SCRATCH/waiting" &
eventually grep -q 'Another command is at work' "$SCRATCH/waiting"
check lockWhenHeldThenTheOtherWaits test ! -e "$SCRATCH/second"
touch "$SCRATCH/release"
check lockWhenReleasedThenTheOtherGoesOn eventually test -e "$SCRATCH/second"
check lockWhenTheStartedProcessLivesOnThenFree eventually flock --nonblock "$RUN/lock" true
check startedProcessWhenTheCommandEndsThenLivesOn process_runs holder
wait
