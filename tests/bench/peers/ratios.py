"""Reads what peers_bench printed and prints ours beside each engine: ratios of one run.

  python3 tests/bench/peers/ratios.py FILE
"""

import re
import sys

OURS = "koujing"


def main(path):
    quality, speed = {}, {}
    for line in open(path, encoding="utf-8"):
        words = line.split()
        if len(words) == 9 and re.fullmatch(r"[01]\.\d{3}", words[3]):
            quality.setdefault(words[0], {})[words[1]] = [float(w) for w in words[3:8]] + [int(words[2])]
        for key, pattern in {"build cpu s": r"build=.* cpu=([\d.]+) s", "disk MB": r"disk=(\d+)", "p50 ms": r"p50=([\d.]+)",
                             "p99 ms": r"p99=([\d.]+)", "cpu ms/query": r"cpu=([\d.]+) ms/query",
                             "queries/s, 1 thread": r"threads=1 (\d+)", "queries/s, 2 threads": r"threads=2 (\d+)",
                             "memory MB": r"memory=(-?\d+)"}.items():
            found = re.search(pattern, line)
            if found and words:
                speed.setdefault(words[0], {})[key] = float(found.group(1))
    if quality:
        print("\nquality: ours less the best other engine (by hit@1)")
        for name, engines in quality.items():
            others = {k: v for k, v in engines.items() if not k.startswith(OURS)}
            if OURS not in engines or not others:
                continue
            best = max(others, key=lambda k: others[k][0])
            gap = [a - b for a, b in zip(engines[OURS], others[best])]
            sample = f", a sample of {others[best][5]} queries" if gap[5] else ""
            print(f"  {name:<22} hit@1 {gap[0]:+.3f} hit@3 {gap[1]:+.3f} hit@10 {gap[2]:+.3f} MRR {gap[3]:+.3f}   ({best}{sample})")
    if OURS in speed:
        print("\nspeed: the other engine divided by ours (times: >1 = ours is quicker; queries/s: <1 = ours is quicker)")
        for engine, figures in speed.items():
            parts = [f"{key} {value / speed[OURS][key]:.2f}" for key, value in figures.items()
                     if speed[OURS].get(key) and engine != OURS]
            if parts:
                print(f"  {engine:<16} " + ", ".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
