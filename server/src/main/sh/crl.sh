# shellcheck shell=bash
# The updater that keeps the broker's revocation lists current.

# crl_digest: what a running updater was started with.
crl_digest() { cat "$HELIOGATE_HOME"/pki/{ca.pem,crl-issuers} 2>/dev/null | sha256sum | cut -d ' ' -f 1; }

# crl_retire: ends an updater that knows other CAs, before the broker's file is written for the new ones.
crl_retire() {
  if process_runs heliogate-crl && [[ $(cat "$RUN/heliogate-crl.digest" 2>/dev/null) != "$(crl_digest)" ]]; then
    process_stop heliogate-crl 10 >/dev/null
  fi
}

crl_up() {
  crl_retire
  process_runs heliogate-crl && return
  local pki=$HELIOGATE_HOME/pki ski
  local -a urls=()
  while read -r ski; do urls+=(--url "$HELIOGATE_PKI_URI/crl/$ski"); done <"$pki/crl-issuers"
  process_start heliogate-crl "$LOGS/heliogate-crl.log" "$SERVER_JAVA_HOME/bin/java" -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -cp "$(java_class_path "$HELIOGATE_ROOT/hsm-integration/target")" org.heliogate.hsm.crl.CrlUpdaterCommand \
    --ca "$pki/ca.pem" "${urls[@]}" --output "$pki/crl.pem" --pid-file "$HELIOGATE_HOME/mosquitto/mosquitto.pid"
  crl_digest | write_file "$RUN/heliogate-crl.digest"
}
