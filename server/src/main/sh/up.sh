# shellcheck shell=bash
# up, down and status.

# In the order in which they end.
readonly COMPONENTS=(supervisor server heliogate-crl mosquitto)

command_up() {
  local began
  began=$(now_ms)
  instance_up
  say
  say "Heliogate runs ($(seconds "$(elapsed_ms "$began")")): $HELIOGATE_ISSUER"
  say "  state and logs  $HELIOGATE_HOME"
  say '  look            ./heliogate status'
  say '  stop            ./heliogate down'
}

# instance_up: everything, from wherever it is now; changes nothing that is already right.
instance_up() {
  # shellcheck disable=SC2086 # one word a package
  [[ ${HELIOGATE_PACKAGES:-} == present ]] || packages_ensure $PACKAGES_RUN
  java_choose
  state_create
  lock_instance
  build_ensure
  ports_foreign
  local began
  began=$(now_ms)
  secrets_create
  if evaluation_mode; then
    warn 'evaluation mode: the keys of the CA are in the file hsm/keys.p12, not in an HSM'
  else
    hsm_create
  fi
  crl_retire
  pki_create
  done_step 'CA and certificates' "$(elapsed_ms "$began")"
  wams_image
  broker_up
  crl_up
  server_up
  admin_register
  endpoints_write
  process_runs heliogate-crl || die "the CRL updater ended; the end of $LOGS/heliogate-crl.log:" "$(tail -n 5 "$LOGS/heliogate-crl.log")"
}

# ports_foreign: before anything is changed, whether what is not running yet could listen.
ports_foreign() {
  process_runs mosquitto || ports_claim 'the MQTT broker' "$PORT_MQTT_X509" "$PORT_MQTT_PASSWORD"
  process_runs server || ports_claim 'the server' "$PORT_HTTPS" "$PORT_PKI" "$PORT_MANAGEMENT"
}

endpoints_write() {
  jq --null-input --arg issuer "$HELIOGATE_ISSUER" --arg pki "$HELIOGATE_PKI_URI" --arg management "http://localhost:$PORT_MANAGEMENT" \
    --arg mqtt_x509 "$HELIOGATE_MQTT_X509_URI" --arg mqtt_password "$HELIOGATE_MQTT_PASSWORD_URI" '$ARGS.named' |
    write_file "$HELIOGATE_HOME/endpoints.json"
  # admin.json names the issuer too, and an instance can move to other ports.
  if [[ $(jq --raw-output .issuer "$HELIOGATE_HOME/admin.json") != "$HELIOGATE_ISSUER" ]]; then
    jq --arg issuer "$HELIOGATE_ISSUER" '.issuer = $issuer' "$HELIOGATE_HOME/admin.json" | write_file "$HELIOGATE_HOME/admin.json"
  fi
}

command_down() {
  if [[ ! -d $RUN ]]; then
    say "Nothing runs: $HELIOGATE_HOME does not exist."
    return
  fi
  umask 077
  lock_instance
  instance_down
}

# command_supervise: what up starts, for as long as the server runs. It never returns to the script that called it, which
# may have changed meanwhile.
command_supervise() {
  umask 077
  java_choose
  server_supervise
  exit
}

instance_down() {
  local component began how
  for component in "${COMPONENTS[@]}"; do
    began=$(now_ms)
    how=$(process_stop "$component" 30)
    done_step "$component $how" "$(elapsed_ms "$began")"
  done
}

command_status() {
  local component pid state all=0 ports
  printf '  %-14s %-12s %8s  %s\n' COMPONENT STATE PID PORTS
  for component in "${COMPONENTS[@]}"; do
    case $component in
      server) ports="https $PORT_HTTPS, pki $PORT_PKI, management $PORT_MANAGEMENT" ;;
      mosquitto) ports="certificates $PORT_MQTT_X509, passwords $PORT_MQTT_PASSWORD" ;;
      *) ports=- ;;
    esac
    state=running
    if ! pid=$(process_pid "$component"); then
      state=stopped pid=- all=1
    elif [[ $component == server ]] && ! server_ready; then
      state='not ready' all=1
    fi
    printf '  %-14s %-12s %8s  %s\n' "$component" "$state" "$pid" "$ports"
  done
  say "  state and logs in $HELIOGATE_HOME"
  return "$all"
}
