# shellcheck shell=bash
# The demonstration: from first contact to a published measurement, and what is refused.

readonly DEMO_DEVICES=20

command_demo() {
  local began first
  began=$(now_ms)
  heading 'Starting'
  instance_up
  first=$(now_ms)
  ELEMENTS=$HELIOGATE_HOME/secure-elements
  DEMO=$HELIOGATE_HOME/run/demo
  trap 'process_stop demo-subscriber 5 >/dev/null' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  rm -rf -- "$DEMO"
  mkdir -p "$DEMO"

  heading "$DEMO_DEVICES devices that nobody has configured"
  demo_personalise
  demo_workflow
  demo_manifest
  demo_application
  demo_subscribe

  heading 'From first contact to a measurement'
  demo_flow
  demo_received
  demo_account

  heading 'What is refused'
  demo_foreign_topic
  demo_unknown_device
  demo_replay

  heading "That took $(seconds "$(elapsed_ms "$first")") from the running instance on, $(seconds "$(elapsed_ms "$began")") in all. It keeps running."
  demo_next
}

demo_personalise() {
  local began
  began=$(now_ms)
  wams personalise --count "$DEMO_DEVICES" --manifest "$ELEMENTS/manifest.ndjson" --workflow state-estimation >"$DEMO/personalise.log" 2>&1 ||
    demo_failed 'the secure elements could not be made' personalise.log
  done_step "$DEMO_DEVICES secure elements, and their maker's manifest" "$(elapsed_ms "$began")"
}

demo_workflow() {
  api PUT workflows/state-estimation --header 'Content-Type: application/yaml' \
    --data-binary "@$HELIOGATE_ROOT/server/src/main/demo/state-estimation.yaml"
  api_expect '20[014]' 'the workflow state-estimation'
  done_step 'workflow state-estimation loaded'
}

demo_manifest() {
  local began id
  began=$(now_ms)
  api POST devices --header 'Content-Type: application/x-ndjson' --data-binary "@$ELEMENTS/manifest.ndjson"
  api_expect 200 'the manifest'
  [[ $(jq .failed <<<"$API_BODY") == 0 ]] || die 'lines of the manifest were refused' "$(jq --compact-output '.errors[:3]' <<<"$API_BODY")"
  if [[ $(jq .loaded <<<"$API_BODY") == 0 ]]; then
    # A repeated demonstration: the operator opens the devices' bootstrap once more; 409 means that it still is open.
    while read -r id; do
      api POST "devices/$id/rearm"
      api_expect '20[04]|409' "re-arming $id"
    done < <(jq --raw-output .master_id "$ELEMENTS/manifest.ndjson")
    done_step 'manifest known already: the devices are re-armed' "$(elapsed_ms "$began")"
  else
    done_step "manifest loaded: $(jq .loaded <<<"$API_BODY") devices" "$(elapsed_ms "$began")"
  fi
}

demo_application() {
  local began id secret=$HELIOGATE_HOME/secrets/state-estimator.secret
  began=$(now_ms)
  id=$(cat "$ELEMENTS/state-estimator.client" 2>/dev/null) || id=''
  if [[ -n $id && -s $secret ]]; then
    api GET "clients/$id"
    [[ $API_STATUS == 200 ]] || id=''
  fi
  if [[ -z $id || ! -s $secret ]]; then
    api POST clients --header 'Content-Type: application/json' \
      --data '{"name":"state-estimator","roles":["power-measurement-subscriber"],"authentication":["client_secret_basic"]}'
    api_expect 201 'the client state-estimator'
    jq --join-output .client_secret <<<"$API_BODY" | write_file "$secret"
    id=$(jq --raw-output .client_id <<<"$API_BODY")
    printf '%s' "$id" | write_file "$ELEMENTS/state-estimator.client"
  fi
  wams application credentials --name state-estimator --client-id "$id" --secret-file "$secret" >"$DEMO/application.log" 2>&1 ||
    demo_failed 'the application got no certificate' application.log
  done_step 'application state-estimator has its own certificate' "$(elapsed_ms "$began")"
}

demo_subscribe() {
  local began
  process_stop demo-subscriber 5 >/dev/null
  : >"$DEMO/received.log"
  process_start demo-subscriber "$DEMO/received.log" env --unset=SOFTHSM2_CONF JAVA_HOME="$SERVER_JAVA_HOME" WAMS_DIRECTORY="$ELEMENTS" \
    "$HELIOGATE_ROOT/device-client/src/main/sh/wams" subscribe --application state-estimator --topic 'wams/+/measurements' \
    --count "$DEMO_DEVICES" --timeout 10m
  began=$(now_ms)
  until grep -q '^subscribed ' "$DEMO/received.log"; do
    if ! process_runs demo-subscriber || (($(elapsed_ms "$began") > 30000)); then
      demo_failed 'the application could not subscribe' received.log
    fi
    sleep 0.1
  done
  done_step 'it subscribes to wams/+/measurements'
}

