# shellcheck shell=bash
# Benchmarks: onboarding against the local instance, tokens against instances of its own, certificates with the local
# instance's token and a database of its own.

command_bench() { # NAME OPTION...
  [[ $# -gt 0 && $1 != -* ]] || die 'which benchmark?' 'For example: ./heliogate bench onboarding'
  if [[ " $* " == *' --help '* || " $* " == *' -h '* ]]; then
    if [[ $1 == certificates ]]; then
      bench_certificates_help
      return
    fi
    java_choose
    bench_build
    bench_run "$@"
    return
  fi
  case $1 in
    tokens) bench_tokens "$@" ;;
    certificates) bench_certificates "${@:2}" ;;
    *)
      instance_up
      bench_build
      # Secure elements that are tokens have a store of their own, not the server's.
      SOFTHSM2_CONF=$HELIOGATE_HOME/bench/softhsm2.conf bench_run "$@"
      ;;
  esac
}

# bench_tokens: all that it runs is its own, below target/bench; the user's instance and its database are left alone.
bench_tokens() {
  # shellcheck disable=SC2086 # one word a package
  [[ ${HELIOGATE_PACKAGES:-} == present ]] || packages_ensure $PACKAGES_RUN
  java_choose
  build_ensure
  bench_build
  bench_keycloak "$@"
  unset HELIOGATE_DB_URL HELIOGATE_DB_USER HELIOGATE_DB_PASSWORD_FILE
  export HELIOGATE_ROOT HELIOGATE_PORT_OFFSET=${HELIOGATE_BENCH_PORT_OFFSET:-4000} JAVA_HOME=$SERVER_JAVA_HOME
  bench_run "$@"
}

# bench_certificates [SECONDS]: 16 clients that enrol at once, beside the least that a CA must do, in the same run.
bench_certificates() {
  local seconds=${1:-60} log=$HELIOGATE_ROOT/target/certificates.log reports=$HELIOGATE_ROOT/ejb-authz/target/surefire-reports
  [[ $# -le 1 && $seconds =~ ^[1-9][0-9]{0,3}$ ]] || die "how long? '$*' is no number of seconds" 'For example: ./heliogate bench certificates 60'
  instance_up
  say "  issuing for $seconds s after as long a warm-up, and as many without the service"
  maven -Pfast -Dmaven.test.skip=false -DskipITs --quiet --projects ejb-authz --also-make \
    "-Djvm=$SERVER_JAVA_HOME/bin/java" -Dtest=IssuanceLoadTest -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dheliogate.load.seconds=$seconds" "-Dheliogate.load.home=$HELIOGATE_HOME" package >"$log" 2>&1 ||
    die "certificates were not issued as they should be; the errors in $log:" "$(grep -m 12 'ERROR' "$log" | cut -c 1-220)"
  grep -h '^issuance, ' "$reports"/*IssuanceLoadTest-output.txt
}

bench_certificates_help() {
  cat <<'TEXT'
Usage: ./heliogate bench certificates [SECONDS]
  16 clients enrol at once, each with ever new keys, over a database in a file of its own and with the local instance's
  token. Shows certificates a second beside the least that any CA must do in the same run and threads: verify the request,
  sign once, insert one row. SECONDS (60) are counted, after as long a warm-up; the whole takes about four times that.
TEXT
}

# bench_keycloak ARGUMENT...: unpacks the Keycloak that --keycloak names, and sets HELIOGATE_BENCH_KEYCLOAK to where it is.
bench_keycloak() {
  local version='' into=$HELIOGATE_ROOT/benchmarks/target/keycloak log=$HELIOGATE_ROOT/target/keycloak.log
  while (($# > 0)); do
    case $1 in
      --keycloak=*) version=${1#*=} ;;
      --keycloak) version=${2:-} ;;
    esac
    shift
  done
  [[ $version != none ]] || return 0
  [[ -n $version ]] || version=$(sed -n 's:.*<keycloak.version>\(.*\)</keycloak.version>.*:\1:p' "$HELIOGATE_ROOT/pom.xml")
  [[ $version =~ ^[0-9][A-Za-z0-9.-]*$ ]] || die "--keycloak is '$version'" 'Give a version, or none.'
  export HELIOGATE_BENCH_KEYCLOAK=$into/keycloak-$version
  [[ ! -f $HELIOGATE_BENCH_KEYCLOAK/bin/kc.sh ]] || return 0
  say "  unpacking Keycloak $version (Maven downloads 180 MB the first time)"
  rm -rf -- "$HELIOGATE_BENCH_KEYCLOAK"
  maven --quiet --non-recursive org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack \
    "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:zip" "-DoutputDirectory=$into" >"$log" 2>&1 ||
    die "Keycloak $version could not be had; the errors in $log:" "$(grep -m 5 'ERROR' "$log" | cut -c 1-220)" 'Without it: --keycloak none'
}

bench_run() {
  local -a options=()
  # Known, harmless warnings of newer versions.
  if ((SERVER_JAVA_FEATURE >= 24)); then options=(--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED); fi
  "$SERVER_JAVA_HOME/bin/java" "${options[@]}" -cp "$(java_class_path "$HELIOGATE_ROOT/benchmarks/target")" org.heliogate.bench.Benchmarks "$@"
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
