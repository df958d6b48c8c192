#!/usr/bin/env python3
"""Measures the screen in a pseudo-terminal, against the limits of `ui.md` section 6.

    cargo bench --bench year -- FOLDER 1000000 && qunbox --data-dir DATA import FOLDER
    benches/screen.py target/release/qunbox DATA [IMPORT_FOLDER]

With a third argument keys and filter are measured a second time while another process imports that folder (into DATA: give
it a copy). The import must still run when the measuring ends; otherwise the figures say nothing and the script fails.

A frame has ended when the sequence that ends a synchronized update arrives. A key that no frame answers counts as
`PATIENCE`. What a filter key brings is there when the rows (not the detail beside them, which waits for a pause of the
keys) have changed for the last time before the thread that reads has slept for `SETTLED` seconds: what changes later is
no answer to the key, but what an import has brought. The number of rows in the border above is counted
after them, and is given up when the next key comes: it has a line of its own, without a limit. The machine may be busy: so
what the threads of the program really worked for a filter key is told as well. Linux only: ticks and memory come from /proc.
"""
import fcntl, os, pty, re, select, signal, struct, subprocess, sys, termios, time, unicodedata

END = b"\x1b[?2026l"
COLUMNS, ROWS = 160, 50
PATIENCE = 20.0
SETTLED = 0.4
SEQUENCE = re.compile(r"\x1b\[([?<>=]?)([\d;:]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[^\[\]]")
CUT = re.compile(rb"\x1b(\[[?<>=]?[\d;:]*|\][^\x07\x1b]*\x1b?)?$")


class Cells:
    """As much of a terminal as the program uses: characters, moves and clearing."""

    def __init__(self):
        self.rest, self.x, self.y = b"", 0, 0
        self.clear()

    def clear(self):
        self.lines = [[" "] * COLUMNS for _ in range(ROWS)]

    def feed(self, data):
        data = self.rest + data
        cut = CUT.search(data)
        for end in range(len(data) if not cut else cut.start(), -1, -1):
            try:
                text = data[:end].decode()
                break
            except UnicodeDecodeError:
                continue
        self.rest = data[end:]
        at = 0
        while at < len(text):
            found = SEQUENCE.match(text, at) if text[at] == "\x1b" else None
            if found:
                self.obey(*found.groups())
                at = found.end()
            else:
                self.put(text[at])
                at += 1

    def obey(self, private, numbers, what):
        if private or what is None:
            return
        parts = [int(n) if n else 0 for n in (numbers or "").split(";")]
        first = max(parts[0], 1)
        if what in "Hf":
            self.y, self.x = first - 1, max(parts[1] if len(parts) > 1 else 1, 1) - 1
        elif what == "C":
            self.x += first
        elif what == "G":
            self.x = first - 1
        elif what == "J" and parts[0] == 2:
            self.clear()
        elif what == "K":
            self.lines[self.y][self.x:] = [" "] * (COLUMNS - self.x)

    def put(self, c):
        if c == "\n":
            self.y += 1
        elif c == "\r":
            self.x = 0
        elif c >= " " and self.y < ROWS and self.x < COLUMNS:
            self.lines[self.y][self.x] = c
            self.x += 2 if unicodedata.east_asian_width(c) in "WF" else 1

    def list_part(self):
        """What stands left of the detail: the rows, and the border above them with the number of the row. The line below
        that border is the filter's field."""
        wide = COLUMNS * 11 // 20
        border, _, *rows = ("".join(line[:wide - 1]) for line in self.lines[1:ROWS - 2])
        return rows, border


