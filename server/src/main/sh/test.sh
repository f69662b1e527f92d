# shellcheck shell=bash
# All tests, one account of them.

readonly PACKAGES_TEST='gnutls-bin iproute2 procps postgresql rabbitmq-server'

command_test() {
  local full=false option failed=false began
  for option; do
    case $option in
      --yes | -y) ASSUME_YES=true ;;
      --full) full=true ;;
      *) die "test has no option '$option'" 'See: ./heliogate test --help' ;;
    esac
  done
  began=$(now_ms)
  export HELIOGATE_HOME=$HELIOGATE_ROOT/target/it/home HELIOGATE_PORT_OFFSET=${HELIOGATE_TEST_PORT_OFFSET:-2000}
  unset HELIOGATE_DB_URL HELIOGATE_DB_USER
  settings_load
  # shellcheck disable=SC2086 # one word a package
  [[ ${HELIOGATE_PACKAGES:-} == present ]] || packages_ensure $PACKAGES_RUN $PACKAGES_TEST
  java_choose
  test_forget
  trap test_cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  heading 'Tests of the script'
  test_scripts || failed=true
  heading 'Unit and contract tests'
  test_maven unit "$full" --projects '!arquillian-tests' verify || failed=true
  if [[ -f $EAR && -f $WILDFLY/jboss-modules.jar ]]; then
    heading 'Integration tests, against an instance of their own'
    # In a shell of its own, so that a failing start is counted, not the end; outside a condition, where -e would not hold.
    local code=0
    set +e
    (
      set -e
      instance_up
    )
    code=$?
    set -e
    if ((code != 0)); then
      failed=true TEST_BROKEN=1
    else
      test_maven integration "$full" -Pinstance --projects arquillian-tests --also-make verify || failed=true
      heading 'Clients of others on Node.js, against the same instance'
      test_node || failed=true
    fi
  else
    warn 'no integration tests: there is no application to test'
    failed=true
  fi
  heading "$(seconds "$(elapsed_ms "$began")") in all"
  $failed && say "Reports: */target/surefire-reports, */target/failsafe-reports; logs: target/test-*.log and $HELIOGATE_HOME/logs"
  test_totals || failed=true
  ! $failed
}

# test_forget: earlier reports, and an earlier instance that was not ended.
test_forget() {
  find "$HELIOGATE_ROOT" -path '*/target/*-reports/TEST-*.xml' -delete
  if [[ -d $RUN ]]; then instance_down >/dev/null; fi
  rm -rf -- "$HELIOGATE_HOME"
  TESTS_PASSED=0 TESTS_FAILED=0 TEST_BROKEN=0
}

test_cleanup() {
  local code=$?
  trap - EXIT
  if [[ -d $RUN ]]; then instance_down >/dev/null || true; fi
  exit "$code"
}

# test_maven NAME FULL ARGUMENT...: one Maven run, its output in a log; on a terminal also the module it is at.
test_maven() {
  local name=$1 full=$2 log began
  shift 2
  log=$HELIOGATE_ROOT/target/test-$name.log
  began=$(now_ms)
  mkdir -p "$HELIOGATE_ROOT/target"
  local -a options=(--fail-at-end)
  if $full; then options+=(-Pfull); fi
  # Not for the integration tests: those of faults run ./heliogate up, which takes the lock itself.
  [[ $name == integration ]] || lock_tree
  if maven "${options[@]}" "$@" >"$log" 2>&1; then
    unlock_tree
    # A full build is also what up needs.
    [[ $name != unit ]] || build_record "$(build_digest)"
    done_step "$name tests" "$(elapsed_ms "$began")"
    return
  fi
  unlock_tree
  say "${RED}  the Maven run of the $name tests failed; from $log:$PLAIN"
  grep -E '^\[ERROR\]' "$log" | awk '!seen[$0]++' | head -n 25 | cut -c 1-220 | sed 's/^/    /'
  TEST_BROKEN=1
  return 1
}

# test_node: interop-node/test/*.test.js, each with a report of its own, whose one suite test_totals counts.
test_node() {
  local directory=$HELIOGATE_ROOT/interop-node log=$HELIOGATE_ROOT/target/test-node.log began test code=0
  local reports=$directory/target/node-reports
  began=$(now_ms)
  mkdir -p "$reports"
  if ! node_modern || ! (cd "$directory" && npm ci) >"$log" 2>&1; then
    say "${RED}  the tests on Node.js need Node.js 20.11 or newer, and npm to reach its registry; see $log$PLAIN"
    TEST_BROKEN=1
    return 1
  fi
  for test in "$directory"/test/*.test.js; do
    NODE_EXTRA_CA_CERTS=$HELIOGATE_HOME/ca.pem node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit \
      --test-reporter-destination="$reports/TEST-$(basename "$test" .test.js).xml" "$test" >>"$log" 2>&1 || code=1
  done
  if ((code == 0)); then
    done_step 'tests on Node.js' "$(elapsed_ms "$began")"
    return
  fi
  say "${RED}  tests on Node.js failed; from $log:$PLAIN"
  grep -E '^ *✖' "$log" | awk '!seen[$0]++' | head -n 25 | cut -c 1-220 | sed 's/^/    /' || true
  TEST_BROKEN=1
  return 1
}

node_modern() {
  command -v node npm >/dev/null &&
    node --eval 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 11) ? 0 : 1)'
}

# test_scripts: server/src/test/sh/*.sh, each a program that prints "ok NAME" or "not ok NAME" lines.
test_scripts() {
  local script output code=0
  for script in "$HELIOGATE_ROOT"/server/src/test/sh/*-test.sh; do
    output=$(bash "$script" 2>&1) || code=1
    grep -vE '^ok ' <<<"$output" | sed 's/^/    /' || true
    TESTS_PASSED=$((TESTS_PASSED + $(grep -c '^ok ' <<<"$output" || true)))
    TESTS_FAILED=$((TESTS_FAILED + $(grep -c '^not ok ' <<<"$output" || true)))
  done
  ((code == 0)) && done_step "$TESTS_PASSED tests of the script"
  return "$code"
}

# test_totals: the last line; fails when something failed, or when a run broke without a failed test to show for it.
test_totals() {
  local passed failed skipped
  read -r passed failed skipped < <(
    find "$HELIOGATE_ROOT" -path '*/target/*-reports/TEST-*.xml' -print0 |
      xargs -0 --no-run-if-empty grep -hoE -m 1 '<testsuite .*' |
      awk -v passed="$TESTS_PASSED" -v failed="$TESTS_FAILED" '
        function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0 }
        { bad = value("errors") + value("failures"); skip = value("skipped"); failed += bad; skipped += skip; passed += value("tests") - bad - skip }
        END { printf "%d %d %d\n", passed, failed, skipped }'
  )
  if ((failed == 0 && TEST_BROKEN)); then
    warn 'a run broke off without a failed test to show for it: it counts as one'
    failed=1
  fi
  say "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0))
}
