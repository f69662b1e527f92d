# shellcheck shell=bash
# The development HSM: a SoftHSM2 token of the instance's own.

readonly SOFTHSM_LIBRARY=/usr/lib/softhsm/libsofthsm2.so

hsm_create() {
  local hsm=$HELIOGATE_HOME/hsm
  [[ -r $SOFTHSM_LIBRARY ]] || die "$SOFTHSM_LIBRARY is missing" 'Install it: apt-get install softhsm2'
  write_file "$SOFTHSM2_CONF" <<CONF
directories.tokendir = $hsm/tokens
objectstore.backend = file
log.level = ERROR
slots.removable = false
CONF
  # The offline command of the CA writes pkcs11.cfg, where that is missing. This file only names it, by a path that changes
  # when the directory is moved. 12 is the first free place on Java 17 and 25; a gap would be ignored.
  write_file "$hsm/java.security" <<SECURITY
security.provider.12=SunPKCS11 $hsm/pkcs11.cfg
SECURITY
  hsm_token_ready && return
  # A token that is gone with the CA's keys in it is for an operator to restore: it is never replaced silently.
  [[ ! -e $HELIOGATE_HOME/pki/root.pem ]] ||
    die "the SoftHSM token with the keys of the CA is missing or has no PIN ($hsm/tokens)" \
      'Restore that directory from a backup, or start anew with another HELIOGATE_HOME.'
  hsm_token_create
}

hsm_token_ready() {
  pkcs11-tool --module "$SOFTHSM_LIBRARY" --list-token-slots 2>/dev/null |
    grep -A 4 'token label *: heliogate$' | grep -q 'PIN initialized'
}

# The PINs reach pkcs11-tool through its environment, which only the same user can read.
hsm_token_create() {
  local so_pin pin
  so_pin=$(cat "$HELIOGATE_HOME/secrets/hsm.so-pin")
  pin=$(cat "$HELIOGATE_HOME/secrets/hsm.pin")
  rm -rf -- "${HELIOGATE_HOME:?}"/hsm/tokens/*
  { HELIOGATE_SO_PIN=$so_pin pkcs11-tool --module "$SOFTHSM_LIBRARY" --init-token --label heliogate --so-pin env:HELIOGATE_SO_PIN &&
    HELIOGATE_SO_PIN=$so_pin HELIOGATE_PIN=$pin pkcs11-tool --module "$SOFTHSM_LIBRARY" --token-label heliogate \
      --login --login-type so --so-pin env:HELIOGATE_SO_PIN --init-pin --new-pin env:HELIOGATE_PIN; } >"$LOGS/hsm.log" 2>&1 ||
    die "the SoftHSM token could not be made; see $LOGS/hsm.log" "$(tail -n 3 "$LOGS/hsm.log")"
}
