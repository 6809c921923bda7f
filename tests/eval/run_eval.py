"""Judges the product on every dev set beside the baselines, and against the figures recorded last.

  python3 tests/eval/run_eval.py                    # make eval: exit 1 on a regression beyond the noise
  python3 tests/eval/run_eval.py --record           # make eval-record: these are the good figures now
  python3 tests/eval/run_eval.py --sets gov_ faq_zhidao --limit 500

Formulas: docs/evaluation.md. Figures recorded: tests/eval/recorded.tsv, one line a set, with the rank of every query, so
that two runs are compared query by query.
"""

import argparse
import collections
import hashlib
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
QUERIES_MAX = 2000  # of one set: as the baselines
ALPHA = 0.01  # chance of an alarm without a regression, over all tests of a run together
FLIPS = 4000  # random sign patterns of the permutation test

SEED = "kb_seed.jsonl.zst"
# name, corpus, ids that it is restricted to, queries (below data/eval)
SETS = [
    ("gov_case", SEED, None, "gov_case/eval_dev.tsv"),
    ("gov_case_long", SEED, None, "gov_case/eval_dev_long.tsv"),
    ("gov_guide_short", SEED, None, "gov_guide_short/eval_dev.tsv"),
    ("gov_demo_colloquial", SEED, None, "gov_demo_colloquial/eval_dev.tsv"),
    ("law_stard", SEED, "eval/law_stard/corpus_ids_national.txt", "law_stard/eval_dev.tsv"),
    ("law_equals", SEED, "eval/law_equals/corpus_ids_10laws.txt", "law_equals/eval_dev.tsv"),
    ("faq_zhidao", "eval/faq_zhidao/corpus.jsonl", None, "faq_zhidao/eval_dev.tsv"),
    ("faq_zhidao_gov", "eval/faq_zhidao/corpus.jsonl", None, "faq_zhidao/eval_dev_gov.tsv"),
    ("faq_covid", "eval/faq_covid/corpus.jsonl", None, "faq_covid/eval_dev.tsv"),
    ("faq_bank_small", "eval/faq_bank/corpus_small.jsonl", None, "faq_bank/eval_dev_small.tsv"),
    ("faq_antfin_small", "eval/faq_antfin/corpus_small.jsonl", None, "faq_antfin/eval_dev_small.tsv"),
    ("faq_med_small", "eval/faq_med/corpus_small.jsonl", None, "faq_med/eval_dev_small.tsv"),
    ("ncp_doc", "eval/ncp_doc/corpus.jsonl", None, "ncp_doc/eval_dev.tsv"),
    ("legalqa_answer", "eval/legalqa_answer/corpus.jsonl", None, "legalqa_answer/eval_dev.tsv"),
    ("gov_alias_synthetic", "eval/gov_alias_synthetic/corpus.jsonl", None, "gov_alias_synthetic/eval_dev.tsv"),
    ("gov_intent_sz", "eval/gov_intent_sz/corpus.jsonl", None, "gov_intent_sz/eval_dev.tsv"),
    ("search_qbqtc", "eval/search_qbqtc/corpus.jsonl", None, "search_qbqtc/eval_dev.tsv"),
]
GRADED = {"search_qbqtc": ("eval/search_qbqtc/qrels_graded.tsv", 2)}  # grades, and the least that is relevant
UNANSWERABLE = (SEED, "queries/no_answer_queries.txt")
COLUMNS = ["set", "queries", "digest", "hit@1", "hit@3", "hit@10", "recall@1", "recall@3", "recall@10", "mrr@10", "ndcg@10",
           "zero_rate", "coverage", "precision", "ranks", "replies"]


# ---- judging ---------------------------------------------------------------------------------------------------------

def with_grades(data, name, queries, folder):
    """The queries file with the grades of its own queries, as a third column."""
    grades = collections.defaultdict(dict)
    for line in (data / GRADED[name][0]).read_text(encoding="utf-8").splitlines():
        query, row, grade = line.split("\t")
        grades[query][row] = grade
    out = pathlib.Path(folder) / f"{name}.tsv"
    with out.open("w", encoding="utf-8") as file:
        for line in queries.read_text(encoding="utf-8").splitlines():
            query = line.split("\t")[0]
            rows = grades[query]
            file.write(f"{query}\t{','.join(rows)}\t{','.join(rows.values())}\n")
    return out


