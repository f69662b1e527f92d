# shellcheck shell=bash
# One command at a time changes an instance (descriptor 9) or builds the source tree (descriptor 8). The kernel releases
# the locks however the command ends; nothing that outlives it inherits them.

lock_instance() {
  [[ -z ${INSTANCE_LOCKED:-} ]] || return 0
  exec 9>"$RUN/lock"
  if ! flock --nonblock 9; then
    say "Another command is at work on $HELIOGATE_HOME: waiting for it."
    flock --wait 900 9 || die 'the other command did not end within 15 minutes' "See who holds it: fuser -v '$RUN/lock'"
  fi
  INSTANCE_LOCKED=yes
}

lock_tree() {
  mkdir -p "$HELIOGATE_ROOT/target"
  exec 8>"$HELIOGATE_ROOT/target/build.lock"
  if ! flock --nonblock 8; then
    say 'Another command builds this source tree: waiting for it.'
    flock --wait 1800 8 || die 'the other build did not end within 30 minutes'
  fi
}

unlock_tree() { exec 8>&-; }
