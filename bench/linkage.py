#!/usr/bin/env python3
"""Finds duplicates in labelled lists with Sevenfold, Splink and recordlinkage, in one run on one machine, and prints
precision, recall, F1 and time of each.

Both others come from PyPI into target/linkage-venv. Febrl 1 to 4 ship inside recordlinkage; the restaurants and Korean
lists are the excerpts in foundation/linkage/tests/data. Sevenfold has one configuration per kind and is given no labels;
the others are configured for each set as their own examples do. Usage: bench/linkage.py BINARY
"""

import csv
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

HERE = pathlib.Path(__file__).resolve().parent.parent
VENV = HERE / "target" / "linkage-venv"
DATA = HERE / "foundation" / "linkage" / "tests" / "data"
WANTED = ["splink==5.0.0", "recordlinkage==0.16"]


def in_venv():
    """Runs this file again with the interpreter that has the other tools."""
    python = VENV / "bin" / "python"
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *WANTED], check=True)
        (VENV / "ready").write_text("\n".join(WANTED))
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


def unordered(pairs):
    return {tuple(sorted(pair)) for pair in pairs}


def report(set_name, tool, said, truth, seconds):
    right = len(said & truth)
    precision, recall = right / max(1, len(said)), right / max(1, len(truth))
    f1 = 2 * right / max(1, len(said) + len(truth))
    print(f"{set_name:22} {tool:15} precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}  {seconds:6.2f} s", flush=True)


def sevenfold(binary, kind, paths, ids=()):
    begun = time.perf_counter()
    command = [binary, "dedupe", *map(str, paths), "--kind", kind, "--json"]
    for column in ids:
        command += ["--id", column]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {(p["a"], p["b"]) for p in answer["pairs"]}, time.perf_counter() - begun


def splink_people(frames):
    """As in Splink's own Febrl examples (docs/demos, deduplicate_febrl3 and link_febrl4)."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    begun = time.perf_counter()
    frames = [frame.reset_index().astype(str).replace({"nan": None, "None": None, "<NA>": None}) for frame in frames]
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only" if len(frames) == 1 else "link_only",
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("suburb", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"), block_on("given_name", "surname"), block_on("date_of_birth"),
            block_on("given_name", "postcode"), block_on("surname", "postcode"), block_on("street_number", "address_1"),
        ],
    )
    api = DuckDBAPI()
    linker = Linker([api.register(frame) for frame in frames] if hasattr(api, "register") else frames, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    said = set(zip(found["rec_id_l"], found["rec_id_r"]))
    return said, time.perf_counter() - begun


def splink_companies(frames, columns):
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    begun = time.perf_counter()
    comparisons = [cl.JaroWinklerAtThresholds("name", [0.92, 0.85]).configure(term_frequency_adjustments=True)]
    rules = [block_on("name"), block_on("substr(name, 1, 3)")]
    if "phone" in columns:
        comparisons.append(cl.LevenshteinAtThresholds("phone", [1, 4]))
        rules.append(block_on("phone"))
    settings = SettingsCreator(
        unique_id_column_name="id", link_type="link_only", comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    api = DuckDBAPI()
    linker = Linker([api.register(frame) for frame in frames] if hasattr(api, "register") else frames, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    if "phone" in columns:  # with one comparison there is nothing to learn from: its own defaults stay
        for rule in (block_on("phone"), block_on("name")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    said = {(l, r) if l.startswith("a") else (r, l) for l, r in zip(found["id_l"], found["id_r"])}
    return {(a[1:], b[1:]) for a, b in said}, time.perf_counter() - begun


def recordlinkage_people(frames):
    """Blocking and comparisons as in the tool's own Febrl examples, classified by its ECM (Fellegi-Sunter with EM)."""
    import recordlinkage

    begun = time.perf_counter()
    index = recordlinkage.Index()
    for key in ("given_name", "surname", "date_of_birth", "soc_sec_id"):
        index.block(key)
    links = index.index(*frames)
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1", "suburb"):
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ("date_of_birth", "soc_sec_id", "postcode", "state", "street_number"):
        compare.exact(column, column, label=column)
    return classified(compare.compute(links, *frames)), time.perf_counter() - begun


