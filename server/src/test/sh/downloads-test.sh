#!/usr/bin/env bash
# shellcheck source=harness.bash
source "$(dirname "$0")/harness.bash"

measured() { awk -f "$HELIOGATE_ROOT/server/src/main/sh/downloads.awk"; }
check downloadsWhenNoneThenZero equal "$(printf '10:00:00.000 [INFO] BUILD SUCCESS\n' | measured)" '0 0'
check downloadsWhenTheyOverlapThenCountedOnce equal "$(measured <<'LOG'
10:00:00.000 [INFO] Downloading from central: https://example.org/a
10:00:01.000 [INFO] Downloading from central: https://example.org/b
10:00:02.000 [INFO] Downloaded from central: https://example.org/a (1 kB at 1 kB/s)
10:00:04.500 [INFO] Downloaded from central: https://example.org/b (1 kB at 1 kB/s)
10:00:09.000 [INFO] Compiling
10:00:10.000 [INFO] Downloading from central: https://example.org/c
10:00:10.250 [INFO] Downloaded from central: https://example.org/c (1 kB at 1 kB/s)
LOG
)" '4750 3'
check downloadsWhenOneIsNotFoundThenItEndsWithTheNextLine equal "$(measured <<'LOG'
10:00:00.000 [INFO] Downloading from central: https://example.org/a
10:00:02.000 [WARNING] Could not find artifact
10:00:30.000 [INFO] Compiling
LOG
)" '2000 0'
check downloadsWhenMidnightPassesThenStillRight equal "$(measured <<'LOG'
23:59:59.500 [INFO] Downloading from central: https://example.org/a
00:00:00.500 [INFO] Downloaded from central: https://example.org/a (1 kB at 1 kB/s)
LOG
)" '1000 1'
