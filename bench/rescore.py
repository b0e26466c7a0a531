"""How long a changed profile takes to score every company, and how the list answers meanwhile: `rescore.py BASE TOKEN CONNECTIONS`.

Publishes a profile, then the same with other numbers, which gives every company other reasons and many another grade. The list
is asked by CONNECTIONS clients at once for as long as the second run takes; 0 leaves the run alone.
"""

import json
import sys
import threading
import time
import urllib.request

base, token, connections = sys.argv[1], sys.argv[2], int(sys.argv[3])
LISTS = ["industry.eq.Software&sort=-icp_score", "country.eq.KR&sort=name", "employees.gte.1000&sort=-created_at", "icp_grade.eq.A&sort=-icp_score"]


def call(method, path, body=None, match=None):
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    if match is not None:
        headers["if-match"] = f'"{match}"'
    data = None if body is None else json.dumps(body).encode()
    return json.loads(urllib.request.urlopen(urllib.request.Request(base + "/api/v1" + path, data, headers, method=method)).read())


def criteria(most, industries):
    def weight(half, of):
        return {"type": "weight", "half": half, "weight": of}

    return [
        {"field": "industry", "test": {"type": "choice", "accepts": industries}, "role": weight("to_us", 5)},
        {"field": "employees", "test": {"type": "range", "from": 50, "to": most}, "role": weight("to_us", 8)},
        {"field": "country", "test": {"type": "choice", "accepts": ["KR", "US"], "partial": ["DE"]}, "role": weight("to_them", 3)},
    ]


def publish(wanted):
    found = next((p for p in call("GET", "/icp-profiles") if p["name"] == "Rescored"), None)
    found = found or call("POST", "/icp-profiles", {"name": "Rescored", "criteria": wanted})
    found = call("PATCH", f"/icp-profiles/{found['id']}", {"criteria": wanted}, found["revision"])
    began = time.monotonic()
    job = call("POST", f"/icp-profiles/{found['id']}/publish", {}, found["revision"])["job"]
    while job["state"] in ("queued", "running"):
        time.sleep(0.1)
        job = call("GET", f"/jobs/{job['id']}")
    assert job["state"] == "done", job
    return job["result"], time.monotonic() - began


over, took = threading.Event(), []


def read_lists(first):
    asked = first
    while not over.is_set():
        began = time.monotonic()
        rows = call("GET", f"/companies?limit=50&where={LISTS[asked % len(LISTS)]}")["items"]
        took.append(time.monotonic() - began)
        assert len(rows) == 50, "a list was not full"
        asked += 1


publish(criteria(500 + int(time.time()) % 100, ["Software", "Finance"]))
for where in LISTS:
    call("GET", f"/companies?limit=50&where={where}")
clients = [threading.Thread(target=read_lists, args=(n,)) for n in range(connections)]
for client in clients:
    client.start()
result, seconds = publish(criteria(900 + int(time.time()) % 100, ["Software", "Energy"]))
over.set()
for client in clients:
    client.join()
print(f"re-score: {result['companies']:,} companies, {result['changed']:,} changed, {seconds:.1f} s ({result['companies'] / seconds:,.0f}/s)")
if took:
    took.sort()
    print(f"lists meanwhile, {connections} at once: {len(took) / seconds:,.0f} requests/s, median {took[len(took) // 2] * 1e3:.1f} ms, "
          f"p99 {took[len(took) * 99 // 100] * 1e3:.1f} ms, longest {took[-1] * 1e3:.0f} ms")
