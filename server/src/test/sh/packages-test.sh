#!/usr/bin/env bash
# The installation of packages, with a package manager of the test's own and a policy file of the test's own.
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

installer=$HELIOGATE_ROOT/server/src/main/sh/root/install-packages
export HELIOGATE_POLICY_RC_D=$SCRATCH/policy-rc.d TMPDIR=$SCRATCH
mkdir -p "$SCRATCH/bin"
cat >"$SCRATCH/bin/apt-get" <<'APT'
#!/usr/bin/env bash
[[ $* == update ]] && exit 0
"$HELIOGATE_POLICY_RC_D" mosquitto start
echo "policy $?" >>"$TMPDIR/seen"
[[ ! -e $TMPDIR/wait ]] || { touch "$TMPDIR/waiting"; sleep 1000 & echo $! >"$TMPDIR/sleeping"; wait; }
[[ ! -e $TMPDIR/fail ]]
APT
printf '#!/bin/sh\nexit 0\n' >"$SCRATCH/bin/systemctl"
printf '#!/bin/sh\necho /lib/systemd/system/mosquitto.service\n' >"$SCRATCH/bin/dpkg-query"
chmod 755 "$SCRATCH"/bin/*
PATH=$SCRATCH/bin:$PATH
run() { bash "$installer" mosquitto </dev/null; }
nothing_left() { [[ ! -e $HELIOGATE_POLICY_RC_D && ! -e $HELIOGATE_POLICY_RC_D.heliogate-aside ]]; }
same_policy() { equal "$(stat -c '%a %Y' "$HELIOGATE_POLICY_RC_D") $(cat "$HELIOGATE_POLICY_RC_D")" "$expected" && [[ ! -e $HELIOGATE_POLICY_RC_D.heliogate-aside ]]; }

check installWhenNoPolicyThenSucceeds run
check installWhenItRunsThenServicesAreDenied equal "$(cat "$SCRATCH/seen")" 'policy 101'
check installWhenNoPolicyThenNoneAfterwards nothing_left

printf '#!/bin/sh\n# the administrator'"'"'s own\nexit 104\n' >"$HELIOGATE_POLICY_RC_D"
chmod 751 "$HELIOGATE_POLICY_RC_D"
touch -d '2020-01-01' "$HELIOGATE_POLICY_RC_D"
expected="$(stat -c '%a %Y' "$HELIOGATE_POLICY_RC_D") $(cat "$HELIOGATE_POLICY_RC_D")"
check installWhenPolicyExistsThenSucceeds run
check installWhenPolicyExistsThenItIsBack same_policy
touch "$SCRATCH/fail"
check installWhenItFailsThenSaysSo refuses run
check installWhenItFailsThenPolicyIsBack same_policy
rm "$SCRATCH/fail"

interrupt() { # SIGNAL
  touch "$SCRATCH/wait"
  rm -f "$SCRATCH/waiting"
  setsid bash "$installer" mosquitto </dev/null &
  local pid=$!
  eventually test -e "$SCRATCH/waiting" || return 1
  kill "-$1" -- "-$pid"
  wait "$pid"
  rm -f "$SCRATCH/wait"
  eventually refuses process_identity "$(cat "$SCRATCH/sleeping")"
}
check installWhenInterruptedThenEnds interrupt TERM
check installWhenInterruptedThenPolicyIsBack same_policy
check installWhenKilledThenEnds interrupt KILL
check installWhenKilledThenTheNextSucceeds run
check installWhenKilledThenTheNextPutsThePolicyBack same_policy
rm -f "$HELIOGATE_POLICY_RC_D"
ln -s /bin/true "$HELIOGATE_POLICY_RC_D"
check installWhenPolicyIsALinkThenSucceeds run
check installWhenPolicyIsALinkThenItIsBack equal "$(readlink "$HELIOGATE_POLICY_RC_D")" /bin/true
