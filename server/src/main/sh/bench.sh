# shellcheck shell=bash
# Benchmarks against the local instance.

command_bench() { # NAME OPTION...
  [[ $# -gt 0 && $1 != -* ]] || die 'which benchmark?' 'For example: ./heliogate bench onboarding'
  instance_up
  bench_build
  # Secure elements that are tokens have a store of their own, not the server's.
  SOFTHSM2_CONF=$HELIOGATE_HOME/bench/softhsm2.conf \
    "$SERVER_JAVA_HOME/bin/java" -cp "$(java_class_path "$HELIOGATE_ROOT/benchmarks/target")" org.heliogate.bench.Benchmarks "$@"
}

bench_build() {
  local digest log=$HELIOGATE_ROOT/target/benchmarks.log
  lock_tree
  digest=$(build_digest)
  if [[ $(cat "$HELIOGATE_ROOT/target/benchmarks.sha256" 2>/dev/null) != "$digest" ]]; then
    live 'building the benchmarks'
    maven -Pfast --quiet --projects benchmarks --also-make package >"$log" 2>&1 ||
      die "the benchmarks could not be built; the errors in $log:" "$(grep -m 12 'ERROR' "$log" | cut -c 1-220)"
    live_end
    printf '%s\n' "$digest" >"$HELIOGATE_ROOT/target/benchmarks.sha256"
  fi
  unlock_tree
}
