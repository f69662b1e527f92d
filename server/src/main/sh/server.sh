# shellcheck shell=bash
# The server: a base directory that the CLI scripts configure, and one Java process.

readonly CLI_SOURCES=$HELIOGATE_ROOT/server/src/main/cli
readonly SERVER_PATIENCE=180
readonly SERVER_START_AGAIN=10

server_scripts() { # before | after: the scripts around the filling of the credential-store
  if [[ $1 == before ]]; then
    printf '%s\n' "$CLI_SOURCES"/{10-base,20-keys}.cli
  else
    local database=h2 keys=pkcs11
    [[ -z $HELIOGATE_DB_URL ]] || database=postgresql
    if evaluation_mode; then keys=pkcs12; fi
    printf '%s\n' "$CLI_SOURCES"/{30-https,40-datasource-$database,50-keys-$keys,60-resource-adapters,70-observability,80-application}.cli
  fi
}

# server_database_password: the file that holds it.
server_database_password() {
  if [[ -z $HELIOGATE_DB_URL ]]; then
    printf '%s' "$HELIOGATE_HOME/secrets/database.password"
  else
    [[ -r ${HELIOGATE_DB_PASSWORD_FILE:-} ]] ||
      die 'HELIOGATE_DB_URL is set, but HELIOGATE_DB_PASSWORD_FILE names no readable file' 'Put the password of the database user into a file of mode 600.'
    printf '%s' "$HELIOGATE_DB_PASSWORD_FILE"
  fi
}

# server_aliases: the credential-store's content, as commands. Only ever written to a pipe.
server_aliases() {
  server_alias hsm-pin "$HELIOGATE_HOME/secrets/hsm.pin"
  server_alias keystore "$HELIOGATE_HOME/secrets/keystore.password"
  server_alias mqtt-proxy "$HELIOGATE_HOME/secrets/keystore.password"
  server_alias database "$(server_database_password)"
}

