"""Tries what must never happen on a release binary: `crash.py BINARY [--due N] [--kills N] [SCENARIO…]`.

Thousands of mails are due. The process is killed with -9 again and again at random moments (`process`), or one of two
nodes on one PostgreSQL (`nodes`), or the mail server (`smtp`), or PostgreSQL stops and starts (`database`). At the end
every Message-ID is in the server's log at most once, every mail is sent, or uncertain and listed, and none is lost.
"""

import argparse
import collections
import glob
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from outreach import Postgres, Server, Sqlite, enrol, free_port, prepare


class Sink:
    """Postfix's smtp-sink, which keeps every mail it took in a file."""

    def __init__(self, folder):
        self.port, self.mails = free_port(), f"{folder}/sink"
        os.makedirs(self.mails)
        shutil.chown(self.mails, "nobody")
        os.chmod(folder, 0o755)

    def start(self):
        args = ["smtp-sink", "-u", "nobody", "-d", "%M.", f"127.0.0.1:{self.port}", "256"]
        self.process = subprocess.Popen(args, cwd=self.mails, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.05)
        raise SystemExit("smtp-sink does not answer")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ids(self):
        """How often each Message-ID was taken."""
        found = collections.Counter()
        for path in glob.glob(f"{self.mails}/*"):
            text = open(path, errors="replace").read()
            # The envelope and the end of the content are there only when the mail was whole.
            name = re.search(r"^Message-ID:\s*<([^>]+)>", text, re.M | re.I)
            if name:
                found[name[1]] += 1
        return found


def wait_for_work(db, rng):
    """A random moment while mails leave."""
    sent = lambda: int(db.run("SELECT COUNT(*) FROM message WHERE state = 'sent'")[0][0])
    before, deadline = sent(), time.time() + 60
    target = before + rng.randint(1, 120)
    while sent() < target and time.time() < deadline:
        open_ = int(db.run("SELECT COUNT(*) FROM enrolment WHERE next_run_at = 0")[0][0])
        if open_ == 0 and int(db.run("SELECT COUNT(*) FROM message WHERE state IN ('queued', 'sending')")[0][0]) == 0:
            return False
        time.sleep(0.005)
    time.sleep(rng.random() * 0.05)
    return True


def kill(node, db):
    """Kills a node. Its leases run out at once, lest two minutes are waited for each."""
    pid = node.process.pid
    node.process.send_signal(signal.SIGKILL)
    node.process.wait()
    db.run(f"UPDATE message SET lease_until = 1 WHERE state = 'sending' AND lease_by LIKE '%-{pid}-%'")


def finish(db):
    deadline = time.time() + 300
    while time.time() < deadline:
        # What was put off because its server was away is due at once.
        db.run("UPDATE message SET due_at = 1 WHERE state = 'queued' AND due_at > 1")
        open_ = int(db.run("SELECT COUNT(*) FROM enrolment WHERE next_run_at = 0")[0][0])
        left = int(db.run("SELECT COUNT(*) FROM message WHERE state IN ('planned', 'queued', 'sending')")[0][0])
        if open_ == 0 and left == 0:
            return
        time.sleep(0.5)
    raise SystemExit(f"not done: {db.run('SELECT state, reason, COUNT(*) FROM message GROUP BY state, reason')}")


def judge(name, db, sink, due, strokes):
    states = {state: int(n) for state, n in db.run("SELECT state, COUNT(*) FROM message WHERE direction = 'out' GROUP BY state")}
    taken = sink.ids()
    twice = {name: n for name, n in taken.items() if n > 1}
    ours = {mime: state for mime, state in db.run("SELECT mime_id, state FROM message WHERE direction = 'out'")}
    lost = [mime for mime, state in ours.items() if state == "sent" and mime not in taken]
    strange = [mime for mime in taken if ours.get(mime) not in ("sent", "uncertain")]
    print(f"crash, {name}: {due:,} due, {strokes} strokes: {states}, {len(taken):,} in the server's log, "
          f"{len(twice)} twice, {len(lost)} told sent and not there, {len(strange)} there and not told", flush=True)
    assert not twice and not lost and not strange, (twice, lost[:3], strange[:3])
    assert sum(states.values()) == due and set(states) <= {"sent", "uncertain"}, states


def scenario(name, binary, due, kills, rng):
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    db = Sqlite(folder) if name == "process" else Postgres(folder)
    sink = Sink(folder)
    sink.start()
    nodes = [Server(binary, folder, db) for _ in range(2 if name == "nodes" else 1)]
    try:
        nodes[0].start()
        nodes[0].set_up()
        boxes, sequence = prepare(nodes[0], sink.port)
        nodes[0].stop()
        for box in boxes:
            db.run(f"UPDATE mailbox SET daily_cap = 1000000 WHERE id = {db.blob(box)}")
        enrol(db, boxes, sequence, due, 0, "0")
        for node in nodes:
            node.start()
        strokes = 0
        while strokes < kills and wait_for_work(db, rng):
            strokes += 1
            if name == "smtp":
                sink.kill()
                time.sleep(rng.random() * 0.5)
                sink.start()
                db.run("UPDATE message SET due_at = 1 WHERE state = 'queued' AND due_at > 1")
            elif name == "database":
                db.as_postgres(f"{db.bin}/pg_ctl", "-D", db.data, "-m", "immediate", "-w", "stop")
                time.sleep(rng.random())
                db.as_postgres(f"{db.bin}/pg_ctl", "-D", db.data, "-o", db.options, "-l", f"{db.data}/log", "-w", "start")
            else:
                node = rng.choice(nodes)
                kill(node, db)
                node.launch()
        if name == "database":
            # Whoever could not write down what became of a mail still holds it.
            time.sleep(2)
            kill(nodes[0], db)
            nodes[0].start()
        finish(db)
        judge(name, db, sink, due, strokes)
    finally:
        for node in nodes:
            node.process.kill()
            node.process.wait()
        sink.kill()
        db.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("binary")
    args.add_argument("--due", type=int, default=5000)
    args.add_argument("--kills", type=int, default=20)
    args.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    args.add_argument("scenarios", nargs="*", default=["process", "nodes", "smtp", "database"])
    args = args.parse_intermixed_args()
    print(f"seed {args.seed}")
    for name in args.scenarios:
        scenario(name, args.binary, args.due, args.kills, random.Random(args.seed))


if __name__ == "__main__":
    main()
