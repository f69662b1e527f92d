# shellcheck shell=bash
# The Maven build, only when a source changed.

readonly BUILD_MODULES=server,ear,hsm-integration,device-client

# build_digest: over what a build reads: names and content of POMs and main sources.
build_digest() {
  cd "$HELIOGATE_ROOT" || return
  {
    find . \( -name target -o -name node_modules -o -name '.*' ! -name . ! -name .mvn \) -prune -o \
      -type f \( -name pom.xml -o -path './.mvn/*' -o -path './*/src/main/*' -o -path './resource-proxy-spi/src/*' \) \
      ! -path './server/src/main/sh/*' ! -path './server/src/main/cli/*' ! -path './server/src/main/demo/*' -print0 |
      sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d ' ' -f 1
}

build_current() { # DIGEST
  [[ -f $EAR && -f $WILDFLY/jboss-modules.jar && $(cat "$HELIOGATE_ROOT/target/build.sha256" 2>/dev/null) == "$1" ]]
}

build_record() { printf '%s\n' "$1" >"$HELIOGATE_ROOT/target/build.sha256"; }

build_ensure() {
  local digest began total downloads count log=$HELIOGATE_ROOT/target/build.log
  lock_tree
  digest=$(build_digest)
  if build_current "$digest"; then
    done_step 'nothing changed: no Maven run'
    unlock_tree
    return
  fi
  began=$(now_ms)
  $LIVE && live 'building (the first time, Maven also downloads what the build needs)'
  if ! maven -Pfast --projects "$BUILD_MODULES" --also-make package \
    -Dorg.slf4j.simpleLogger.showDateTime=true -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS >"$log" 2>&1; then
    die "the build failed; the errors in $log:" "$(grep -m 12 'ERROR' "$log" | cut -c 1-220)"
  fi
  total=$(elapsed_ms "$began")
  read -r downloads count < <(awk -f "$HELIOGATE_ROOT/server/src/main/sh/downloads.awk" "$log")
  ((count == 0)) || done_step "downloaded $count files by Maven" "$downloads"
  done_step 'built' $((total - downloads))
  build_record "$digest"
  unlock_tree
}
