"""Reads what peers_bench printed and prints ours beside each engine, of one run.

  python3 tests/bench/peers/ratios.py FILE

Two engines are compared over the queries that both answered (a slow one answers a sample), with the 95 % interval of the
paired difference.
"""

import math
import re
import sys

OURS = "koujing"
SPEED = {"build cpu s": r"build=.* cpu=([\d.]+) s", "disk MB": r"disk=(\d+)", "p50 ms": r"p50=([\d.]+)", "p99 ms": r"p99=([\d.]+)",
         "cpu ms/query": r"cpu=([\d.]+) ms/query", "queries/s, 1 thread": r"threads=1 (\d+)",
         "queries/s, 2 threads": r"threads=2 (\d+)", "memory MB": r"memory=(-?\d+)"}


def read(path):
    quality, speed = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if len(words) == 10 and re.fullmatch(r"[01]\.\d{3}", words[3]):
                quality.setdefault(words[0], {})[words[1]] = words[9]
                continue
            for key, pattern in SPEED.items():
                found = re.search(pattern, line)
                if found and words:
                    speed.setdefault(words[0], {})[key] = float(found.group(1))
    return quality, speed


def within(rank, depth):
    return rank != "-" and (10 if rank == "A" else int(rank)) <= depth


def difference(ours, theirs, depth):
    """Ours less theirs in hit@depth, and half its 95 % interval."""
    pairs = list(zip(ours, theirs))
    gaps = [within(a, depth) - within(b, depth) for a, b in pairs]
    mean = sum(gaps) / len(gaps)
    spread = sum((gap - mean) ** 2 for gap in gaps) / max(1, len(gaps) - 1)
    return f"{mean:+.3f} ±{1.96 * math.sqrt(spread / len(gaps)):.3f}"


def main(path):
    quality, speed = read(path)
    if any(OURS in engines for engines in quality.values()):
        print("\nquality: ours less the other engine, over the n queries that both answered")
    for name, engines in quality.items():
        for engine, ranks in engines.items():
            if engine.startswith(OURS) or OURS not in engines:
                continue
            n = min(len(ranks), len(engines[OURS]))
            print(f"  {name:<22} {engine:<16} n={n:<5} " + "  ".join(
                f"hit@{depth} {difference(engines[OURS][:n], ranks[:n], depth)}" for depth in (1, 3, 10)))
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
