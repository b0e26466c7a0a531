"""Lists of people under load: `lists.py BASE TOKEN CONNECTIONS SECONDS`.

Every filter with every sort and every search words, in a mixed order: first each once, so that what a list is found by is
known, then all connections at once. Prints requests a second and how long the hundredth request took.
"""

import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.request
from urllib.parse import quote

SORTS = ["name", "-name", "created_at", "-created_at", "updated_at", "country", "-country"]
FILTERS = ["", "country.eq.KR", "country.eq.DE", "country.in.US,JP", "custom.seats.eq.7", "custom.seats.gte.50", "custom.seats.lt.3",
           "custom.plan.eq.Team", "custom.plan.eq.Enterprise", "name.starts.Kim", "owner_id.filled", "owner_id.empty"]
WORDS = ["", "smith", "lee", "kim", "김", "김민준", "한빛", "nova", "u12", "jen", "ceo", "구매", "a", "zq", "robotics 12", "u777"]

base, token, connections, seconds = sys.argv[1:]
paths = []
for sort, where, words in itertools.product(SORTS, FILTERS, WORDS):
    path = f"/api/v1/people?limit=50&sort={sort}" + (where and f"&where={quote(where)}") + (words and f"&q={quote(words)}")
    paths.append(path)
random.Random(1).shuffle(paths)

rows = 0
for path in paths:
    request = urllib.request.Request(base + path, headers={"authorization": f"Bearer {token}"})
    rows += len(json.loads(urllib.request.urlopen(request).read())["items"])
if rows < 10 * len(paths):
    sys.exit(f"{len(paths)} lists had {rows} rows together: these are not the people of people.py")

with tempfile.TemporaryDirectory() as folder:
    script = os.path.join(folder, "mix.lua")
    listed = ", ".join(json.dumps(path) for path in paths)
    with open(script, "w") as file:
        file.write(f"paths = {{ {listed} }}\nheaders = {{ authorization = 'Bearer {token}' }}\n"
                   "request = function() return wrk.format('GET', paths[math.random(#paths)], headers) end\n")
    load = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, base]
    text = subprocess.run(load, check=True, capture_output=True, text=True).stdout
if "Non-2xx" in text:
    sys.exit("lists failed under load")
rate = re.search(r"Requests/sec:\s+([\d.]+)", text)[1]
half, most = (re.search(rf"\s{part}%\s+([\d.]+\w+)", text)[1] for part in (50, 99))
print(f"lists of people, {len(paths)} kinds: {float(rate):,.0f} requests/s, median {half}, p99 {most}")
