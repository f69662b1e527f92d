# shellcheck shell=bash
# The updater that keeps the broker's revocation lists current.

crl_up() {
  process_runs heliogate-crl && return
  local pki=$HELIOGATE_HOME/pki certificate ski
  local -a urls=()
  for certificate in "$pki/issuing.pem" "$pki/root.pem"; do
    ski=$(openssl x509 -in "$certificate" -noout -ext subjectKeyIdentifier | sed -n '2s/[: ]//gp' | tr 'A-F' 'a-f')
    urls+=(--url "$HELIOGATE_PKI_URI/crl/$ski")
  done
  process_start heliogate-crl "$LOGS/heliogate-crl.log" "$SERVER_JAVA_HOME/bin/java" -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -cp "$(java_class_path "$HELIOGATE_ROOT/hsm-integration/target")" org.heliogate.hsm.crl.CrlUpdaterCommand \
    --ca "$pki/ca.pem" "${urls[@]}" --output "$pki/crl.pem" --pid-file "$HELIOGATE_HOME/mosquitto/mosquitto.pid"
}
