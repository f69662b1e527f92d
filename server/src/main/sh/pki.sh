# shellcheck shell=bash
# The CA, by its offline command: root, issuing CA, and the certificates of server, broker and proxy.

# pki_command ARGUMENT...: the offline command.
pki_command() { java_run hsm-integration org.heliogate.hsm.offline.PkiCommand "$@"; }

pki_create() {
  local -a mode=()
  if evaluation_mode; then mode=(--evaluation-pkcs12); fi
  pki_command init --home "$HELIOGATE_HOME" --host localhost --issuer "$HELIOGATE_ISSUER" --pki-uri "$HELIOGATE_PKI_URI" \
    "${mode[@]}" >"$LOGS/pki.log" 2>&1 || die "the CA could not be initialised; the end of $LOGS/pki.log:" "$(tail -n 8 "$LOGS/pki.log")"
  cmp -s "$HELIOGATE_HOME/pki/ca.pem" "$HELIOGATE_HOME/ca.pem" || write_file "$HELIOGATE_HOME/ca.pem" <"$HELIOGATE_HOME/pki/ca.pem"
}

# evaluation_mode: the CA's keys in a file instead of an HSM, only when asked for, and as the instance was made.
evaluation_mode() { [[ -e $HELIOGATE_HOME/hsm/keys.p12 || ${HELIOGATE_EVALUATION_PKCS12:-} == yes ]]; }
