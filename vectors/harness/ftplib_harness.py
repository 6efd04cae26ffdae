"""Runs the vectors of framing.json on ftplib, or on a program.

    python3 ftplib_harness.py framing.json [PROGRAM]
Each line of the output is the id of a vector, a tab, and ok, refuses (the reader fails, or waits
before the last reply) or wrong (it returns a reply that the server did not send). PROGRAM gets
the bytes on its standard input and writes the code of each reply on a line."""
import base64
import ftplib
import json
import socket
import subprocess
import sys
import threading
import time

def decode(text):
    return b"".join(base64.b64decode(p["base64"]) * p.get("count", 1) for p in text)

def send(sock, vector):
    try:
        for segment in vector["segments"]:
            sock.sendall(decode(segment))
            time.sleep(0.01)
        if vector["eof"]:
            sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the reader has given up

def read_ftplib(vector):
    ours, theirs = socket.socketpair()
    threading.Thread(target=send, args=(ours, vector), daemon=True).start()
    theirs.settimeout(0.5)
    ftp, codes = ftplib.FTP(), []
    ftp.file = theirs.makefile("r", encoding="utf-8")
    try:
        while True:
            codes.append(int(ftp.getmultiline()[:3]))
    except Exception as e:
        return codes, not isinstance(e, TimeoutError)

def read_program(vector):
    data = b"".join(map(decode, vector["segments"]))
    output = subprocess.run(sys.argv[2:], input=data, stdout=subprocess.PIPE).stdout
    return list(map(int, output.split())), False

def verdict(vector, codes, failed):
    want = list(vector["expected"])
    for code in codes:
        while want and want[0].get("optional") and len(want) > 1 and want[1]["code"] == code:
            want.pop(0)
        if not want or not want[0].get("optional") and want[0].get("code", 0) != code:
            return "wrong"
        want.pop(0)
    complete = all(e.get("optional") for e in want)
    return "ok" if complete and (vector["eof"] or not failed) else "refuses"

for v in json.load(open(sys.argv[1]))["vectors"]:
    print(v["id"], verdict(v, *(read_program if sys.argv[2:] else read_ftplib)(v)), sep="\t")
