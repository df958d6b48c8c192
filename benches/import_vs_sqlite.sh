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

# The rows as tab-separated text, and the definitions they go into. Checks and references are left out of the table; the
# words of the full-text index are read back out of it.
python3 - "$data/qunbox.db" "$work" <<'PY'
import csv, re, sqlite3, sys
database, work = sys.argv[1:]
db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
columns = db.execute("PRAGMA table_info(message)").fetchall()
table = ", ".join(f"{c[1]} {c[2]}" + (" PRIMARY KEY" if c[5] else "") for c in columns)
master = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND "
indexes = [sql for _, sql in db.execute(master + "type = 'index' AND tbl_name = 'message'")]
hidden = db.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'message' AND sql IS NULL").fetchall()
for (name,) in hidden:  # UNIQUE columns
    over = ", ".join(row[2] for row in db.execute(f"PRAGMA index_info({name})"))
    indexes.append(f"CREATE UNIQUE INDEX {name.replace('sqlite_autoindex', 'own')} ON message ({over})")
(search, definition), = db.execute(master + "sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")

def rows(path, query):
    with open(f"{work}/{path}", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        count = 0
        for row in db.execute(query):
            writer.writerow(["" if value is None else value for value in row])
            count += 1
    return count

count = rows("message.tsv", "SELECT * FROM message ORDER BY id")
db.execute(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {search}, instance)")
rows("search.tsv", "SELECT group_concat(term, ' ') FROM temp.terms GROUP BY doc ORDER BY doc")
if tuple(map(int, sqlite3.sqlite_version.split("."))) < (3, 43):
    definition = re.sub(r",\s*contentless_delete\s*=\s*1", "", definition)
with open(f"{work}/load.sql", "w", encoding="utf-8") as out:
    out.write(f"PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\nCREATE TABLE message ({table});\n")
    out.write(";\n".join(indexes + [definition]) + ";\n")
    out.write(f'.separator "\\t" "\\n"\n.import {work}/message.tsv message\n.import {work}/search.tsv {search}\n')
    out.write(f"SELECT count(*) FROM message;\n")
print(f"{count} rows, {len(indexes)} indexes, {definition}")
PY
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
