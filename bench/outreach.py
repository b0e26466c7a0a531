"""Measures outreach on a release binary: `outreach.py BINARY [--due N] [--enrolled N,N,…] [--postgres]`.

First what a tick of the scheduler costs with so many enrolled over two years and a thousand due. Then mails a second,
with rendering, rows and events, into Postfix's smtp-sink, beside a bare loop that sends finished mails of the same size
over as many connections in the same run. With --postgres on a PostgreSQL of its own, which forces its log to the disk.
"""

import argparse
import json
import os
import re
import shutil
import smtplib
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.request

TICK_DUE = 1000
WARM = 2000
ROUNDS = 5
MAILBOXES = 8
CONNECTIONS = 8 * MAILBOXES
STEPS = [
    {
        "subject": "A question about {{ company.name | default('your team') }}",
        "body": "Hello {{ person.given_name }},\n\nyou look after planning, and teams like yours told us that a week goes by until "
        "every region has sent its figures. We wrote down what three of them changed, in two pages.\n\nIs that a question "
        "for you at the moment, or for somebody else?\n\nBest regards\nAlex",
    },
    {"delay_days": 3, "subject": "", "body": "Hello {{ person.given_name }},\n\nis this something you look after?"},
]


def uuid7():
    """An id in the order of time, as the program makes them."""
    return (time.time_ns() * 65536 // 1_000_000).to_bytes(8, "big") + os.urandom(8)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sqlite:
    name = "SQLite"
    uuid, blob = "uuid7()", lambda self, text: f"x'{text.replace('-', '')}'"

    def __init__(self, folder):
        self.path = f"{folder}/data/sevenfold.db"
        self.args = []

    def run(self, sql):
        with sqlite3.connect(self.path, timeout=60) as db:
            db.create_function("uuid7", 0, uuid7)
            rows = db.execute(sql).fetchall()
        return rows

    def numbers(self, count):
        return f"WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k WHERE n < {count - 1}) "

    def stop(self):
        pass


class Postgres:
    name = "PostgreSQL"
    uuid = "(encode(int8send((extract(epoch FROM clock_timestamp()) * 65536000)::bigint), 'hex') || substr(md5(random()::text), 1, 16))::uuid"
    blob = lambda self, text: f"'{text}'::uuid"

    def __init__(self, folder):
        self.bin = sorted(os.listdir("/usr/lib/postgresql"))[-1]
        self.bin = f"/usr/lib/postgresql/{self.bin}/bin"
        self.data, self.port = f"{folder}/pg", free_port()
        os.makedirs(self.data)
        shutil.chown(self.data, "postgres")
        os.chmod(folder, 0o755)
        self.as_postgres(f"{self.bin}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB -c max_wal_size=4GB"
        self.as_postgres(f"{self.bin}/pg_ctl", "-D", self.data, "-o", self.options, "-l", f"{self.data}/log", "-w", "start")
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.args = ["--database", self.url]

    def as_postgres(self, *args):
        subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *args], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def run(self, sql):
        done = subprocess.run([f"{self.bin}/psql", self.url, "-Atq", "-F", "\t", "-c", sql], check=True, capture_output=True, text=True)
        return [tuple(line.split("\t")) for line in done.stdout.splitlines()]

    def numbers(self, count):
        return f"WITH k(n) AS (SELECT generate_series(0, {count - 1})) "

    def stop(self):
        self.as_postgres(f"{self.bin}/pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")


class Server:
    """The program, by its front door."""

    def __init__(self, binary, folder, db):
        self.binary, self.folder, self.db, self.port = binary, folder, db, free_port()
        self.base, self.token, self.process = f"http://127.0.0.1:{self.port}", None, None

    def start(self):
        self.launch()
        self.wait()

    def launch(self):
        args = [self.binary, "--data-dir", f"{self.folder}/data", *self.db.args, "serve", "--listen", f"127.0.0.1:{self.port}"]
        env = dict(os.environ, SEVENFOLD_CLOSED_NETWORK="true")
        self.process = subprocess.Popen(args, env=env, stdout=open(f"{self.folder}/log", "a"), stderr=subprocess.STDOUT)

    def wait(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(self.base + "/readyz")
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(open(f"{self.folder}/log").read())

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, headers=None):
        headers = {"content-type": "application/json", "sevenfold-request": "1", **(headers or {})}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + "/api/v1" + path, data, headers, method=method)
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as why:
            raise SystemExit(f"{method} {path}: {why.read().decode()}")
        return json.loads(answer.read() or b"null"), answer.headers

    def set_up(self):
        owner = dict(name="Bench", email="bench@example.com", password="correct horse battery", workspace_name="Bench", locale="en",
                     time_zone="UTC", country="US", currency="USD", start="empty")
        _, headers = self.ask("POST", "/setup", owner)
        cookie = headers["set-cookie"].split(";")[0]
        made, _ = self.ask("POST", "/api-tokens", {"name": "bench", "scope": "write"}, {"cookie": cookie})
        self.token = made["token"]

    def metric(self, name, timer):
        text = urllib.request.urlopen(self.base + "/metrics").read().decode()
        found = re.search(rf'^{name}\{{[^}}]*timer="{re.escape(timer)}"[^}}]*\}} ([\d.e+-]+)$', text, re.M)
        return float(found[1]) if found else 0.0

    def memory_mib(self):
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def prepare(server, smtp_port):
    """Mailboxes and an active sequence; answers their ids with the workspace's."""
    place = {"host": "127.0.0.1", "port": smtp_port, "security": "none", "username": "", "password": ""}
    boxes = []
    for n in range(MAILBOXES):
        box = dict(email=f"alex{n}@sender{n}.test", from_name="Alex Stone", smtp=place, imap=place, daily_cap=2000, gap_seconds=0)
        boxes.append(server.ask("POST", "/mailboxes", box)[0]["id"])
    new = {"name": "Bench", "goal": "conversation", "mailbox_id": boxes[0], "windows": {"always": True}, "steps": STEPS}
    sequence = server.ask("POST", "/sequences", new)[0]["id"]
    server.ask("POST", f"/sequences/{sequence}/activate", {})
    return boxes, sequence


