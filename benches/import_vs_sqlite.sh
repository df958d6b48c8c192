#!/usr/bin/env bash
# A year of 35 groups through the whole program, against the sqlite3 shell loading the same rows into a table with the same
# indexes and the same full-text index. Prints CPU seconds of both, the ratio (target: at most 2.5), the share that a second
# import of the same files costs (target: under a tenth of sqlite3's time), and the memory each needed at most.
#
#   benches/import_vs_sqlite.sh [MESSAGES]      300,000 when no number is given; needs cargo, python3, sqlite3
set -euo pipefail
cd "$(dirname "$0")/.."
messages="${1:-300000}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cargo build --locked --release --quiet
cargo bench --locked --quiet --bench year -- "$work/year" "$messages"
program="${CARGO_TARGET_DIR:-target}/release/qunbox"

# Runs a command, prints `CPU-seconds elapsed-seconds peak-MB`. Its own output goes to a file.
measure() {
    python3 - "$work/output.txt" "$@" <<'PY'
import resource, subprocess, sys, time
start = time.monotonic()
with open(sys.argv[1], "wb") as out:
    code = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if code != 0:
    sys.exit(open(sys.argv[1], errors="replace").read() + f"\n{sys.argv[2:]}: exit code {code}")
print(f"{used.ru_utime + used.ru_stime:.2f} {time.monotonic() - start:.2f} {used.ru_maxrss / 1024:.0f}")
PY
}

data="$work/data"
first=$(measure "$program" --data-dir "$data" --now 2027-01-01T08:00:00+08:00 import "$work/year")
again=$(measure "$program" --data-dir "$data" --now 2027-01-01T08:00:00+08:00 import "$work/year")

# The rows as tab-separated text, and the script that loads them.
cargo bench --locked --quiet --bench dump -- "$data/qunbox.db" "$work"
shell=$(measure sqlite3 "$work/reference.db" ".read $work/load.sql")
loaded=$(tail -n 1 "$work/output.txt")
echo "loaded by the shell: $loaded rows"

python3 - "$first" "$again" "$shell" <<'PY'
import os, platform, sys
first, again, shell = (tuple(map(float, text.split())) for text in sys.argv[1:])
print(f"{'':24}{'CPU s':>9}{'elapsed s':>11}{'peak MB':>9}")
for name, (cpu, elapsed, memory) in (("qunbox import", first), ("the same files again", again), ("sqlite3 .import", shell)):
    print(f"{name:24}{cpu:9.2f}{elapsed:11.2f}{memory:9.0f}")
print(f"import / sqlite3     {first[0] / shell[0]:.2f}   (target: at most 2.5)")
print(f"re-import / sqlite3  {again[0] / shell[0]:.3f}  (target: under 0.1)")
print(f"{os.cpu_count()} cores, {platform.machine()}")
PY