class Screen:
    def __init__(self, arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", QUNBOX_LANG="zh")
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execv(arguments[0], arguments)
        self.cells = Cells()

    def read(self, patience):
        """What arrives within so many seconds; the width probe's question is answered."""
        ready, _, _ = select.select([self.fd], [], [], patience)
        if not ready:
            return b""
        data = os.read(self.fd, 1 << 16)
        if b"\x1b[6n" in data:
            os.write(self.fd, b"\x1b[1;2R")
        return data

    def frame(self, patience=PATIENCE):
        """Waits for the end of a frame; gives seconds and bytes."""
        start, got = time.perf_counter(), b""
        while END not in got:
            data = self.read(patience)
            if not data:
                return patience, len(got)
            got += data
        spent = time.perf_counter() - start
        self.cells.feed(got)
        return spent, len(got)

    def drain(self, quiet):
        """Reads until nothing has come for so long; gives the bytes."""
        size = 0
        while data := self.read(quiet):
            self.cells.feed(data)
            size += len(data)
        return size

    def press(self, keys):
        os.write(self.fd, keys)

    def ticks(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def worked(self):
        """Milliseconds that all threads have run so far."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            total += int(open(f"/proc/{self.pid}/task/{task}/schedstat").read().split()[0])
        return total / 1e6

    def reading(self):
        """Whether the thread that reads the database has anything to do."""
        for task in os.listdir(f"/proc/{self.pid}/task"):
            name, state = open(f"/proc/{self.pid}/task/{task}/stat").read().split("(", 1)[1].rsplit(")", 1)
            if name == "reader":
                return state.split()[0] != "S"

    def switches(self):
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            for line in open(f"/proc/{self.pid}/task/{task}/status"):
                if "ctxt_switches" in line:
                    total += int(line.split()[1])
        return total

    def memory(self):
        for line in open(f"/proc/{self.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def share(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


def keys(screen, count):
    """Arrow keys down and up: milliseconds to the first frame, bytes of it."""
    times, sizes = [], []
    for n in range(count):
        screen.press(b"\x1b[B" if n % 40 < 20 else b"\x1b[A")
        spent, size = screen.frame()
        times.append(spent * 1000)
        sizes.append(size)
        screen.drain(0.03)
    return times, sizes


def filter_key(screen, character):
    """Milliseconds from a key to the last change of the rows, to that of their number, and what was worked until then.
    A key that changes no row (all of them fit as before) is not counted."""
    seen_rows, seen_border = screen.cells.list_part()
    worked = screen.worked()
    start = since = time.perf_counter()
    rows_at = number_at = None
    done = worked
    screen.press(character.encode())
    while time.perf_counter() - since < SETTLED:
        data = screen.read(0.02)
        now = time.perf_counter()
        if screen.reading():
            since = now
        if not data:
            continue
        screen.cells.feed(data)
        rows, border = screen.cells.list_part()
        if END in data and rows != seen_rows:
            seen_rows, rows_at, since = rows, now, now
            done = screen.worked()
        if END in data and border != seen_border:
            seen_border, number_at, since = border, now, now
    spent = lambda at: (at - start) * 1000 if at else None
    return spent(rows_at), spent(number_at), done - worked


def filters(screen):
    """Words typed into the filter, character by character: rare, in many titles, by initials, nowhere, in nearly all."""
    rows, numbers, works = [], [], []
    for word in ["防汛物资", "排查表", "fxwz", "没有这个词", "请各村"]:
        screen.press(b"\x06")
        screen.drain(0.5)
        for character in word:
            row, number, worked = filter_key(screen, character)
            rows += [row] if row is not None else []
            numbers += [number] if number is not None else []
            works += [worked] if row is not None else []
        for _ in range(2):
            screen.press(b"\x1b")
            screen.drain(0.5)
    return rows, numbers, works


def at_rest(binary, data):
    rows, first = [], []
    for _ in range(10):
        start = time.perf_counter()
        screen = Screen([binary, "--data-dir", data])
        screen.frame()
        first.append((time.perf_counter() - start) * 1000)
        screen.drain(0.3)
        screen.end()
    rows.append(("first frame, p50 of 10", share(first, 0.5), "ms", 50))
    screen = Screen([binary, "--data-dir", data])
    screen.frame()
    screen.drain(2.0)
    rows += pressed(screen, 300, "")
    screen.drain(6.0)
    before, switched = screen.ticks(), screen.switches()
    time.sleep(10)
    rows.append(("idle 10 s, CPU ticks", screen.ticks() - before, "", 0))
    rows.append(("idle 10 s, wake-ups", screen.switches() - switched, "", 4))
    rows.append(("resident", screen.memory(), "MB", 60))
    screen.end()
    return rows


def pressed(screen, count, when):
    times, sizes = keys(screen, count)
    found, numbers, works = filters(screen)
    return [
        (f"key to frame{when}, p99 of {len(times)}", share(times, 0.99), "ms", 8),
        (f"bytes of an arrow key{when}, p50", share(sizes, 0.5), "bytes", 2048),
        (f"filter key to rows{when}, p99 of {len(found)}", share(found, 0.99), "ms", 50),
        (f"  worked for it{when}, p99", share(works, 0.99), "ms", 50),
        (f"filter key to their number{when}, p99", share(numbers or [0], 0.99), "ms", None),
    ]


def importing(binary, data, folder):
    work = subprocess.Popen([binary, "--data-dir", data, "import", folder], stdout=subprocess.DEVNULL)
    screen = Screen([binary, "--data-dir", data])
    screen.frame()
    screen.drain(1.0)
    rows = pressed(screen, 200, ", importing")
    rows.append(("resident, importing", screen.memory(), "MB", 60))
    screen.end()
    ended = work.poll() is not None
    work.terminate()
    work.wait()
    if ended:
        sys.exit("the import ended before the keys were measured: give it a larger folder")
    return rows


def main():
    binary, data = sys.argv[1], sys.argv[2]
    rows = at_rest(binary, data)
    if len(sys.argv) > 3:
        rows += importing(binary, data, sys.argv[3])
    for name, value, unit, limit in rows:
        mark = "" if limit is None else "ok" if value <= limit else "OVER"
        print(f"{name:46} {value:10.1f} {unit:6} limit {limit if limit is not None else '-':6} {mark}")


if __name__ == "__main__":
    main()
