#!/usr/bin/env bash
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

# What a server is started with, made up.
SERVER_JAVA_HOME=$SCRATCH/java
EAR=$SCRATCH/heliogate.ear
mkdir -p "$HELIOGATE_HOME/server/configuration"
touch "$EAR" "$HELIOGATE_HOME"/server/configuration/digest "$HELIOGATE_HOME"/pki/{https,trust,mqtt-proxy}.p12

initial_admin_holds_hash() {
  local secret
  secret=$(jq --raw-output .client_secret "$HELIOGATE_HOME/admin.json")
  equal "$(jq --raw-output .client_secret_sha256 "$HELIOGATE_HOME/secrets/initial-admin.json")" \
    "$(printf '%s' "$secret" | sha256sum | cut -d ' ' -f 1)"
}

secrets_create
first=$(server_digest)
check createWhenThereIsNoAdministratorThenTheServerLearnsItsHash initial_admin_holds_hash
secrets_create
check createWhenNothingIsMissingThenTheServerGoesOn equal "$(server_digest)" "$first"
rm -- "$HELIOGATE_HOME/admin.json"
secrets_create
check createWhenTheAdministratorWasLostThenAnotherOne initial_admin_holds_hash
check createWhenTheAdministratorWasLostThenTheServerStartsAgain refuses equal "$(server_digest)" "$first"