def judge(kb_eval, data, names, options, folder):
    """Runs kb-eval once per corpus; yields its JSON objects."""
    groups = collections.OrderedDict()
    for name, corpus, ids, queries in SETS:
        if any(name.startswith(wanted) for wanted in names):
            groups.setdefault((corpus, ids), []).append((name, data / "eval" / queries))
    for (corpus, ids), sets in groups.items():
        command = [str(kb_eval), "--json", "--limit", str(options.limit), "--corpus", str(data / corpus)]
        if not options.no_ask:
            command.append("--ask")
        if ids:
            command += ["--only-ids", str(data / ids)]
        for name, queries in sets:
            if name in GRADED:
                queries = with_grades(data, name, queries, folder)
                command += ["--relevant-grade", str(GRADED[name][1])]
            command += ["--queries", f"{name}={queries}"]
        if (corpus, ids) == (UNANSWERABLE[0], None) and not options.no_ask:
            command += ["--unanswerable", f"no_answer={data / UNANSWERABLE[1]}"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"kb-eval failed on {corpus}:\n{run.stderr}")
        report = json.loads(run.stdout)
        yield report, {name: digest(queries, options.limit) for name, queries in sets}


def digest(queries, limit):
    """Names the queries that were judged: figures over others cannot be compared."""
    lines = queries.read_bytes().splitlines()
    return hashlib.sha256(b"\n".join(lines[:limit])).hexdigest()[:12]


def line_of(result, query_digest):
    ask = result.get("ask", {})
    line = {key: result.get(key) for key in COLUMNS}
    line.update({"set": result["name"], "digest": query_digest, "coverage": ask.get("coverage", ""),
                 "precision": ask.get("precision", ""), "replies": result.get("replies", "")})
    return line


# ---- noise -----------------------------------------------------------------------------------------------------------

def reciprocal(rank):
    return {"-": 0.0, "A": 0.1}.get(rank) if rank in "-A" else 1.0 / int(rank)


def binomial_tail(worse, better):
    """P(X >= worse) for X ~ Bin(worse + better, 1/2): McNemar's exact test, one-sided."""
    n = worse + better
    if n == 0:
        return 1.0
    return sum(math.comb(n, k) for k in range(worse, n + 1)) / 2.0 ** n


def permutation(differences):
    """Chance of so low a sum of paired differences if their signs were a matter of luck (one-sided)."""
    differences = [d for d in differences if d != 0]
    observed = sum(differences)
    if observed >= 0:
        return 1.0
    if len(differences) > 400:  # the sum is normal enough
        return 0.5 * math.erfc(-observed / math.sqrt(2 * sum(d * d for d in differences)))
    generator = random.Random(20240711)
    hits = 0
    for _ in range(FLIPS):
        bits = generator.getrandbits(len(differences))
        total = sum(d if bits >> i & 1 else -d for i, d in enumerate(differences))
        hits += total <= observed + 1e-12
    return (hits + 1) / (FLIPS + 1)


def tests_of(new, old):
    """(what, before, now, chance) of each paired test of a set."""
    ranks = list(zip(old["ranks"], new["ranks"]))
    first = [(a == "1", b == "1") for a, b in ranks]
    yield ("hit@1", mean(a for a, _ in first), mean(b for _, b in first),
           binomial_tail(first.count((True, False)), first.count((False, True))))
    yield ("MRR@10", mean(reciprocal(a) for a, _ in ranks), mean(reciprocal(b) for _, b in ranks),
           permutation([reciprocal(b) - reciprocal(a) for a, b in ranks]))
    replies = list(zip(old["replies"], new["replies"]))
    if replies:
        right = [(a == "R", b == "R") for a, b in replies]
        wrong = [(a == "W", b == "W") for a, b in replies]
        yield ("answered right", mean(a for a, _ in right), mean(b for _, b in right),
               binomial_tail(right.count((True, False)), right.count((False, True))))
        yield ("answered wrong", mean(a for a, _ in wrong), mean(b for _, b in wrong),
               binomial_tail(wrong.count((False, True)), wrong.count((True, False))))


def mean(values):
    values = list(values)
    return sum(values) / max(1, len(values))


def compare(lines, recorded):
    """Prints what became worse beyond the noise; True when something did."""
    found = []
    compared = [line for line in lines if line["set"] in recorded]
    for line in compared:
        old = recorded[line["set"]]
        if old["digest"] != line["digest"] or len(old["ranks"]) != len(line["ranks"]):
            print(f"{line['set']}: other queries than recorded; not compared (make eval-record)")
            continue
        if len(old["replies"]) != len(line["replies"]):
            old = dict(old, replies="")
        found += [(line["set"], *test) for test in tests_of(line, old)]
    if not found:
        return False
    threshold = ALPHA / len(found)
    worse = [test for test in found if test[4] < threshold]
    for name, what, before, now, chance in worse:
        print(f"REGRESSION {name}: {what} {before:.3f} -> {now:.3f} (chance {chance:.1e} < {threshold:.1e})")
    print(f"{len(found)} paired tests against {RECORDED.relative_to(ROOT)}: {len(worse)} worse beyond the noise "
          f"(one-sided, {ALPHA} over all of them)")
    return bool(worse)


# ---- files and tables ------------------------------------------------------------------------------------------------

