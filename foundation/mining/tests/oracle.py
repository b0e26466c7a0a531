"""Writes data/oracle.json: what pm4py says of the two logs in data.

    python3 -m venv v && v/bin/pip install pm4py
    v/bin/python foundation/mining/tests/oracle.py

Figures are those of pm4py 2.7.23. Means between activities are pm4py's performance DFG.
"""
import contextlib
import io
import json
import pathlib
import statistics
import warnings

import pm4py

warnings.filterwarnings("ignore")
data = pathlib.Path(__file__).with_name("data")


def figures(file):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        log = pm4py.convert_to_dataframe(pm4py.read_xes(str(data / file)))
        # pm4py's own order of ties is not stable; the order of the log is.
        log = log.sort_values("time:timestamp", kind="stable")
        log = log.sort_values("case:concept:name", kind="stable")
        follows, start, end = pm4py.discover_dfg(log)
        performance = pm4py.discover_performance_dfg(log)[0]
        variants = pm4py.get_variants(log)
        durations = pm4py.get_all_case_durations(log)
    top = sorted(variants.items(), key=lambda v: (-v[1], v[0]))[:10]
    return {
        "cases": int(log["case:concept:name"].nunique()), "events": len(log),
        "activities": {k: int(v) for k, v in log["concept:name"].value_counts().items()},
        "start": {k: int(v) for k, v in start.items()}, "end": {k: int(v) for k, v in end.items()},
        "directly_follows": [
            {"from": a, "to": b, "count": int(n), "mean_s": float(performance[a, b]["mean"])}
            for (a, b), n in sorted(follows.items(), key=lambda f: (-f[1], f[0]))
        ],
        "variants": len(variants),
        "top_variants": [{"trace": list(v), "count": int(n)} for v, n in top],
        "duration_mean_s": float(statistics.fmean(durations)), "duration_median_s": float(statistics.median(durations)),
    }


found = {file: figures(file) for file in ("BPI_Challenge_2012_O.xes.gz", "Helpdesk.xes.gz")}
(data / "oracle.json").write_text(json.dumps(found, indent=1) + "\n")
