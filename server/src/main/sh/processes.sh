# shellcheck shell=bash
# The processes that an instance consists of. run/NAME.pid holds the process id, when that process started (in clock
# ticks since boot) and the boot, so that a recycled id is never taken for ours and never killed.

process_identity() { # PID: prints start time and boot, fails where no such process lives
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name, in parentheses, may hold blanks; state and start time are the 1st and 20th field after it.
  local -a field
  read -r -a field <<<"${stat##*) }"
  [[ ${field[0]} != Z ]] || return 1
  printf '%s %s' "${field[19]}" "$(cat /proc/sys/kernel/random/boot_id)"
}

# process_start NAME LOG COMMAND...: in a session of its own, without a terminal and without our locks.
process_start() {
  process_child "$@"
  disown "$!"
}

# process_child NAME LOG COMMAND...: the same, for a caller that waits for its end; $! is its id.
process_child() {
  local name=$1 log=$2 pid
  shift 2
  setsid "$@" </dev/null >>"$log" 2>&1 8>&- 9>&- &
  pid=$!
  printf '%s\n%s\n' "$pid" "$(process_identity "$pid" || printf 'gone gone')" | write_file "$RUN/$name.pid"
}

# process_pid NAME: prints the id of the running process, fails where it does not run.
process_pid() {
  local -a line
  mapfile -t line 2>/dev/null <"$RUN/$1.pid" || return 1
  [[ ${line[0]:-} =~ ^[0-9]+$ && -n ${line[1]:-} ]] || return 1
  [[ $(process_identity "${line[0]}") == "${line[1]}" ]] || return 1
  printf '%s' "${line[0]}"
}

process_runs() { process_pid "$1" >/dev/null; }

# process_stop NAME SECONDS: asks it to end, waits so long, then ends it. Prints how it went; succeeds where nothing ran.
process_stop() {
  local name=$1 patience=$2 pid began how=stopped
  if ! pid=$(process_pid "$name"); then
    rm -f -- "$RUN/$name.pid"
    printf 'was not running'
    return
  fi
  began=$(now_ms)
  kill -TERM "$pid" 2>/dev/null || true
  while process_runs "$name"; do
    if (($(elapsed_ms "$began") > patience * 1000)) && [[ $how == stopped ]]; then
      kill -KILL "$pid" 2>/dev/null || true
      how="killed, as it did not end within $patience s"
    fi
    sleep 0.05
  done
  rm -f -- "$RUN/$name.pid"
  printf '%s' "$how"
}