RECORDED = HERE / "recorded.tsv"
BASELINES = HERE / "baselines.tsv"


def read_table(path):
    if not path.exists():
        return []
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head = lines[0].split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:]]


def record(lines, recorded):
    merged = dict(recorded)
    for line in lines:
        merged[line["set"]] = {key: f"{value:.4f}" if isinstance(value, float) else str(value)
                               for key, value in line.items()}
    order = [name for name, *_ in SETS] + ["no_answer"]
    with RECORDED.open("w", encoding="utf-8") as file:
        file.write("# Figures of the last good run, by `make eval-record`; ranks and replies query by query\n")
        file.write("# (1-9, A = 10, - = not found; R right, W wrong, C/c choices with/without a right one, N not known).\n")
        file.write("\t".join(COLUMNS) + "\n")
        for name in order:
            if name in merged:
                file.write("\t".join(merged[name][key] for key in COLUMNS) + "\n")
    print(f"recorded in {RECORDED.relative_to(ROOT)}")


def best_baseline(rows, name):
    """The strongest baseline of the dev half and the strongest peer (of the other half, so for orientation only)."""
    mine = [row for row in rows if row["set"] == name]
    for half in ("dev", "heldout"):
        of_half = [row for row in mine if row["half"] == half]
        best = max(of_half, key=lambda row: float(row["hit@1"]), default=None)
        yield f"{best['system']} {best['hit@1']}/{best['hit@3']}/{best['hit@10']}" if best else ""


def print_table(lines, report_of):
    baselines = read_table(BASELINES)
    print(f"{'set':<20} {'n':>5} {'hit@1':>6} {'hit@3':>6} {'hit@10':>6} {'R@10':>6} {'MRR@10':>6} {'nDCG':>6} {'zero':>6}"
          f" {'answ.':>6} {'prec.':>6} {'p50':>6} {'p99':>6}  best BM25 (dev) hit@1/3/10; best peer (other half)")
    for line in lines:
        if line["set"] == "no_answer":
            continue
        number = {key: line[key] if line[key] != "" else float("nan") for key in COLUMNS}
        result = report_of[line["set"]]
        print(f"{line['set']:<20} {line['queries']:>5} {number['hit@1']:6.3f} {number['hit@3']:6.3f} {number['hit@10']:6.3f} "
              f"{number['recall@10']:6.3f} {number['mrr@10']:6.3f} {number['ndcg@10']:6.3f} {number['zero_rate']:6.3f} "
              f"{number['coverage']:6.3f} {number['precision']:6.3f} {result['p50_ms']:6.2f} {result['p99_ms']:6.2f}  "
              + "; ".join(text for text in best_baseline(baselines, line["set"]) if text))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write the figures into recorded.tsv")
    parser.add_argument("--sets", nargs="*", default=[""], help="beginnings of the names of sets; default all")
    parser.add_argument("--limit", type=int, default=QUERIES_MAX, help="queries of each set")
    parser.add_argument("--no-ask", action="store_true", help="search only")
    parser.add_argument("--kb-eval", default=os.environ.get("KOUJING_KB_EVAL", ROOT / "build/release/bin/kb-eval"))
    options = parser.parse_args()
    data = pathlib.Path(os.environ.get("KOUJING_SHARED_DIR", ROOT / "../shared")) / "data"
    if not (data / SEED).exists():
        print(f"skipped: no data in {data} (set KOUJING_SHARED_DIR)")
        return 0
    start = time.monotonic()
    lines, result_of = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for report, digests in judge(options.kb_eval, data, options.sets, options, folder):
            print(f"# {pathlib.Path(report['corpus']).relative_to(data)}: {report['accepted']} of {report['rows']} rows in "
                  f"{report['import_seconds']:.1f} s, refused {report['refused']}", flush=True)
            for result in report["sets"]:
                lines.append(line_of(result, digests[result["name"]]))
                result_of[result["name"]] = result
            if "unanswerable" in report:
                false_answers = report["unanswerable"]
                lines.append(dict(dict.fromkeys(COLUMNS, ""), set="no_answer", queries=false_answers["asked"],
                                  digest=digest(data / UNANSWERABLE[1], options.limit), coverage=false_answers["coverage"],
                                  replies=false_answers["replies"]))
                print(f"# no_answer: {false_answers['asked']} questions without an answer: {false_answers['answered_wrong']} "
                      f"answered all the same, {false_answers['choices_wrong']} choices, {false_answers['not_known']} not known")
    order = {name: at for at, (name, *_) in enumerate(SETS)}
    lines.sort(key=lambda line: order.get(line["set"], len(order)))
    print_table(lines, result_of)
    recorded = {row["set"]: row for row in read_table(RECORDED)}
    worse = compare(lines, recorded)
    print(f"{time.monotonic() - start:.0f} s")
    if options.record:
        record(lines, recorded)
        return 0
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