server_alias() { # ALIAS FILE
  local value
  value=$(<"$2")
  value=${value//\\/\\\\}
  value=${value//\"/\\\"}
  printf '/subsystem=elytron/credential-store=heliogate:add-alias(alias=%s,secret-value="%s")\n' "$1" "$value"
}

# server_configuration_digest: over all that the configured directory is made of.
server_configuration_digest() {
  local database script
  database=$(server_database_password)
  {
    while IFS= read -r script; do cat "$script"; done < <(server_scripts before && server_scripts after)
    cat "$HELIOGATE_HOME"/secrets/{hsm.pin,keystore.password,credential-store.password} "$database"
    cat "$WILDFLY/standalone/configuration/standalone.xml"
  } | sha256sum | cut -d ' ' -f 1
}

# server_configure: makes server/configuration anew when something that it is made of changed. server/data stays.
server_configure() {
  local base=$HELIOGATE_HOME/server digest began work
  digest=$(server_configuration_digest)
  [[ ! -f $base/configuration/standalone.xml || $(cat "$base/configuration/digest" 2>/dev/null) != "$digest" ]] || return 0
  began=$(now_ms)
  live 'configuring the server'
  work=$HELIOGATE_HOME/server.new
  rm -rf -- "$work"
  mkdir -p "$work/configuration" "$work/deployments"
  cp "$WILDFLY"/standalone/configuration/{standalone.xml,logging.properties,mgmt-users.properties,mgmt-groups.properties,application-users.properties,application-roles.properties} \
    "$work/configuration/"
  local -a before after provider
  mapfile -t provider < <(server_provider)
  mapfile -t before < <(server_scripts before)
  mapfile -t after < <(server_scripts after)
  if ! JBOSS_HOME=$WILDFLY "$SERVER_JAVA_HOME/bin/java" -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${provider[@]}" \
    -Djboss.server.base.dir="$work" -jar "$WILDFLY/jboss-modules.jar" -mp "$WILDFLY/modules" org.jboss.as.cli \
    --no-color-output --no-output-paging \
    --file=<(
      printf 'embed-server --std-out=discard\n'
      cat "${before[@]}"
      server_aliases
      cat "${after[@]}"
      printf 'stop-embedded-server\n'
    ) </dev/null >"$LOGS/configuration.log" 2>&1; then
    die "the server could not be configured; from $LOGS/configuration.log:" "$(grep -A 4 -m 2 -E 'WFLY|rror' "$LOGS/configuration.log" | cut -c 1-300)"
  fi
  chmod 600 "$work"/configuration/*.*
  rm -rf -- "$work/configuration/standalone_xml_history"
  printf '%s\n' "$digest" >"$work/configuration/digest"
  mkdir -p "$base"
  rm -rf -- "$base/configuration" "$base/tmp"
  mv -- "$work/configuration" "$base/configuration"
  rm -rf -- "$work"
  done_step 'configured the server' "$(elapsed_ms "$began")"
}

# server_provider: the option that gives the JVM its PKCS#11 provider.
server_provider() { evaluation_mode || printf '%s\n' "-Djava.security.properties=$HELIOGATE_HOME/hsm/java.security"; }

# server_digest: what a running server was started with.
server_digest() {
  {
    cat "$HELIOGATE_HOME"/server/configuration/digest "$HELIOGATE_HOME"/pki/{https,trust,mqtt-proxy}.p12 \
      "$HELIOGATE_HOME/secrets/initial-admin.json" "$EAR"
    printf '%s\n' "$SERVER_JAVA_HOME" "$HELIOGATE_PORT_OFFSET" "$HELIOGATE_DB_URL" "$HELIOGATE_DB_USER" \
      "$HELIOGATE_CLIENT_AUTHENTICATION_DISABLED" "$HELIOGATE_SHORT_LIVED_CERTIFICATES" "${HELIOGATE_JAVA_OPTS:-}"
  } | sha256sum | cut -d ' ' -f 1
}

server_options() {
  # As WildFly's own standalone.sh gives them.
  printf '%s\n' --add-exports=java.desktop/sun.awt=ALL-UNNAMED --add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED \
    --add-exports=java.naming/com.sun.jndi.url.ldap=ALL-UNNAMED --add-exports=java.naming/com.sun.jndi.url.ldaps=ALL-UNNAMED \
    --add-exports=jdk.naming.dns/com.sun.jndi.dns=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
    --add-opens=java.base/java.lang.invoke=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED \
    --add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/java.net=ALL-UNNAMED \
    --add-opens=java.base/java.security=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED \
    --add-opens=java.base/java.util.concurrent=ALL-UNNAMED --add-opens=java.management/javax.management=ALL-UNNAMED \
    --add-opens=java.naming/javax.naming=ALL-UNNAMED
  # Known, harmless warnings of newer versions.
  if ((SERVER_JAVA_FEATURE >= 24)); then printf '%s\n' --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED; fi
  # The heap is small: its throughput counts, not the pause of a full collection. Two collectors are none.
  [[ ${HELIOGATE_JAVA_OPTS:-} =~ -XX:\+Use[A-Za-z0-9]+GC ]] || printf '%s\n' -XX:+UseParallelGC
  printf '%s\n' -Xms512m -Xmx1g -XX:+ExitOnOutOfMemoryError -Djava.net.preferIPv4Stack=true -Djava.awt.headless=true \
    -Djboss.home.dir="$WILDFLY" -Djboss.server.base.dir="$HELIOGATE_HOME/server" -Djboss.server.log.dir="$HELIOGATE_HOME/server/log" \
    -Djboss.bind.address=127.0.0.1 -Djboss.bind.address.management=127.0.0.1 -Djboss.tx.node.id=heliogate \
    -Djboss.socket.binding.port-offset="$HELIOGATE_PORT_OFFSET" -Dorg.wildfly.sigterm.suspend.timeout=5
  server_provider
}

server_up() {
  local base=$HELIOGATE_HOME/server began digest
  if process_runs server && process_runs supervisor && [[ $(cat "$RUN/server.digest" 2>/dev/null) == "$(server_digest 2>/dev/null)" &&
    $(server_configuration_digest) == "$(cat "$base/configuration/digest" 2>/dev/null)" ]]; then
    server_await "$(now_ms)"
    return
  fi
  if process_runs server; then say '  something changed: the server is started again'; fi
  process_stop supervisor 5 >/dev/null
  process_stop server 30 >/dev/null
  ports_claim 'the server' "$PORT_HTTPS" "$PORT_PKI" "$PORT_MANAGEMENT"
  server_configure
  began=$(now_ms)
  mkdir -p "$base/deployments"
  cmp -s "$EAR" "$base/deployments/heliogate.ear" || cp -- "$EAR" "$base/deployments/heliogate.ear"
  digest=$(server_digest)
  mkdir -p "$base/log"
  [[ ! -e $base/log/server.log ]] || mv -f -- "$base/log/server.log" "$base/log/server.log.previous"
  : >"$LOGS/server.out"
  rm -f -- "$RUN/server.pid"
  JAVA_HOME=$SERVER_JAVA_HOME process_start supervisor "$LOGS/supervisor.log" "$HELIOGATE_ROOT/heliogate" supervise
  until [[ -s $RUN/server.pid ]]; do
    process_runs supervisor || die "the server's supervisor ended:" "$(tail -n 3 "$LOGS/supervisor.log")"
    sleep 0.05
  done
  printf '%s\n' "$digest" | write_file "$RUN/server.digest"
  ln -sfn ../server/log/server.log "$LOGS/server.log"
  server_await "$began"
  done_step "server on Java $SERVER_JAVA_FEATURE" "$(elapsed_ms "$began")"
}

# server_supervise: the server as a child, which is started again when it ends with the exit code that asks for it (as
# WildFly's own standalone.sh does), and only then. The shorter it lived, the longer the pause before. Asked to end, this
# ends and leaves the server alone.
server_supervise() {
  local code began pause=1 leave=no
  local -a options extra
  mapfile -t options < <(server_options)
  read -r -a extra <<<"${HELIOGATE_JAVA_OPTS:-}"
  trap 'leave=yes' TERM
  while :; do
    began=$(now_ms)
    process_child server "$LOGS/server.out" "$SERVER_JAVA_HOME/bin/java" "${options[@]}" "${extra[@]}" -Dheliogate.supervised=true \
      -jar "$WILDFLY/jboss-modules.jar" -mp "$WILDFLY/modules" org.jboss.as.standalone -c standalone.xml
    code=0
    wait "$!" || code=$?
    [[ $leave == no ]] || return 0
    if ((code != SERVER_START_AGAIN)); then
      printf '%(%FT%T%z)T the server ended with exit code %d\n' -1 "$code"
      return
    fi
    if (($(elapsed_ms "$began") >= 120000)); then pause=1; fi
    printf '%(%FT%T%z)T the server wants to be started again: in %d s\n' -1 "$pause"
    sleep "$pause" &
    wait "$!" || true
    [[ $leave == no ]] || return 0
    pause=$((pause < 32 ? pause * 2 : 60))
  done
}

server_ready() { [[ $(curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$PORT_MANAGEMENT/health/ready") == 200 ]]; }

# server_await BEGAN: until it is ready; ends the command with the reason when it will not be.
server_await() {
  local began=$1 log=$HELIOGATE_HOME/server/log/server.log
  until server_ready; do
    process_runs server || server_diagnose 'the server ended during its start'
    if grep -qs 'WFLYSRV0026' "$log"; then server_diagnose 'the server started with errors'; fi
    (($(elapsed_ms "$began") < SERVER_PATIENCE * 1000)) || server_diagnose "the server is not ready after $SERVER_PATIENCE s"
    live "starting the server, $(seconds "$(elapsed_ms "$began")")"
    sleep 0.2
  done
  live_end
}