def enrol(db, boxes, sequence, count, first, due_at):
    """Writes people and their enrolments as an import and an enrolment would leave them. `due_at` is SQL over `n`."""
    space = "(SELECT id FROM workspace LIMIT 1)"
    now = int(time.time() * 1e6)
    db.run(f"""INSERT INTO person (id, workspace_id, name, given_name, email, emails, phones, profiles, country, do_not_contact, tags, custom,
        revision, created_at, updated_at) {db.numbers(count)} SELECT {db.uuid}, {space}, 'Reader ' || (n + {first}), 'Reader',
        'reader@prospect-' || (n + {first}) || '.test', '[]', '[]', '{{}}', 'US', '[]', '[]', '{{}}', 1, {now} + n, {now} FROM k"""
           if db.name == "PostgreSQL" else
           f"""INSERT INTO person (id, workspace_id, name, given_name, email, emails, phones, profiles, country, do_not_contact, tags, custom,
        revision, created_at, updated_at) SELECT {db.uuid}, {space}, 'Reader ' || (n + {first}), 'Reader',
        'reader@prospect-' || (n + {first}) || '.test', '[]', '[]', '{{}}', 'US', '[]', '[]', '{{}}', 1, {now} + n, {now} FROM ({db.numbers(count)} SELECT n FROM k)""")
    cases = " ".join(f"WHEN {n} THEN {db.blob(box)}" for n, box in enumerate(boxes))
    db.run(f"""INSERT INTO enrolment (id, workspace_id, sequence_id, version, person_id, mailbox_id, why_them, state, next_run_at, zone,
        zone_source, revision, created_at, updated_at) SELECT {db.uuid}, workspace_id, {db.blob(sequence)}, 1, id,
        CASE n % {len(boxes)} {cases} END, 'They plan by hand', 'scheduled', {due_at}, 'UTC', 'workspace', 1, {now}, {now}
        FROM (SELECT p.*, p.created_at - {now} AS n FROM person p WHERE p.created_at >= {now} AND p.updated_at = {now}) q""")


def tick(server, db, boxes, sequence, first):
    """Milliseconds of planning for a thousand more that are due."""
    before = server.metric("timer_duration_seconds_sum", "outreach.plan")
    enrol(db, boxes, sequence, TICK_DUE, first, "0")
    while int(db.run("SELECT COUNT(*) FROM enrolment WHERE next_run_at = 0")[0][0]) > 0:
        time.sleep(0.2)
    time.sleep(2.5)
    spent = (server.metric("timer_duration_seconds_sum", "outreach.plan") - before) * 1000
    db.run("DELETE FROM message")
    db.run("DELETE FROM enrolment WHERE next_run_at IS NULL")
    return spent


