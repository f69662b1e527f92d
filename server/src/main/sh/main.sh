# shellcheck shell=bash
# The command line.

main() {
  local command=${1:-help}
  (($# == 0)) || shift
  case $command in
    ca) [[ ${1:-} != -* && -n ${1:-} ]] || {
      help_of ca
      return
    } ;;
    wams) ;;
    bench) [[ ${1:-} != -* ]] || {
      help_of bench
      return
    } ;;
    *)
      local argument
      for argument; do
        if [[ $argument == --help || $argument == -h ]]; then
          help_of "$command"
          return
        fi
      done
      ;;
  esac
  case $command in
    up | down | status | supervise | demo) options_only "$command" "$@" ;;
  esac
  settings_load
  case $command in
    up) command_up ;;
    down) command_down ;;
    status) command_status ;;
    supervise) command_supervise ;;
    demo) command_demo ;;
    test) command_test "$@" ;;
    bench) command_bench "$@" ;;
    ca) command_ca "$@" ;;
    wams) command_wams "$@" ;;
    help | --help | -h) help_of "${1:-}" ;;
    *) die "there is no command '$command'" "See: ./heliogate help" ;;
  esac
}

# options_only COMMAND ARGUMENT...: the options that up, down, status and demo share.
options_only() {
  local command=$1 option
  shift
  for option; do
    case $option in
      --yes | -y) ASSUME_YES=true ;;
      --evaluation-pkcs12) HELIOGATE_EVALUATION_PKCS12=yes ;;
      *) die "$command has no option '$option'" "See: ./heliogate $command --help" ;;
    esac
  done
}

# Tools of ours, run as they are: they need a build, but no running instance.
command_ca() {
  java_choose
  tool_built hsm-integration
  # The first request of a root that is elsewhere comes before up, which would make a root here.
  if [[ ${1:-} == request && " $* " != *' --help '* && ! -e $HELIOGATE_HOME/pki/root.pem ]]; then
    state_create
    lock_instance
    secrets_create
    evaluation_mode || hsm_create
  fi
  pki_command "$@"
}

command_wams() {
  java_choose
  tool_built device-client
  wams "$@"
}

tool_built() {
  compgen -G "$HELIOGATE_ROOT/$1/target/$1-*.jar" >/dev/null || {
    mkdir -p "$HELIOGATE_ROOT/target"
    build_ensure >&2
  }
}

help_of() {
  case ${1:-} in
    up)
      cat <<'TEXT'
./heliogate up [--yes] [--evaluation-pkcs12]
  Starts the local instance, or completes it, or leaves it alone when all is as it should be: installs missing Debian
  packages, builds what changed, makes CA and certificates, starts broker, CRL updater and server on loopback.
  A small supervisor starts the server again when that asks for it, as it does when a lost HSM is back.
    --yes                  install missing packages without asking
    --evaluation-pkcs12    for a new instance without an HSM: the CA's keys in a file. Never for production.
TEXT
      environment_help ;;
    down) printf '%s\n' './heliogate down' '  Stops what up started: supervisor, server, CRL updater, broker. Data stays.' ;;
    status) printf '%s\n' './heliogate status' '  Says what runs; exit code 0 only when everything does and the server is ready.' ;;
    demo)
      cat <<'TEXT'
./heliogate demo [--yes]
  Starts the instance and shows it: 20 devices that were never seen before bootstrap, obtain certificates whose keys never
  leave their secure elements, and publish phasor measurements that a subscriber receives. Leaves the instance running.
TEXT
      environment_help ;;
    test)
      cat <<'TEXT'
./heliogate test [--yes] [--full]
  Unit tests, contract tests, tests of this script, and integration tests against an instance of their own, which is
  started for them under target/it and stopped afterwards. The last line has the totals.
    --full    also the long ones: a million fuzz cases for each parser, with other seeds each time; fleets; comparisons
TEXT
      ;;
    bench)
      cat <<'TEXT'
./heliogate bench NAME [OPTION...]
  Runs a benchmark; ./heliogate bench NAME --help has its options.
    onboarding    devices from first contact to a published measurement, against the local instance
    tokens        access tokens, permissions and introspection, beside a Keycloak, with instances of its own
    status        OCSP answers of the local instance, beside what a token signs
    certificates  [SECONDS]: certificates by the token of the local instance, beside the least that any CA must do
TEXT
      ;;
    ca)
      cat <<'TEXT'
./heliogate ca COMMAND [OPTION...]
  The key ceremonies of the CA, on the token of the instance, which may be running. ./heliogate ca COMMAND --help has the
  options; docs/recipes/key-ceremony.md tells each step. ./heliogate up puts what is new into use.
    show        keys, issuing CAs and certificates; what is due
    create      an issuing CA of another algorithm, beside those that there are
    rollover    the successor of an issuing CA; both are published until the end of the old one
    request     the request of an issuing CA whose root is elsewhere
    import      its certificate, and CRLs, from the root that is elsewhere
    backup      the public parts of the token
    init        what up makes: root, issuing CA, certificates of server, broker and proxy
TEXT
      ;;
    wams) printf '%s\n' './heliogate wams …' '  The device command; ./heliogate wams --help has its own help.' ;;
    *)
      cat <<'TEXT'
./heliogate COMMAND [--help]
  demo     everything, shown: 20 devices from first contact to a published measurement
  up       start the local instance, or complete it after a crash
  down     stop it
  status   what runs
  test     all tests
  bench    a benchmark
  ca       key ceremonies: create, roll over, import and show CAs
  wams     the device command
TEXT
      environment_help ;;
  esac
}

environment_help() {
  cat <<'TEXT'
Environment
  HELIOGATE_HOME           state directory, default .heliogate beside this script
  HELIOGATE_PORT_OFFSET    is added to every port, default 0
  JAVA_HOME                the JDK, from 17 on, that the server runs on; default: the newest one found
  HELIOGATE_JAVA_OPTS      more options for the server's JVM
  HELIOGATE_DB_URL         jdbc:postgresql:… instead of the H2 file, with HELIOGATE_DB_USER and
  HELIOGATE_DB_PASSWORD_FILE    a file of mode 600 with that user's password
  HELIOGATE_CLIENT_AUTHENTICATION_DISABLED    methods that no client may use, delimited by spaces
  HELIOGATE_SHORT_LIVED_CERTIFICATES    client profiles whose certificates live 24 hours: device-client, application-client
  HELIOGATE_PACKAGES       present: never ask the package manager; what is needed has been provided
TEXT
}
