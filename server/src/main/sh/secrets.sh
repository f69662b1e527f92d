# shellcheck shell=bash
# The instance's secrets: random, each in a file of mode 600, never an argument of a command.

secret_create() { # NAME BYTES
  [[ -s $HELIOGATE_HOME/secrets/$1 ]] || openssl rand -hex "$2" | tr -d '\n' | write_file "$HELIOGATE_HOME/secrets/$1"
}

secrets_create() {
  secret_create hsm.pin 16
  secret_create hsm.so-pin 16
  secret_create credential-store.password 24
  secret_create keystore.password 24
  secret_create database.password 24
  if [[ ! -s $HELIOGATE_HOME/admin.json ]]; then
    local id secret
    id=admin-$(openssl rand -hex 8)
    secret=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n')
    # First the file that the server learns from, so that an interrupted start never leaves a secret unknown to it.
    printf '{"client_id":"%s","client_secret_sha256":"%s"}\n' "$id" "$(printf '%s' "$secret" | sha256sum | cut -d ' ' -f 1)" |
      write_file "$HELIOGATE_HOME/secrets/initial-admin.json"
    printf '{"issuer":"%s","client_id":"%s","client_secret":"%s"}\n' "$HELIOGATE_ISSUER" "$id" "$secret" |
      write_file "$HELIOGATE_HOME/admin.json"
  fi
}
