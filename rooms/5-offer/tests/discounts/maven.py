"""Writes maven.json: what discounts are associated with in a public pipeline of 8,800 deals, by scipy and statsmodels.

A price is written down only where a deal was won; a lost one has 0. "Sold under the list price" is therefore known of
nobody who said no, and a comparison deal by deal would find that nothing without a discount was ever lost (`trap`).
What can be compared is sellers: those who sold more of their won deals under the list price than the median seller
(`sellers`), and within each product the sellers who did so of that product (`sellers_by_product`).

Run: python3 maven.py FOLDER > maven.json, with the folder of sales_pipeline.csv and products.csv.
"""

import csv
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from scipy.stats import binomtest
from scipy.stats.contingency import relative_risk
from statsmodels.stats.proportion import confint_proportions_2indep


def rows(name):
    with open(Path(sys.argv[1]) / name, newline="") as file:
        return list(csv.DictReader(file))


LIST = {row["product"]: float(row["sales_price"]) for row in rows("products.csv")}
LIST["GTXPro"] = LIST["GTX Pro"]
DEALS = [row for row in rows("sales_pipeline.csv") if row["deal_stage"] in ("Won", "Lost")]


def is_won(deal):
    return deal["deal_stage"] == "Won"


def is_under(deal):
    return float(deal["close_value"]) < LIST[deal["product"]]


def counted(deals):
    return {"won": sum(map(is_won, deals)), "decided": len(deals)}


def leaning(deals):
    """Deals of sellers above the median share of won deals under the list price, and the rest."""
    by_seller = defaultdict(list)
    for deal in deals:
        by_seller[deal["sales_agent"]].append(deal)
    share = {}
    for seller, own in by_seller.items():
        won = [deal for deal in own if is_won(deal)]
        share[seller] = sum(map(is_under, won)) / len(won) if won else 0.0
    middle = statistics.median(share.values())
    return ([d for d in deals if share[d["sales_agent"]] > middle], [d for d in deals if share[d["sales_agent"]] <= middle])


def compared(name, groups):
    given, rest = map(counted, groups)
    k1, n1, k2, n2 = given["won"], given["decided"], rest["won"], rest["decided"]
    wilson = lambda k, n: list(binomtest(k, n).proportion_ci(0.95, "wilson"))
    ratio = relative_risk(k1, n1, k2, n2)
    katz = ratio.confidence_interval(0.95)
    return {
        "name": name, "with": given, "without": rest,
        "with_interval": wilson(k1, n1), "without_interval": wilson(k2, n2),
        "difference": k1 / n1 - k2 / n2,
        "difference_interval": list(confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")),
        "relative": ratio.relative_risk - 1, "relative_interval": [katz.low - 1, katz.high - 1],
    }


def main():
    by_product = defaultdict(list)
    for deal in DEALS:
        by_product[deal["product"].replace("GTXPro", "GTX Pro")].append(deal)
    parts = [leaning(deals) for deals in by_product.values()]
    groups = ([d for given, _ in parts for d in given], [d for _, rest in parts for d in rest])
    trap = ([d for d in DEALS if is_under(d)], [d for d in DEALS if not is_under(d)])
    found = [compared("sellers", leaning(DEALS)), compared("sellers_by_product", groups), compared("trap", trap)]
    json.dump(found, sys.stdout, indent=1)
    print()


main()
