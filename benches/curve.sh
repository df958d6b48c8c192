#!/usr/bin/env bash
# How the cost of an import grows with its size, and what a day's export costs on top of each: a year of 35 groups with
# 100,000, 300,000 and 1,000,000 messages into an empty database, then the next day's 3,000, then the same year again.
# Prints CPU seconds, elapsed seconds and the memory needed at most (targets: near-linear; at most 600 MB; the day at
# most 2 CPU seconds on a million).
#
#   benches/curve.sh [MESSAGES...]      needs cargo, python3 and some 3 GB of temporary space
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 100000 300000 1000000
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cargo build --locked --release --quiet
program="${QUNBOX:-${CARGO_TARGET_DIR:-target}/release/qunbox}"
year() { if [ -n "${YEAR:-}" ]; then "$YEAR" "$@"; else cargo bench --locked --quiet --bench year -- "$@"; fi; }
year "$work/day" 3000 7 365 1 >"$work/said.txt"

python3 - "$work" "$@" <<'PY'
import os, platform
print(f"{'messages':>10}{'':22}{'CPU s':>8}{'µs each':>9}{'elapsed s':>11}{'peak MB':>9}")
PY
for messages in "$@"; do
    rm -rf "$work/year" "$work/data"
    year "$work/year" "$messages" >"$work/said.txt"
    python3 - "$messages" "$program" "$work" <<'PY'
import json, os, sys, time
messages, program, work = int(sys.argv[1]), sys.argv[2], sys.argv[3]
common = [program, "--data-dir", f"{work}/data", "--now", "2027-01-02T08:00:00+08:00", "--json", "import"]
for name, folder, count in (("import", "year", messages), ("the next day's 3,000", "day", 3000), ("the same files again", "year", messages)):
    start = time.monotonic()
    out = open(f"{work}/report.json", "wb")
    pid = os.posix_spawn(program, common + [f"{work}/{folder}"], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
    _, status, used = os.wait4(pid, 0)
    out.close()
    totals = json.load(open(f"{work}/report.json"))["totals"]
    expected = 0 if name.startswith("the same") else count
    if status != 0 or totals["new"] != expected:
        sys.exit(f"{name}: status {status}, {totals}")
    cpu = used.ru_utime + used.ru_stime
    print(f"{messages:10,}  {name:20}{cpu:8.2f}{cpu / count * 1e6:9.1f}{time.monotonic() - start:11.2f}{used.ru_maxrss / 1024:9.0f}", flush=True)
PY
done
