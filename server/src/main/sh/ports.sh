# shellcheck shell=bash
# Ports on loopback.

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# port_await PORT NAME SECONDS: until it answers; fails when the process ends or the time is over.
port_await() {
  local port=$1 name=$2 began
  began=$(now_ms)
  until port_open "$port"; do
    process_runs "$name" || return 1
    (($(elapsed_ms "$began") < $3 * 1000)) || return 1
    sleep 0.05
  done
}

# ports_claim WHAT PORT...: they must be free, as WHAT is not running yet.
ports_claim() {
  local what=$1 port
  shift
  for port; do
    if port_open "$port"; then
      die "port $port, which $what needs, is in use by something that this command did not start" \
        "See what it is:        ss -ltnp 'sport = :$port'" \
        "Or use other ports:    HELIOGATE_PORT_OFFSET=1000 ./heliogate up"
    fi
  done
}
