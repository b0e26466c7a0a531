"""Waits until the worker has nothing left to do: every reaction at the end of the log, every job ended."""
import re
import sys
import time
import urllib.request

base, token = sys.argv[1:]
deadline = time.time() + 900
rested = 0
while time.time() < deadline:
    text = urllib.request.urlopen(base + "/metrics").read().decode()
    lags = [float(v) for v in re.findall(r"^(?:reaction_lag_events|jobs)\{[^}]*\} ([\d.e+]+)$", text, re.M)]
    rested = rested + 1 if lags and max(lags) == 0 else 0
    # A reaction may ask for a job a moment later.
    if rested == 10:
        sys.exit(0)
    time.sleep(0.5)
sys.exit("the worker did not come to rest in 15 minutes")
