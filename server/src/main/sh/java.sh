# shellcheck shell=bash
# Which JDK builds and which one runs.

java_feature() { # JAVA_HOME: prints 17, 25, …
  local version=''
  [[ -x $1/bin/java ]] || return 1
  if [[ -r $1/release ]]; then version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)"$/\1/p' "$1/release"); fi
  if [[ -z $version ]]; then version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p'); fi
  version=${version#1.}
  version=${version%%[!0-9]*}
  [[ -n $version ]] && printf '%s' "$version"
}

# java_choose: JAVA_HOME, else the newest from 17 on (signatures on elliptic curves are much faster there). Sets
# SERVER_JAVA_HOME and SERVER_JAVA_FEATURE.
java_choose() {
  local home feature
  SERVER_JAVA_HOME='' SERVER_JAVA_FEATURE=0
  if [[ -n ${JAVA_HOME:-} ]]; then
    feature=$(java_feature "$JAVA_HOME") || die "JAVA_HOME is $JAVA_HOME, where there is no Java" 'Unset it or point it to a JDK from 17 on.'
    ((feature >= 17)) || die "JAVA_HOME is Java $feature; 17 or newer is needed" 'Unset it or point it to a JDK from 17 on.'
    SERVER_JAVA_HOME=$JAVA_HOME SERVER_JAVA_FEATURE=$feature
    return
  fi
  local path_java=''
  if path_java=$(command -v java); then path_java=$(dirname "$(dirname "$(readlink -f "$path_java")")"); fi
  for home in "$path_java" /usr/lib/jvm/*; do
    if [[ -n $home ]] && feature=$(java_feature "$home") && ((feature >= 17 && feature > SERVER_JAVA_FEATURE)); then
      SERVER_JAVA_HOME=$(readlink -f "$home") SERVER_JAVA_FEATURE=$feature
    fi
  done
  [[ -n $SERVER_JAVA_HOME ]] || die 'no Java from 17 on was found' 'Install one: apt-get install openjdk-17-jdk-headless'
}

# maven ARGUMENT...: with the default JDK.
maven() {
  command -v mvn >/dev/null || die 'Maven was not found' 'Install it: apt-get install maven'
  if command -v javac >/dev/null; then
    (cd "$HELIOGATE_ROOT" && env --unset=JAVA_HOME mvn --batch-mode "$@" 8>&- 9>&-)
  else
    java_choose
    [[ -x $SERVER_JAVA_HOME/bin/javac ]] || die 'no Java compiler was found' 'Install one: apt-get install openjdk-17-jdk-headless'
    (cd "$HELIOGATE_ROOT" && JAVA_HOME=$SERVER_JAVA_HOME mvn --batch-mode "$@" 8>&- 9>&-)
  fi
}

# java_run MODULE CLASS ARGUMENT...: a command of ours, from the module's jar and the libraries beside it.
java_run() {
  local module=$HELIOGATE_ROOT/$1/target class=$2
  shift 2
  "$SERVER_JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$(java_class_path "$module")" "$class" "$@"
}

java_class_path() { # TARGET
  local jar
  for jar in "$1"/*.jar; do
    [[ $jar == *-sources.jar || $jar == *-tests.jar ]] || printf '%s:' "$jar"
  done
  printf '%s' "$1/lib/*"
}
