# shellcheck shell=bash
# The Debian packages that the local instance uses.

readonly PACKAGES_RUN='mosquitto mosquitto-clients softhsm2 opensc curl openssl jq'

packages_missing() { # PACKAGE...
  local package
  for package; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s ' "$package"
  done
}

# packages_ensure PACKAGE...: installs what is missing; ASSUME_YES or no terminal: without asking.
packages_ensure() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die 'this is not a Debian system: its package manager was not found' \
      "Provide these by hand, then say so: HELIOGATE_PACKAGES=present ./heliogate …" "$*"
  fi
  local missing answer began
  missing=$(packages_missing "$@")
  [[ -n $missing ]] || return 0
  local -a root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "Debian packages are missing: $missing" "Install them as root: apt-get install $missing"
    root=(sudo --)
  fi
  say "Debian packages that are missing: $missing"
  if [[ ${ASSUME_YES:-false} != true && -t 0 && -t 1 ]]; then
    read -r -p 'Install them now? Their services are not started. [Y/n] ' answer
    [[ ! $answer =~ ^[nN] ]] || die 'nothing was installed' "Install them yourself: apt-get install $missing"
  fi
  began=$(now_ms)
  state_create
  # shellcheck disable=SC2086 # one word a package
  "${root[@]}" bash "$HELIOGATE_ROOT/server/src/main/sh/root/install-packages" $missing >"$LOGS/packages.log" 2>&1 </dev/null ||
    die "the packages could not be installed; the last lines of $LOGS/packages.log:" "$(tail -n 8 "$LOGS/packages.log")"
  done_step "installed ${missing% }" "$(elapsed_ms "$began")"
}