demo_flow() {
  local step began
  for step in bootstrap credentials publish; do
    began=$(now_ms)
    live "$step"
    wams "$step" --all --json >"$DEMO/$step.ndjson" 2>"$DEMO/$step.log" || demo_failed "not every device could do its $step" "$step.log"
    case $step in
      bootstrap) done_step "$DEMO_DEVICES devices bootstrapped; each made its key in its chip" "$(elapsed_ms "$began")" ;;
      credentials) done_step "$DEMO_DEVICES certificates, their rights enforced by the broker" "$(elapsed_ms "$began")" ;;
      publish) done_step "$DEMO_DEVICES measurements published over TLS with those keys" "$(elapsed_ms "$began")" ;;
    esac
  done
}

demo_received() {
  local began count=0
  began=$(now_ms)
  while ((count < DEMO_DEVICES)); do
    count=$(jq --raw-input --raw-output 'fromjson? | .topic // empty' "$DEMO/received.log" | sort -u | grep -c . || true)
    (($(elapsed_ms "$began") < 20000)) || demo_failed "the application received from $count devices only" received.log
    ((count >= DEMO_DEVICES)) || sleep 0.1
  done
  process_stop demo-subscriber 5 >/dev/null
  done_step "the application received one from each of the $DEMO_DEVICES"
}

demo_account() {
  printf '\n  %-46s %8s %8s %8s\n' 'milliseconds for a device' median fastest slowest
  demo_row bootstrap 'bootstrap, request to response'
  demo_row keygen 'key pair, made in the chip'
  demo_row aat 'access token, by one-time password'
  demo_row ticket_to_certificate 'ticket to certificate, its right enforced'
  demo_row connect 'connection to the broker'
  demo_row publish 'publication, acknowledged'
}

demo_row() { # STEP TEXT: of the first command that reports the step
  local file values
  for file in "$DEMO"/{bootstrap,credentials,publish}.ndjson; do
    values=$(jq --raw-output --slurp --arg step "$1" \
      'map(.timings_ms[$step] // empty) | sort | if . == [] then empty else [.[length / 2 | floor], .[0], .[-1]] | map(round) | @tsv end' "$file")
    if [[ -n $values ]]; then
      # shellcheck disable=SC2086 # three numbers
      printf '  %-46s %8d %8d %8d\n' "$2" $values
      return
    fi
  done
}

demo_first_device() { head -n 1 "$ELEMENTS/manifest.ndjson" | jq --raw-output .master_id; }
demo_second_device() { sed -n 2p "$ELEMENTS/manifest.ndjson" | jq --raw-output .master_id; }

demo_foreign_topic() {
  local one other code=0
  one=$(demo_first_device)
  other=$(demo_second_device)
  wams publish --device "$one" --topic "wams/$other/measurements" --json >"$DEMO/foreign.json" 2>"$DEMO/foreign.log" || code=$?
  ((code == 8)) || demo_failed "$one on the topic of $other was not refused by the broker (exit code $code)" foreign.log
  done_step "$one on the topic of $other: refused by the broker, reason $(jq '.error.reason_code' "$DEMO/foreign.json")"
}

demo_unknown_device() {
  local answer
  wams personalise --directory "$DEMO/unknown" --prefix UNKNOWN- --count 1 --manifest "$DEMO/unknown.ndjson" --workflow state-estimation \
    >"$DEMO/unknown.log" 2>&1 || demo_failed 'the unknown secure element could not be made' unknown.log
  answer=$(wams bootstrap --directory "$DEMO/unknown" --image "$ELEMENTS/heliogate.properties" --all --json 2>>"$DEMO/unknown.log" |
    jq --raw-output '"\(.error.status) \(.error.error)"') || true
  [[ $answer == '401 invalid_client' ]] || demo_failed "an unknown device was answered with '$answer'" unknown.log
  done_step "a device that no manifest names: $answer"
}

demo_replay() {
  local first second
  wams assertion --device "$(demo_first_device)" >"$DEMO/replay.jwt" 2>"$DEMO/replay.log" ||
    demo_failed 'the device made no assertion' replay.log
  first=$(demo_bootstrap "$DEMO/replay.jwt")
  second=$(demo_bootstrap "$DEMO/replay.jwt")
  [[ $first != "$second" && $second == '401 invalid_client' ]] ||
    die "a recorded request was answered with '$second' the second time, and with '$first' the first"
  done_step "a recorded request, sent again: $second (the first time: $first)"
}

# demo_bootstrap FILE: sends the assertion in it, prints the status and the error.
demo_bootstrap() {
  local answer
  answer=$(curl --silent --show-error --max-time 20 --cacert "$HELIOGATE_HOME/ca.pem" --write-out '\n%{http_code}' \
    --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
    --data-urlencode client_assertion@<(tr -d '\n' <"$1") "$HELIOGATE_ISSUER/bootstrap")
  printf '%s %s' "${answer##*$'\n'}" "$(jq --raw-output '.error // "accepted"' <<<"${answer%$'\n'*}")"
}

demo_failed() { # WHAT LOG
  process_stop demo-subscriber 5 >/dev/null
  die "$1; the end of $DEMO/$2:" "$(tail -n 8 "$DEMO/$2" | cut -c 1-300)"
}

demo_next() {
  cat <<TEXT
  what runs            ./heliogate status
  one more value       ./heliogate wams publish --device $(demo_first_device)
  what the API has     $HELIOGATE_ISSUER/openapi
  stop                 ./heliogate down
TEXT
}
