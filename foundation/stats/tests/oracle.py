"""Writes oracle.json: expected values from scipy, statsmodels and lifelines for seeded random cases.

    python3 -m venv v && v/bin/pip install scipy statsmodels lifelines
    v/bin/python foundation/stats/tests/oracle.py

Figures are those of scipy 1.17, statsmodels 0.15 and lifelines 0.30. Lives are [entry, end, outcome], outcome 0 open,
1 won, 2 lost; entry -1 when watched from birth. lifelines lets a life in at risk at u when entry < u, as we do.
"""
import json
import math
import pathlib
import warnings

import numpy as np
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

warnings.filterwarnings("ignore")
random = np.random.default_rng(20170701)


def finite(x):
    return float(x) if math.isfinite(x) else None


def two_groups():
    n1, n2 = (int(x) for x in np.exp(random.uniform(math.log(2), math.log(5000), 2)))
    p1 = random.uniform(0, 1) ** 2
    p2 = min(1, max(0, p1 + random.normal(0, 0.1)))
    k1, k2 = int(random.binomial(n1, p1)), int(random.binomial(n2, p2))
    low, high = proportion_confint(k2, n2, method="wilson")
    newcombe = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", compare="diff", correction=False)
    z, p = proportions_ztest([k2, k1], [n2, n1]) if 0 < k1 + k2 < n1 + n2 else (None, None)
    return {"before": [k1, n1], "after": [k2, n2], "wilson_after": [low, high], "newcombe": list(map(float, newcombe)),
            "fisher": float(stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]])[1]),
            "z": None if z is None else float(z), "z_p": None if p is None else float(p)}


def lives(n, late):
    end = np.ceil(random.exponential(random.uniform(10, 60), n)).astype(int)
    seen = random.integers(5, 90, n)
    outcome = np.where(end <= seen, random.integers(1, 3, n), 0)
    end = np.minimum(end, seen)
    entry = np.where(random.random(n) < 0.5, random.integers(0, 20, n), -1) if late else np.full(n, -1)
    keep = entry < end
    return entry[keep], end[keep], outcome[keep]


def survival(late):
    entry, end, outcome = lives(int(random.integers(5, 40)), late)
    ages = sorted({int(a) for a in random.integers(1, 90, 3)})
    # lifelines holds that entry 0 is "from the start"; one day more for all keeps order and risk sets.
    km = KaplanMeierFitter().fit(end + 1, outcome > 0, entry=(entry + 1) if late else None)
    # lifelines' own median misses a product that should be one half and falls a bit above it.
    left = km.survival_function_.iloc[:, 0]
    median = min(left.index[left <= 0.5 + 1e-12], default=math.inf)
    case = {"lives": np.column_stack([entry, end, outcome]).tolist(), "ages": ages,
            "survival": [float(km.predict(a + 1)) for a in ages],
            "median": None if math.isinf(median) else int(median) - 1}
    bounds = km.confidence_interval_
    at = [bounds[bounds.index <= a + 1].iloc[-1].tolist() for a in ages]
    case["interval"] = [b if 0 < s < 1 else None for b, s in zip(at, case["survival"])]
    if not late and len(set(end)) == len(end):  # with ties lifelines moves the ages by chance
        aj = AalenJohansenFitter(calculate_variance=False).fit(end + 1, outcome, event_of_interest=1)
        table = aj.cumulative_density_.iloc[:, 0]
        case["won"] = [float(table[table.index <= a + 1].iloc[-1]) for a in ages]
    return case


def log_rank(groups, late):
    """lifelines for lives watched from birth; with late entry the sums of Mantel in numpy, since lifelines has none."""
    parts = [lives(int(random.integers(6, 30)), late) for _ in range(groups)]
    entry, end, outcome = (np.concatenate([p[i] for p in parts]) for i in range(3))
    group = np.concatenate([np.full(len(p[0]), i) for i, p in enumerate(parts)])
    observed, expected, v = np.zeros(groups), np.zeros(groups), np.zeros((groups, groups))
    for u in np.unique(end[outcome > 0]):
        risk = (entry < u) & (u <= end)
        n, d = risk.sum(), ((end == u) & (outcome > 0)).sum()
        share = np.array([(risk & (group == g)).sum() / n for g in range(groups)])
        observed += [((end == u) & (outcome > 0) & (group == g)).sum() for g in range(groups)]
        expected += d * share
        if n > 1:
            v += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    apart = (observed - expected)[1:]
    chi2 = float(apart @ np.linalg.solve(v[1:, 1:], apart))
    p = float(stats.chi2.sf(chi2, groups - 1))
    if not late:
        found = multivariate_logrank_test(end + 1, group, outcome > 0)
        assert abs(found.test_statistic - chi2) < 1e-8 and abs(found.p_value - p) < 1e-8
        chi2, p = float(found.test_statistic), float(found.p_value)
    return {"groups": [np.column_stack(part).tolist() for part in parts], "chi2": chi2, "p": p,
            "expected": expected.tolist()}


def strata():
    tables = []
    for _ in range(int(random.integers(1, 8))):
        n1, n2 = (int(x) for x in random.integers(5, 300, 2))
        p = random.uniform(0.05, 0.9)
        tables.append([int(random.binomial(n1, p)), n1, int(random.binomial(n2, min(1, p * 1.1))), n2])
    found = StratifiedTable([np.array([[k2, n2 - k2], [k1, n1 - k1]]) for k1, n1, k2, n2 in tables])
    test = found.test_null_odds(correction=False)
    # statsmodels has no pooled risk difference: Mantel-Haenszel with Sato's variance.
    k1, n1, k2, n2 = np.array(tables, float).T
    w = n1 * n2 / (n1 + n2)
    difference = float((w * (k2 / n2 - k1 / n1)).sum() / w.sum())
    p = ((n1**2 * k2 - n2**2 * k1 + n1 * n2 * (n2 - n1) / 2) / (n1 + n2) ** 2).sum()
    q = ((k2 * (n1 - k1) + k1 * (n2 - k2)) / (2 * (n1 + n2))).sum()
    return {"strata": tables, "difference": difference, "error": float(math.sqrt(difference * p + q) / w.sum()),
            "chi2": float(test.statistic), "p": float(test.pvalue), "odds": finite(found.oddsratio_pooled),
            "odds_interval": [finite(x) for x in found.oddsratio_pooled_confint()]}


cases = {
    "two_groups": [two_groups() for _ in range(200)],
    "survival": [survival(i % 2 == 1) for i in range(200)],
    "log_rank": [log_rank(2 + i % 2, i % 4 > 1) for i in range(200)],
    "strata": [strata() for _ in range(200)],
}
path = pathlib.Path(__file__).with_name("oracle.json")
path.write_text("{\n" + ",\n".join(
    f'"{name}":[\n' + ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in list_) + "\n]" for name, list_ in cases.items()
) + "\n}\n")
print(path, path.stat().st_size, "bytes")
