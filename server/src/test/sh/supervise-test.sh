#!/usr/bin/env bash
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

# A Java that ends as the test wants, instead of the server.
SERVER_JAVA_HOME=$SCRATCH/java SERVER_JAVA_FEATURE=17
mkdir -p "$SERVER_JAVA_HOME/bin"
cat >"$SERVER_JAVA_HOME/bin/java" <<'JAVA'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$STARTS"
[[ -e $STARTS.goes-on ]] && exec sleep 1000
(($(wc -l <"$STARTS") < 3)) && exit 10
exit 1
JAVA
chmod +x "$SERVER_JAVA_HOME/bin/java"
export STARTS=$SCRATCH/starts

supervise() { server_supervise >"$SCRATCH/supervised" 2>&1; }

check superviseWhenTheServerEndsThenEndsToo supervise
check superviseWhenItAsksForItThenStartsItAgain equal "$(wc -l <"$STARTS")" 3
check superviseWhenItEndsOtherwiseThenSaysHow grep -q 'ended with exit code 1$' "$SCRATCH/supervised"
check superviseWhenItLivesShortlyThenThePauseGrows equal "$(grep -o 'in [0-9]* s' "$SCRATCH/supervised" | tr '\n' ,)" 'in 1 s,in 2 s,'
check superviseThenTheServerKnowsOfIt grep -q -e '-Dheliogate.supervised=true' "$STARTS"

: >"$STARTS.goes-on"
supervise &
supervisor=$!
STARTED+=("$supervisor")
eventually process_runs server
server=$(process_pid server)
STARTED+=("$server")
kill -TERM "$supervisor"
check superviseWhenAskedToEndThenEnds eventually refuses kill -0 "$supervisor"
check superviseWhenAskedToEndThenLeavesTheServerAlone kill -0 "$server"
