# shellcheck shell=bash
# Where everything is and which ports it uses: all derived from HELIOGATE_HOME and HELIOGATE_PORT_OFFSET.

settings_load() {
  HELIOGATE_HOME=$(realpath --canonicalize-missing -- "${HELIOGATE_HOME:-$HELIOGATE_ROOT/.heliogate}")
  # The path becomes part of the configurations of WildFly, SoftHSM and Mosquitto, where these have a meaning.
  if [[ ! $HELIOGATE_HOME =~ ^[A-Za-z0-9/._+@~\ -]+$ ]]; then
    die "HELIOGATE_HOME is '$HELIOGATE_HOME'" 'Choose a path of letters, digits, spaces and / . _ + @ ~ - only.'
  fi
  HELIOGATE_PORT_OFFSET=${HELIOGATE_PORT_OFFSET:-0}
  if [[ ! $HELIOGATE_PORT_OFFSET =~ ^[0-9]{1,5}$ ]] || ((10#$HELIOGATE_PORT_OFFSET > 55000)); then
    die "HELIOGATE_PORT_OFFSET is '$HELIOGATE_PORT_OFFSET'" 'Give a number from 0 to 55000.'
  fi
  HELIOGATE_PORT_OFFSET=$((10#$HELIOGATE_PORT_OFFSET))

  PORT_HTTPS=$((8443 + HELIOGATE_PORT_OFFSET))
  PORT_PKI=$((8080 + HELIOGATE_PORT_OFFSET))
  PORT_MANAGEMENT=$((9990 + HELIOGATE_PORT_OFFSET))
  PORT_MQTT_X509=$((8883 + HELIOGATE_PORT_OFFSET))
  PORT_MQTT_PASSWORD=$((8884 + HELIOGATE_PORT_OFFSET))

  HELIOGATE_ISSUER=https://localhost:$PORT_HTTPS
  HELIOGATE_PKI_URI=http://localhost:$PORT_PKI/pki
  HELIOGATE_MQTT_X509_URI=mqtts://localhost:$PORT_MQTT_X509
  HELIOGATE_MQTT_PASSWORD_URI=mqtts://localhost:$PORT_MQTT_PASSWORD
  HELIOGATE_MQTT_SERVER_URI=ssl://localhost:$PORT_MQTT_X509
  HELIOGATE_DB_URL=${HELIOGATE_DB_URL:-}
  HELIOGATE_DB_USER=${HELIOGATE_DB_USER:-heliogate}
  HELIOGATE_SHORT_LIVED_CERTIFICATES=${HELIOGATE_SHORT_LIVED_CERTIFICATES:-}
  HELIOGATE_CLIENT_AUTHENTICATION_DISABLED=${HELIOGATE_CLIENT_AUTHENTICATION_DISABLED:-}
  HELIOGATE_IO_THREADS=$((($(nproc) + 1) / 2))
  HELIOGATE_CREDENTIAL_STORE_PASSWORD_FILE=$HELIOGATE_HOME/secrets/credential-store.password
  SOFTHSM2_CONF=$HELIOGATE_HOME/hsm/softhsm2.conf
  export HELIOGATE_HOME HELIOGATE_PORT_OFFSET HELIOGATE_ISSUER HELIOGATE_PKI_URI HELIOGATE_MQTT_X509_URI \
    HELIOGATE_MQTT_PASSWORD_URI HELIOGATE_MQTT_SERVER_URI HELIOGATE_DB_URL HELIOGATE_DB_USER \
    HELIOGATE_CLIENT_AUTHENTICATION_DISABLED HELIOGATE_SHORT_LIVED_CERTIFICATES HELIOGATE_IO_THREADS \
    HELIOGATE_CREDENTIAL_STORE_PASSWORD_FILE SOFTHSM2_CONF

  RUN=$HELIOGATE_HOME/run
  LOGS=$HELIOGATE_HOME/logs
  WILDFLY=$HELIOGATE_ROOT/server/target/wildfly
  EAR=$HELIOGATE_ROOT/ear/target/heliogate.ear
}

# state_create: the state directory, readable by its owner alone.
state_create() {
  umask 077
  mkdir -p "$HELIOGATE_HOME" "$RUN" "$LOGS" "$HELIOGATE_HOME"/{secrets,hsm/tokens,pki,mosquitto,server}
  chmod 700 "$HELIOGATE_HOME" "$HELIOGATE_HOME"/{secrets,hsm,hsm/tokens,run,logs,pki,mosquitto,server}
}

# write_file PATH: replaces a file of mode 600 by standard input, at once or not at all.
write_file() {
  local new
  new=$(mktemp --tmpdir="$(dirname -- "$1")")
  if ! cat >"$new"; then
    rm -f -- "$new"
    return 1
  fi
  mv -f -- "$new" "$1"
}
