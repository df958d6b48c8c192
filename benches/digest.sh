#!/usr/bin/env bash
# What leaves the program, over a year of 35 groups: CPU seconds and memory of digests in every format, reports and the
# hand-over. Target: a digest over 300,000 messages under 1 CPU second.
#
#   benches/digest.sh [MESSAGES]        needs cargo, python3 and some 500 MB of temporary space; DATA=folder takes a database
#                                       that is there already (of the generated year)
set -euo pipefail
cd "$(dirname "$0")/.."
messages="${1:-300000}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

program="${QUNBOX:-}"
if [ -z "$program" ]; then
    cargo build --locked --release --quiet
    program="${CARGO_TARGET_DIR:-target}/release/qunbox"
fi
data="${DATA:-$work/data}"
if [ ! -e "$data/qunbox.db" ]; then
    cargo bench --locked --quiet --bench year -- "$work/year" "$messages" >"$work/said.txt"
    "$program" --data-dir "$data" --now 2027-01-02T08:00:00+08:00 --json import "$work/year" >"$work/report.json"
fi

python3 - "$program" "$data" "$work" <<'PY'
import os, sys
program, data, work = sys.argv[1:]
def run(name, *arguments, now="2026-12-30T08:10:00+08:00"):
    out = open(f"{work}/out", "wb")
    common = [program, "--data-dir", data, "--now", now, "--lang", "zh"]
    pid = os.posix_spawn(program, common + list(arguments), os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
    _, status, used = os.wait4(pid, 0)
    out.close()
    if status != 0:
        sys.exit(f"{name}: status {status}")
    size = os.path.getsize(f"{work}/out")
    print(f"{name:34}{used.ru_utime + used.ru_stime:8.2f}{used.ru_maxrss / 1024:9.0f}{size / 1000:9.0f}", flush=True)
print(f"{'':34}{'CPU s':>8}{'peak MB':>9}{'kB':>9}")
for format in ("txt", "docx", "xlsx", "html", "md", "csv", "json", "ics"):
    run(f"digest of a day, {format}", "digest", "--format", format, "-o", "-")
run("digest of a day, with details", "digest", "--detail", "--format", "docx", "-o", "-")
run("digest of a day in June", "digest", "--date", "2026-06-30", "-o", "-")
run("digest of a week", "digest", "--from", "2026-12-24", "--to", "2026-12-30", "-o", "-")
run("digest of a month", "digest", "--from", "2026-12-01", "--to", "2026-12-30", "-o", "-")
for kind in ("groups", "burden", "evidence"):
    more = ("--search", "消防") if kind == "evidence" else ()
    run(f"report {kind}", "report", kind, *more, "--format", "xlsx", "-o", "-")
run("hand-over", "handover", "-o", "-")
PY
