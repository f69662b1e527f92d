# shellcheck shell=bash
# The administration API, for what the local instance itself needs. Secrets reach curl through pipes only.

# admin_login: sets ADMIN_TOKEN.
admin_login() {
  local answer
  answer=$(curl --silent --show-error --max-time 20 --cacert "$HELIOGATE_HOME/ca.pem" \
    --config <(jq --raw-output '"user = \"\(.client_id):\(.client_secret)\""' "$HELIOGATE_HOME/admin.json") \
    --data grant_type=client_credentials --data scope=admin "$HELIOGATE_ISSUER/oauth/token" 2>&1) ||
    die "the token endpoint did not answer: $answer"
  ADMIN_TOKEN=$(jq --raw-output '.access_token // empty' <<<"$answer" 2>/dev/null) || ADMIN_TOKEN=''
  [[ -n $ADMIN_TOKEN ]] || die "the administrator of admin.json was refused: ${answer:0:300}" \
    'Was the database replaced, but not admin.json? Run ./heliogate down, remove admin.json and secrets/initial-admin.json and start again.'
}

# api METHOD PATH [CURL-ARGUMENT...]: sets API_STATUS and API_BODY.
api() {
  local method=$1 path=$2 answer
  shift 2
  answer=$(curl --silent --show-error --max-time 120 --cacert "$HELIOGATE_HOME/ca.pem" --request "$method" \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$ADMIN_TOKEN") --write-out '\n%{http_code}' "$@" \
    "$HELIOGATE_ISSUER/admin/api/v1/$path" 2>&1) || die "$method $path got no answer: $answer"
  API_STATUS=${answer##*$'\n'}
  API_BODY=${answer%$'\n'*}
}

# api_expect STATUS-PATTERN WHAT
api_expect() {
  [[ $API_STATUS =~ ^($1)$ ]] || die "$2 was refused with $API_STATUS" "$(jq --raw-output '.detail // .title // .' <<<"$API_BODY" 2>/dev/null | head -c 600)"
}

# admin_register: the resource servers of the local instance.
admin_register() {
  admin_login
  api GET resource-servers/mqtt
  if [[ $API_STATUS == 404 ]]; then
    api POST resource-servers --header 'Content-Type: application/json' \
      --data '{"id":"mqtt","type":"mqtt","connection_factory":"java:/heliogate/rs/mqtt"}'
    api_expect '201' 'registering the MQTT broker'
  else
    api_expect '200' 'reading the resource server mqtt'
  fi
}
