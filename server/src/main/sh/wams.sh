# shellcheck shell=bash
# The device command, for devices in the instance's own directory.

# wams ARGUMENT...: without the server's token configuration, as the launcher finds that of the devices.
wams() {
  env --unset=SOFTHSM2_CONF JAVA_HOME="$SERVER_JAVA_HOME" WAMS_DIRECTORY="$HELIOGATE_HOME/secure-elements" \
    "$HELIOGATE_ROOT/device-client/src/main/sh/wams" "$@"
}

# wams_image: what all devices of the local instance know from their software image.
wams_image() {
  mkdir -p "$HELIOGATE_HOME/secure-elements"
  printf 'issuer=%s\nca-file=%s\nresource-server=mqtt\n' "$HELIOGATE_ISSUER" "$HELIOGATE_HOME/ca.pem" |
    write_file "$HELIOGATE_HOME/secure-elements/heliogate.properties"
}
