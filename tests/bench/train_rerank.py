#!/usr/bin/python3
"""Learns the weights of the second stage (services/index/rerank_model.inc) from rank_features' output.

  train_rerank.py FEATURES [--write rerank_model.inc]

Without --write it prints hit@1, @3, @10 of each set: of the first stage, of a network that was trained on the other half of
the questions (halves by relevant document), and of one that was trained on the other families of sets only. With --write it
trains on everything and writes the file. A network of one hidden layer with a direct path, listwise softmax over a question's
candidates (several relevant ones: the sum of their shares), Adam. Needs python3-numpy; the same input gives the same file.
"""
import argparse
import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np

CANDIDATES = 32  # kRerankedCandidates
HIDDEN = 32  # of one network
NETWORKS = 2  # their mean is what is used
EPOCHS = 8
BATCH = 128
RATE = 0.01
DECAY = 1e-4
SET_WEIGHT = 600  # a set counts as many questions at most
KNOWN_NOISY = {"law_equals", "gov_intent_sz"}  # not trained on: one article is a fifth of its labels; 18 questions


class Data:
    def __init__(self, path):
        with open(path + ".sets", encoding="utf-8") as lines:
            self.width = int(next(lines))
            self.sets = [line.rstrip("\n").split("\t") for line in lines]
        record = np.dtype([("set", "<u4"), ("question", "<u4"), ("document", "<u4"), ("relevant", "<u4"),
                           ("features", "<f4", (self.width,))])
        rows = np.fromfile(path, record)
        key = rows["set"].astype(np.int64) << 32 | rows["question"]
        start = np.r_[0, np.flatnonzero(np.diff(key)) + 1]
        count = np.diff(np.r_[start, len(key)])
        rank = np.arange(len(key)) - np.repeat(start, count)
        rows, rank = rows[rank < CANDIDATES], rank[rank < CANDIDATES]
        count = np.minimum(count, CANDIDATES)
        place = np.repeat(np.arange(len(count)), count)
        self.x = np.zeros((len(count), CANDIDATES, self.width), np.float32)
        self.there = np.zeros((len(count), CANDIDATES), bool)
        self.y = np.zeros((len(count), CANDIDATES), np.float32)
        self.x[place, rank] = rows["features"]
        self.there[place, rank] = True
        self.y[place, rank] = rows["relevant"] > 0
        self.mean = rows["features"].mean(0)
        self.spread = rows["features"].std(0) + 1e-6
        self.x = (self.x - self.mean) / self.spread
        first = np.r_[0, np.cumsum(count)[:-1]]
        self.set = rows["set"][first]
        names = [s[1] for s in self.sets]
        families = [s[2] for s in self.sets]
        self.family = np.array([families[s] for s in self.set])
        found = self.y.sum(1) > 0
        document = rows["document"][first + np.argmax(self.y, 1)].astype(np.uint64)
        self.half = np.where(found, (document * np.uint64(2654435761) >> np.uint64(8)) & np.uint64(1),
                             np.arange(len(found)).astype(np.uint64) & np.uint64(1))
        self.usable = found & ~np.isin(np.array(names)[self.set], list(KNOWN_NOISY))


class Network:
    def __init__(self, width, random):
        self.p = [random.randn(width, HIDDEN).astype(np.float32) * 0.2, np.zeros(HIDDEN, np.float32),
                  random.randn(HIDDEN).astype(np.float32) * 0.2, np.zeros(width, np.float32)]

    def value(self, x):
        hidden = np.maximum(x @ self.p[0] + self.p[1], 0)
        return hidden @ self.p[2] + x @ self.p[3], hidden

    def train(self, data, rows, random):
        count = np.bincount(data.set[rows], minlength=len(data.sets))
        weight = np.minimum(1, SET_WEIGHT / count[data.set[rows]]).astype(np.float32)
        m = [np.zeros_like(a) for a in self.p]
        v = [np.zeros_like(a) for a in self.p]
        step = 0
        for epoch in range(EPOCHS):
            rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
            order = random.permutation(len(rows))
            for at in range(0, len(order), BATCH):
                chosen = rows[order[at:at + BATCH]]
                x, y = data.x[chosen], data.y[chosen]
                value, hidden = self.value(x)
                value = np.where(data.there[chosen], value, -1e9)
                share = np.exp(value - value.max(1, keepdims=True))
                share /= share.sum(1, keepdims=True)
                wanted = share * y
                pull = share - wanted / (wanted.sum(1, keepdims=True) + 1e-9)
                pull *= weight[order[at:at + BATCH]][:, None] / len(chosen)
                inner = pull[:, :, None] * self.p[2] * (hidden > 0)
                slopes = [np.einsum("qkf,qkh->fh", x, inner, optimize=True), inner.sum((0, 1)),
                          np.einsum("qk,qkh->h", pull, hidden), np.einsum("qk,qkf->f", pull, x)]
                step += 1
                for i, slope in enumerate(slopes):
                    slope = slope + DECAY * self.p[i]
                    m[i] = 0.9 * m[i] + 0.1 * slope
                    v[i] = 0.999 * v[i] + 0.001 * slope * slope
                    self.p[i] -= rate * (m[i] / (1 - 0.9 ** step)) / (np.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-8)


