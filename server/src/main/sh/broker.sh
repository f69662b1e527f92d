# shellcheck shell=bash
# The MQTT broker: Mosquitto with its dynamic security plugin.

readonly MOSQUITTO_SOURCES=$HELIOGATE_ROOT/rar-mqtt/src/main/mosquitto

broker_configure() {
  local home=$HELIOGATE_HOME plugin
  plugin=$(dpkg-query --listfiles mosquitto 2>/dev/null | grep '/mosquitto_dynamic_security\.so$') ||
    plugin=$(find /usr/lib /usr/local/lib -name mosquitto_dynamic_security.so -print -quit 2>/dev/null)
  [[ -n $plugin ]] || die 'the dynamic security plugin of Mosquitto was not found' 'Install it: apt-get install mosquitto'
  # As root the broker would change to a user that may not read this directory, so it is told to stay who it is.
  sed -e "s|@MOSQUITTO_USER@|$(id -un)|" -e "s|@PID_FILE@|$home/mosquitto/mosquitto.pid|" -e "s|@LOG_FILE@|$LOGS/mosquitto.log|" \
    -e "s|@DYNAMIC_SECURITY_PLUGIN@|$plugin|" -e "s|@DYNAMIC_SECURITY_FILE@|$home/mosquitto/dynamic-security.json|" \
    -e "s|@BIND_ADDRESS@|127.0.0.1|" -e "s|@X509_PORT@|$PORT_MQTT_X509|" -e "s|@PASSWORD_PORT@|$PORT_MQTT_PASSWORD|" \
    -e "s|@CA_FILE@|$home/pki/ca.pem|" -e "s|@CERTIFICATE_FILE@|$home/pki/broker.pem|" -e "s|@KEY_FILE@|$home/pki/broker.key|" \
    -e "s|@CRL_FILE@|$home/pki/crl.pem|" "$MOSQUITTO_SOURCES/mosquitto.conf.template" | write_file "$home/mosquitto/mosquitto.conf"
  # From here on the broker itself keeps this file.
  [[ -s $home/mosquitto/dynamic-security.json ]] ||
    write_file "$home/mosquitto/dynamic-security.json" <"$MOSQUITTO_SOURCES/dynamic-security.json"
}

# broker_digest: what a running broker was started with.
broker_digest() {
  local pki=$HELIOGATE_HOME/pki
  cat "$HELIOGATE_HOME/mosquitto/mosquitto.conf" "$pki/ca.pem" "$pki/broker.pem" | sha256sum | cut -d ' ' -f 1
}

broker_up() {
  local began digest
  began=$(now_ms)
  broker_configure
  digest=$(broker_digest)
  if process_runs mosquitto; then
    [[ $(cat "$RUN/mosquitto.digest" 2>/dev/null) != "$digest" ]] || return 0
    process_stop mosquitto 10 >/dev/null
  fi
  ports_claim 'the MQTT broker' "$PORT_MQTT_X509" "$PORT_MQTT_PASSWORD"
  process_start mosquitto "$LOGS/mosquitto.out" "$(broker_program)" -c "$HELIOGATE_HOME/mosquitto/mosquitto.conf"
  if ! port_await "$PORT_MQTT_X509" mosquitto 10 || ! port_await "$PORT_MQTT_PASSWORD" mosquitto 10; then
    die "Mosquitto did not start; the end of its logs:" "$(tail -q -n 5 "$LOGS"/mosquitto.{out,log} 2>/dev/null)"
  fi
  printf '%s\n' "$digest" | write_file "$RUN/mosquitto.digest"
  done_step 'MQTT broker' "$(elapsed_ms "$began")"
}

# Debian keeps it where the PATH of an ordinary user does not lead.
broker_program() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mosquitto; }
