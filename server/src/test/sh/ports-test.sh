#!/usr/bin/env bash
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

free=0
for candidate in {29100..29199}; do
  if ! port_open "$candidate"; then
    free=$candidate
    break
  fi
done
check portWhenNobodyListensThenClosed refuses port_open "$free"
check portsWhenFreeThenClaimed ports_claim 'the test' "$free"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$SCRATCH/key.pem" -out "$SCRATCH/cert.pem" -subj /CN=localhost 2>/dev/null
process_start listener "$LOGS/listener.log" openssl s_server -accept "127.0.0.1:$free" -quiet -cert "$SCRATCH/cert.pem" -key "$SCRATCH/key.pem"
STARTED+=("$(process_pid listener)")
check portWhenItsProcessListensThenAwaited port_await "$free" listener 5
claim() { (ports_claim 'the test' "$free") 2>&1; }
check portsWhenTakenThenRefused refuses claim
check portsWhenTakenThenNamesThePort grep -q "port $free, which the test needs" <(claim)
check portsWhenTakenThenNamesTheRemedy grep -q HELIOGATE_PORT_OFFSET <(claim)
process_stop listener 5 >/dev/null
check portWhenItsProcessEndedThenGivenUp refuses port_await "$free" listener 5

offset() { (HELIOGATE_PORT_OFFSET=$1 settings_load) 2>/dev/null; }
for bad in -1 x 55001 999999 ' 1'; do check "offsetWhen'$bad'ThenRefused" refuses offset "$bad"; done
for good in 0 010 55000; do check "offsetWhen'$good'ThenTaken" offset "$good"; done
# shellcheck disable=SC2016 # a dollar sign is what is tested
for bad in 'a,b' 'a$b' "a'b" 'a|b'; do
  home() { (HELIOGATE_HOME=/tmp/$bad settings_load) 2>/dev/null; }
  check "homeWhen'$bad'ThenRefused" refuses home
done
