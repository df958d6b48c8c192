#!/usr/bin/env python3
"""Measures the screen in a pseudo-terminal and prints the table of ui.md section 6.

    cargo bench --bench year -- FOLDER 1000000 && qunbox --data-dir DATA import FOLDER
    benches/screen.py target/release/qunbox DATA [IMPORT_FOLDER]

With a third argument the keys are measured a second time while that folder is imported.
A frame has ended when the sequence that ends a synchronized update arrives. Linux only: ticks and memory come from /proc.
"""
import fcntl, os, pty, select, signal, struct, subprocess, sys, termios, time

END = b"\x1b[?2026l"
COLUMNS, ROWS = 160, 50


class Screen:
    def __init__(self, arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", QUNBOX_LANG="zh")
            os.execv(arguments[0], arguments)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.seen = b""

    def read(self, patience):
        """What arrives within so many seconds; the width probe's question is answered."""
        ready, _, _ = select.select([self.fd], [], [], patience)
        if not ready:
            return b""
        data = os.read(self.fd, 1 << 16)
        if b"\x1b[6n" in data:
            os.write(self.fd, b"\x1b[1;2R")
        return data

    def frame(self, patience=20.0):
        """Waits for the end of a frame; gives seconds and bytes."""
        start, got = time.perf_counter(), b""
        while END not in got:
            data = self.read(patience)
            if not data:
                return None, len(got)
            got += data
        return time.perf_counter() - start, len(got)

    def drain(self, quiet):
        while self.read(quiet):
            pass

    def until(self, words, patience=60.0):
        start, got = time.perf_counter(), b""
        while words.encode() not in got and time.perf_counter() - start < patience:
            got += self.read(1.0)
        return time.perf_counter() - start

    def press(self, keys):
        os.write(self.fd, keys)

    def ticks(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

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


def share(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


def keys(screen, count):
    """Arrow keys: time to the first frame, bytes until it is quiet."""
    times, sizes = [], []
    for n in range(count):
        screen.press(b"\x1b[B" if n % 40 < 20 else b"\x1b[A")
        spent, size = screen.frame()
        if spent is not None:
            times.append(spent * 1000)
            sizes.append(size)
        screen.drain(0.03)
    return times, sizes


def filters(screen):
    """Words typed into the filter, character by character: time from the key to the frame that follows its rows."""
    times = []
    for word in ["防汛物资", "排查表", "fxwz", "没有这个词", "请各村"]:
        screen.press(b"\x06")
        screen.drain(0.2)
        for character in word:
            screen.press(character.encode())
            start, last = time.perf_counter(), None
            while data := screen.read(0.25):
                if END in data:
                    last = time.perf_counter()
            if last:
                times.append((last - start) * 1000)
        screen.press(b"\x1b")
        screen.drain(0.3)
        screen.press(b"\x1b")
        screen.drain(0.3)
    return times


def main():
    binary, data = sys.argv[1], sys.argv[2]
    rows = []
    first = []
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
    times, sizes = keys(screen, 300)
    rows.append(("key to frame, p99 of 300", share(times, 0.99), "ms", 8))
    rows.append(("bytes of an arrow key, p50", share(sizes, 0.5), "bytes", 2048))
    found = filters(screen)
    rows.append((f"filter key to rows, p99 of {len(found)}", share(found, 0.99), "ms", 50))
    screen.drain(6.0)
    before, switched = screen.ticks(), screen.switches()
    time.sleep(10)
    rows.append(("idle 10 s, CPU ticks", screen.ticks() - before, "", 0))
    rows.append(("idle 10 s, wake-ups", screen.switches() - switched, "", 4))
    rows.append(("resident", screen.memory(), "MB", 60))
    screen.end()
    if len(sys.argv) > 3:
        work = subprocess.Popen([binary, "--data-dir", data, "import", sys.argv[3]], stdout=subprocess.DEVNULL)
        screen = Screen([binary, "--data-dir", data])
        screen.frame()
        screen.drain(2.0)
        times, _ = keys(screen, 300)
        rows.append(("key to frame while importing, p99", share(times, 0.99), "ms", 8))
        rows.append(("resident while importing", screen.memory(), "MB", 60))
        screen.end()
        work.wait()
    for name, value, unit, limit in rows:
        mark = "ok" if value <= limit else "OVER"
        print(f"{name:38} {value:10.1f} {unit:6} limit {limit:6} {mark}")


if __name__ == "__main__":
    main()
