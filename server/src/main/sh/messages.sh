# shellcheck shell=bash
# What the user sees: short lines, colours and a live line only on a terminal.

if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[31m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
  LIVE=true
else
  BOLD='' DIM='' GREEN='' RED='' YELLOW='' PLAIN=''
  LIVE=false
fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s%s%s\n' "$BOLD" "$*" "$PLAIN"; }
warn() { printf '%sheliogate: %s%s\n' "$YELLOW" "$*" "$PLAIN" >&2; }

# die MESSAGE [REMEDY...]: ends the command with exit code 1.
die() {
  live_end
  printf '%sheliogate: %s%s\n' "$RED" "$1" "$PLAIN" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

# done_step TEXT [MILLISECONDS]: one line of the account.
done_step() {
  live_end
  if (($# > 1)); then
    printf '  %s✓%s %-58s %s%10s%s\n' "$GREEN" "$PLAIN" "$1" "$DIM" "$(seconds "$2")" "$PLAIN"
  else
    printf '  %s✓%s %s\n' "$GREEN" "$PLAIN" "$1"
  fi
}

# live TEXT: a line that the next one replaces; silent where there is no terminal.
live() { if $LIVE; then printf '\r\e[K  %s… %s%s' "$DIM" "$*" "$PLAIN"; fi; }
live_end() { if $LIVE; then printf '\r\e[K'; fi; }

# now_ms: a clock for durations.
now_ms() { printf '%s' "${EPOCHREALTIME/[.,]/}" | sed 's/...$//'; }
elapsed_ms() { printf '%s' $(($(now_ms) - $1)); }
seconds() { printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }
