# shellcheck shell=bash
# Why the server did not start, and what to do.

# server_diagnose WHAT: ends the command.
server_diagnose() {
  local log=$HELIOGATE_HOME/server/log/server.log evidence down remedy
  down=$(curl --silent --max-time 5 "http://127.0.0.1:$PORT_MANAGEMENT/health/ready" |
    jq --raw-output '[.checks[]? | select(.status != "UP") | .name] | "health checks that are down: \(if . == [] then "none" else join(", ") end)"' 2>/dev/null) || down=''
  evidence=$(
    grep -hE ' (ERROR|FATAL) |Caused by: |^Error|OutOfMemory' "$log" "$LOGS/server.out" 2>/dev/null |
      awk '{ key = $0; sub(/^.*Caused by: /, "", key); gsub(/"[},]*$/, "", key) } !seen[key]++' | head -n 6 | cut -c 1-300
  ) || evidence=''
  remedy=$(server_remedy "$log")
  die "$1" "${down:-no health report}" "${evidence:-nothing in the log}" "$remedy" "The whole log: $log" "What the JVM printed: $LOGS/server.out"
}

server_remedy() { # LOG
  local text
  text=$(cat "$1" "$LOGS/server.out" 2>/dev/null) || text=''
  case $text in
    *"No suitable provider found for type 'PKCS11'"* | *"slotListIndex"* | *CKR_*)
      printf 'The HSM cannot be used: is %s installed, %s/hsm/tokens complete, the PIN in secrets/hsm.pin right?' "$SOFTHSM_LIBRARY" "$HELIOGATE_HOME" ;;
    *'Address already in use'*) printf 'A port was taken meanwhile: choose others with HELIOGATE_PORT_OFFSET.' ;;
    *'keystore password was incorrect'* | *'Parameter '"'credential'"' may not be null'*)
      printf 'A password in %s/secrets does not fit its store: restore those files.' "$HELIOGATE_HOME" ;;
    *'Database may be already in use'*) printf 'Another process has the database open: end it, then ./heliogate up again.' ;;
    *'FATAL: password authentication failed'* | *'Connection to '*' refused'*)
      printf 'The database cannot be reached: check HELIOGATE_DB_URL, HELIOGATE_DB_USER and the password file.' ;;
    *OutOfMemory* | *'insufficient memory'*) printf 'Too little memory: the server needs about 1 GB; see HELIOGATE_JAVA_OPTS.' ;;
    *) printf 'Read the first error; ./heliogate up tries again.' ;;
  esac
}