def learn(data, rows):
    networks = []
    for seed in range(NETWORKS):
        random = np.random.RandomState(seed)
        networks.append(Network(data.width, random))
        networks[-1].train(data, rows, random)
    return networks


def judge(networks, x):
    return sum(n.value(x)[0] for n in networks) / len(networks)


def hits(data, value):
    value = np.where(data.there, value, -np.inf)
    order = np.argsort(-value, axis=1, kind="stable")
    sorted_y = np.take_along_axis(data.y, order, 1)
    rank = np.where(sorted_y.sum(1) > 0, np.argmax(sorted_y, 1), CANDIDATES)
    table = []
    for number, _, _, questions in data.sets:
        mine = rank[data.set == int(number)]
        table.append([np.sum(mine < k) / int(questions) for k in (1, 3, 10)])
    return table


def check(data):
    first = np.tile(-np.arange(CANDIDATES, dtype=np.float32), (len(data.x), 1))
    halves, families = first.copy(), first.copy()
    for half in (0, 1):
        networks = learn(data, np.flatnonzero(data.usable & (data.half != half)))
        halves[data.half == half] = judge(networks, data.x[data.half == half])
    for family in sorted(set(data.family)):
        networks = learn(data, np.flatnonzero(data.usable & (data.family != family)))
        families[data.family == family] = judge(networks, data.x[data.family == family])
    print("%-22s %-20s %-20s %s" % ("set", "first stage", "other half", "other families"))
    for (_, name, _, _), *rows in zip(data.sets, hits(data, first), hits(data, halves), hits(data, families)):
        print("%-22s %s" % (name, "  ".join("%.3f %.3f %.3f" % tuple(r) for r in rows)))


def write(data, path):
    networks = learn(data, np.flatnonzero(data.usable))
    inner = np.concatenate([n.p[0] for n in networks], 1) / data.spread[:, None]
    bias = np.concatenate([n.p[1] - (data.mean / data.spread) @ n.p[0] for n in networks])
    outer = np.concatenate([n.p[2] for n in networks]) / NETWORKS
    direct = sum(n.p[3] for n in networks) / NETWORKS / data.spread

    def row(values):
        return "{" + ", ".join("%.6eF" % v for v in values) + "}"

    with open(path, "w", encoding="utf-8") as out:
        out.write("// Made by tests/bench/train_rerank.py; docs/ranking.md says how. Not to be edited.\n// clang-format off\n")
        out.write("constexpr size_t kModelInputs = %d;\nconstexpr size_t kModelHidden = %d;\n" % inner.shape)
        out.write("constexpr std::array<std::array<float, kModelHidden>, kModelInputs> kModelInner = {{\n")
        for values in inner:
            out.write(row(values) + ",\n")
        out.write("}};\n")
        out.write("constexpr std::array<float, kModelHidden> kModelBias = %s;\n" % row(bias))
        out.write("constexpr std::array<float, kModelHidden> kModelOuter = %s;\n" % row(outer))
        out.write("constexpr std::array<float, kModelInputs> kModelDirect = %s;\n// clang-format on\n" % row(direct))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features")
    parser.add_argument("--write")
    arguments = parser.parse_args()
    data = Data(arguments.features)
    if arguments.write:
        write(data, arguments.write)
    else:
        check(data)


main()