def ticks(binary, sizes, make_db):
    """Milliseconds of planning for a thousand that are due, by how many are enrolled."""
    folder = tempfile.mkdtemp()
    db = make_db(folder)
    server = Server(binary, folder, db)
    try:
        server.start()
        server.set_up()
        boxes, sequence = prepare(server, 9)
        for box in boxes:
            server.ask("PATCH", f"/mailboxes/{box}", {"state": "paused"})
        there, first = 0, None
        for size in sizes:
            server.stop()
            two_years = 730 * 86_400 * 1_000_000
            later = f"{int(time.time() * 1e6) + 86_400_000_000} + (n * 7919 % {size}) * {two_years // size}"
            enrol(db, boxes, sequence, size - there, there, later)
            db.run("ANALYZE" if db.name == "PostgreSQL" else "SELECT 1")
            server.start()
            time.sleep(3)
            before = {k: server.metric(f"timer_duration_seconds_{k}", "outreach.plan") for k in ("sum", "count")}
            time.sleep(6)
            after = {k: server.metric(f"timer_duration_seconds_{k}", "outreach.plan") for k in ("sum", "count")}
            idle = (after["sum"] - before["sum"]) / max(after["count"] - before["count"], 1)
            spent = sorted(tick(server, db, boxes, sequence, size + 10_000_000 * (k + 1)) for k in range(ROUNDS))[ROUNDS // 2]
            first = first or spent
            print(f"scheduler, {db.name}: {size:>9,} enrolled, {TICK_DUE:,} due: {spent:,.0f} ms for all of them ({spent / first:.2f}x), "
                  f"{idle * 1000:.2f} ms a tick with nothing due, {server.memory_mib():.0f} MiB", flush=True)
            there = size
    finally:
        server.stop()
        db.stop()
        shutil.rmtree(folder)


def bare(port, count, size):
    """Finished mails over as many connections, and nothing else: mails a second."""
    line = "x" * 70 + "\r\n"
    body = ("From: a@sender.test\r\nTo: b@prospect.test\r\nSubject: bare\r\n\r\n" + line * (size // len(line))).encode()

    def loop():
        with smtplib.SMTP("127.0.0.1", port) as one:
            for _ in range(count // CONNECTIONS):
                one.sendmail("a@sender.test", ["b@prospect.test"], body)

    began = time.time()
    threads = [threading.Thread(target=loop) for _ in range(CONNECTIONS)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    return count / (time.time() - began)


def sink(port):
    """Postfix's smtp-sink: takes every mail and forgets it."""
    running = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "256"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return running
        except OSError:
            time.sleep(0.05)
    raise SystemExit("smtp-sink does not answer")


def throughput(binary, due, make_db, port):
    folder = tempfile.mkdtemp()
    db = make_db(folder)
    server = Server(binary, folder, db)
    try:
        server.start()
        server.set_up()
        boxes, sequence = prepare(server, port)
        server.stop()
        for n in range(MAILBOXES):
            db.run(f"UPDATE mailbox SET daily_cap = 1000000 WHERE id = {db.blob(boxes[n])}")
        sent = "SELECT COUNT(*) FROM message WHERE state = 'sent'"

        def send(count, first):
            """Seconds from the start of the program until so many more are sent."""
            goal = int(db.run(sent)[0][0]) + count
            enrol(db, boxes, sequence, count, first, "0")
            server.start()
            began = time.time()
            while int(db.run(sent)[0][0]) < goal:
                # Looking takes time from those who are measured.
                time.sleep(0.5)
                if time.time() - began > 600:
                    raise SystemExit(f"{db.run('SELECT state, COUNT(*) FROM message GROUP BY state')} after ten minutes")
            return int(db.run("SELECT MAX(updated_at) FROM message")[0][0]) / 1e6 - began

        # A database that has been in use, and knows its tables.
        send(WARM, 0)
        server.stop()
        db.run("ANALYZE" if db.name == "PostgreSQL" else "SELECT 1")
        before = bare(port, due, 2800)
        rate = due / send(due, WARM)
        after = bare(port, due, 2800)
        beside = (before + after) / 2
        print(f"sending, {db.name}: {due:,} mails, {rate:,.0f}/s planned, rendered, sent and written down; bare loop {before:,.0f} and {after:,.0f}/s "
              f"over {CONNECTIONS} connections (ratio {rate / beside:.2f}), {server.memory_mib():.0f} MiB", flush=True)
    finally:
        server.stop()
        db.stop()
        shutil.rmtree(folder)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("binary")
    args.add_argument("--due", type=int, default=10_000)
    args.add_argument("--enrolled", default="10000,100000,1000000")
    args.add_argument("--postgres", action="store_true")
    args.add_argument("--sink", type=int, help="port of a server that runs already")
    args = args.parse_args()
    make_db = Postgres if args.postgres else Sqlite
    port = args.sink or free_port()
    running = None if args.sink else sink(port)
    try:
        if args.due:
            throughput(args.binary, args.due, make_db, port)
    finally:
        if running:
            running.kill()
    if args.enrolled:
        ticks(args.binary, [int(n) for n in args.enrolled.split(",")], make_db)


if __name__ == "__main__":
    main()
