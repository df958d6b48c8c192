#!/usr/bin/env bash
# Gigabytes in bounded memory: a .mht with pictures and a JSON with embedded pictures are written to a temporary folder,
# imported, and deleted at once. Prints the largest resident size and the CPU time. Then the import begins anew several
# times and gets a Ctrl+C at different moments: prints the longest that it took to end (targets: at most 300 MB, 0.5 s).
# What is measured is the reading of large files. The JSON is a busy group: a message a minute, one in twenty a notice with a
# deadline, the rest 收到 and the like; a picture of two megabytes with every two hundredth. Notices that can still be joined are
# held in memory, some 6 kB a copy: a file of nothing but open notices that are nearly alike (100,000 in a week) takes 900 MB.
#   benches/memory.sh [GB of .mht] [GB of JSON]        needs python3 and a release build
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${QUNBOX:-${CARGO_TARGET_DIR:-$here/target}/release/qunbox}
work=$(mktemp -d "${TMPDIR:-/tmp}/qunbox-memory.XXXXXX")
trap 'rm -rf "$work"' EXIT

write() { python3 - "$1" "$2" "$3" <<'PY'
import sys
kind, path, size = sys.argv[1], sys.argv[2], int(float(sys.argv[3]) * 1e9)
line = ("iVBORw0KGgoAAAANSUhEUgAA" * 4)[:76] + "\r\n"
picture = line * 26000  # two megabytes
with open(path, "w", encoding="utf-8", newline="") as f:
    done = 0
    def put(text):
        global done
        done += f.write(text)
    if kind == "mht":
        put('From: <Save by Tencent MsgMgr>\r\nSubject: Tencent IM Message\r\nMIME-Version: 1.0\r\nContent-Type:multipart/related;\r\n'
            '\tcharset="utf-8"\r\n\ttype="text/html";\r\n\tboundary="----=_NextPart_1"\r\n\r\n------=_NextPart_1\r\nContent-Type: text/html\r\n'
            'Content-Transfer-Encoding:7bit\r\n\r\n<html><body><table width=100% cellspacing=0>'
            '<tr><td><div style=padding-left:10px;>消息分组:我的群聊</div></td></tr><tr><td><div style=padding-left:10px;>消息对象:青溪镇工作群</div></td></tr>')
        for day in range(1, 29):
            put(f'<tr><td style=border-bottom-width:1px;border-bottom-color:#8EC3EB;border-bottom-style:solid;color:#3568BB;font-weight:bold;height:24px;line-height:24px;padding-left:10px;margin-bottom:5px;>日期: 2026-06-{day:02}</td></tr>')
            for n in range(14000):
                put(f'<tr><td><div style=color:#006EFE;padding-left:10px;><div style=float:left;margin-right:6px;>李主任({10000 + n % 40})</div>{8 + n // 1400:02}:{n // 24 % 60:02}:{n % 60:02}</div>'
                    f'<div style=padding-left:20px;><font style="font-size:9pt;font-family:\'宋体\',\'MS Sans Serif\',sans-serif;" color=\'000000\'>第{n}条：请各村今天下班前把统计表报上来<IMG src="{{{n:08X}-0000}}.dat"></font></div></td></tr>')
        put('</table></body></html>\r\n')
        n = 0
        while done < size:
            put(f'------=_NextPart_1\r\nContent-Type:image/jpeg\r\nContent-Transfer-Encoding:base64\r\nContent-Location:{{{n:08X}-0000}}.dat\r\n\r\n{picture}\r\n')
            n += 1
        put('------=_NextPart_1--\r\n')
    else:
        flat = picture.replace("\r\n", "")
        put('{"weflow":{"version":"1.0.3","exportedAt":1785200000},"session":{"wxid":"34567890123@chatroom","displayName":"青溪镇工作群","type":"群聊","avatar":"data:image/png;base64,' + flat + '"},"messages":[\n')
        n = 0
        while done < size:
            image = f'"data:image/png;base64,{flat}"' if n % 200 == 0 else "null"
            said = f"第{n // 20}条：请各村今天下班前把统计表报上来" if n % 20 == 0 else ("收到", "好的", "收到，马上办", "已报", "[图片]", "1")[n % 6]
            put(("," if n else "") + f'{{"localId":{n + 1},"platformMessageId":"{6543210987654321001 + n}","createTime":{1785111303 + n * 60},"type":"文本消息","localType":1,"content":"{said}","isSend":0,"senderUsername":"wxid_{n % 40}","senderDisplayName":"村{n % 40}","image":{image}}}\n')
            n += 1
        put("]}")
PY
}

measure() { # name, file
    python3 - "$bin" "$work/data" "$2" "$1" <<'PY'
import json, os, shutil, signal, subprocess, sys, time
binary, data, path, name = sys.argv[1:]
SHARES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9)  # of the whole time, when Ctrl+C is sent

def started():
    shutil.rmtree(data, ignore_errors=True)
    return subprocess.Popen([binary, "--data-dir", data, "import", "--json", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

def ended(work):
    out, err = work.stdout.read(), work.stderr.read()
    _, status, used = os.wait4(work.pid, 0)
    return out, err, os.waitstatus_to_exitcode(status), used

began = time.monotonic()
out, err, code, used = ended(started())
whole = time.monotonic() - began
if code not in (0, 3):
    sys.exit(f"{name}: exit code {code}: {err.decode()}")
report = json.loads(out)
size = os.path.getsize(path) / 1e9
print(f"{name}: {size:.1f} GB, {report['totals']['messages']} messages, {used.ru_maxrss / 1024:.0f} MB resident, {used.ru_utime + used.ru_stime:.1f} CPU-seconds", flush=True)
longest, moment = 0.0, 0.0
for share in SHARES:
    work = started()
    time.sleep(whole * share)
    if work.poll() is not None:
        continue
    sent = time.monotonic()
    work.send_signal(signal.SIGINT)
    out, err, code, used = ended(work)
    spent = time.monotonic() - sent
    if code < 0 or not out:  # killed, not ended with a report
        sys.exit(f"{name}: Ctrl+C at {share:.0%} ended with {code}: {err.decode()}")
    if spent > longest:
        longest, moment = spent, share
print(f"{name}: Ctrl+C ended it within {longest:.2f} s, longest at {moment:.0%} of the way", flush=True)
shutil.rmtree(data, ignore_errors=True)
PY
}

write mht "$work/group.mht" "${1:-2}"; measure "QQ .mht" "$work/group.mht"; rm "$work/group.mht"
write json "$work/青溪镇工作群.json" "${2:-1}"; measure "WeFlow JSON" "$work/青溪镇工作群.json"
rm "$work/青溪镇工作群.json"