def recordlinkage_companies(frames, columns):
    import recordlinkage

    begun = time.perf_counter()
    frames = [frame.set_index("id") for frame in frames]
    index = recordlinkage.Index()
    index.block("name")
    index.sortedneighbourhood("name", window=5)
    compare = recordlinkage.Compare()
    compare.string("name", "name", method="jarowinkler", threshold=0.9, label="name")
    if "phone" in columns:
        index.block("phone")
        compare.exact("phone", "phone", label="phone")
        said = classified(compare.compute(index.index(*frames), *frames))
    else:  # one comparison leaves its classifier nothing to learn from
        found = compare.compute(index.index(*frames), *frames)
        said = set(found[found["name"] == 1].index)
    return {(a[1:], b[1:]) for a, b in said}, time.perf_counter() - begun


def classified(features):
    import recordlinkage

    return set(recordlinkage.ECMClassifier().fit_predict(features))


def people(binary, name, frames, truth, folder):
    paths = []
    for n, frame in enumerate(frames):
        paths.append(folder / f"{name.replace(' ', '')}-{n}.csv")
        frame.to_csv(paths[-1])
    for tool, run in (
        ("Sevenfold", lambda: sevenfold(binary, "people", paths)),
        ("Splink", lambda: splink_people(frames)),
        ("recordlinkage", lambda: recordlinkage_people(frames)),
    ):
        said, seconds = run()
        report(name, tool, unordered(said), truth, seconds)


def rows(path, delimiter=","):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def companies(binary, name, paths, ids, frames, truth, columns):
    def fair(said):
        # The restaurants' truth is incomplete: a pair is wrong when the truth names a record of it.
        known_a, known_b = {a for a, _ in truth}, {b for _, b in truth}
        return said if name != "restaurants" else {(a, b) for a, b in said if a in known_a or b in known_b}

    for tool, run in (
        ("Sevenfold", lambda: sevenfold(binary, "companies", paths, ids)),
        ("Splink", lambda: splink_companies(frames, columns)),
        ("recordlinkage", lambda: recordlinkage_companies(frames, columns)),
    ):
        said, seconds = run()
        report(name, tool, fair(said), truth, seconds)
        if name == "restaurants":
            report("  of all that was said", tool, said, truth, seconds)


def company_frames(left, right, name, phone=None):
    import pandas

    def frame(records, side, columns):
        kept = [{"id": side + r[columns[0]], "name": r[columns[1]].lower(),
                 **({"phone": "".join(c for c in r[phone[side == "b"]] if c.isdigit()) or None} if phone else {})}
                for r in records if r[columns[1]]]
        return pandas.DataFrame(kept)

    return [frame(left, "a", name[0]), frame(right, "b", name[1])]


def run(binary):
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4

    def links(frames):
        of = lambda i: i.split("-")[1]
        groups = {}
        for frame in frames:
            for i in frame.index:
                groups.setdefault(of(i), []).append(i)
        return {tuple(sorted((a, b))) for g in groups.values() for n, a in enumerate(g) for b in g[n + 1:]}

    with tempfile.TemporaryDirectory() as folder:
        sets = [("Febrl 1", [load_febrl1()]), ("Febrl 2", [load_febrl2()]), ("Febrl 3", [load_febrl3()]),
                ("Febrl 4", list(load_febrl4()))]
        for name, frames in sets:
            people(binary, name, frames, links(frames), pathlib.Path(folder))
        left, right = rows(DATA / "restaurants1.csv", "|"), rows(DATA / "restaurants2.csv", "|")
        base = "http://www.okkam.org/ontology_restaurant{}.owl#{}"
        names = [("id", base.format(n, "name")) for n in (1, 2)]
        phones = [base.format(n, "phone_number") for n in (1, 2)]
        truth = {(r["D1"], r["D2"]) for r in rows(DATA / "restaurants_truth.csv", "|")}
        companies(binary, "restaurants", [DATA / "restaurants1.csv", DATA / "restaurants2.csv"], [],
                  company_frames(left, right, names, phones), truth, {"phone"})
        left, right = rows(DATA / "krx_listing.csv"), rows(DATA / "kind_companies.csv")
        truth = {(c, c) for c in {r["Code"] for r in left} & {r["종목코드"] for r in right}}
        companies(binary, "Korean companies", [DATA / "krx_listing.csv", DATA / "kind_companies.csv"],
                  ["Code", "종목코드"], company_frames(left, right, [("Code", "Name"), ("종목코드", "회사명")]), truth, set())


if __name__ == "__main__":
    if pathlib.Path(sys.prefix) != VENV:
        in_venv()
    run(sys.argv[1])
