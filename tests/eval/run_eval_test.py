"""What counts as a regression, and what does not."""

import contextlib
import io
import random
import unittest

import run_eval


def line(name, ranks, replies=""):
    return {"set": name, "digest": "d", "ranks": ranks, "replies": replies}


def regressed(old, new):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        worse = run_eval.compare([new], {old["set"]: old})
    return worse, out.getvalue()


class Noise(unittest.TestCase):
    def test_mcnemar_is_exact(self):
        self.assertEqual(run_eval.binomial_tail(0, 0), 1.0)
        self.assertAlmostEqual(run_eval.binomial_tail(5, 0), 1 / 32)
        self.assertAlmostEqual(run_eval.binomial_tail(2, 1), 0.5)

    def test_the_permutation_agrees_with_the_exact_test_of_equal_differences(self):
        differences = [-1.0] * 30 + [1.0] * 14
        self.assertAlmostEqual(run_eval.permutation(differences), run_eval.binomial_tail(30, 14), delta=0.01)
        self.assertEqual(run_eval.permutation([0.5, -0.25]), 1.0)
        self.assertEqual(run_eval.permutation([]), 1.0)

    def test_the_same_run_never_fails(self):
        ranks = "1-2A" * 100
        self.assertFalse(regressed(line("x", ranks, "RWCN" * 100), line("x", ranks, "RWCN" * 100))[0])

    def test_a_loss_beyond_the_noise_fails_and_names_itself(self):
        worse, text = regressed(line("x", "1" * 400), line("x", "1" * 380 + "2" * 20))
        self.assertTrue(worse)
        self.assertIn("REGRESSION x: hit@1 1.000 -> 0.950", text)

    def test_more_false_answers_fail_though_the_search_is_the_same(self):
        worse, text = regressed(line("no_answer", "", "N" * 147), line("no_answer", "", "N" * 127 + "W" * 20))
        self.assertTrue(worse)
        self.assertIn("answered wrong", text)

    def test_changes_both_ways_are_noise(self):
        generator = random.Random(1)
        ranks = [generator.choice("1123-") for _ in range(1000)]
        old = "".join(generator.choice("123-") if generator.random() < 0.1 else rank for rank in ranks)
        new = "".join(generator.choice("123-") if generator.random() < 0.1 else rank for rank in ranks)
        self.assertFalse(regressed(line("x", old), line("x", new))[0])

    def test_other_queries_are_not_compared(self):
        old = dict(line("x", "1" * 400), digest="other")
        worse, text = regressed(old, line("x", "-" * 400))
        self.assertFalse(worse)
        self.assertIn("other queries", text)


class Files(unittest.TestCase):
    def test_every_set_has_a_baseline_and_tables_are_whole(self):
        names = {name for name, *_ in run_eval.SETS}
        rows = run_eval.read_table(run_eval.BASELINES)
        self.assertLessEqual(names - {"gov_case_long"}, {row["set"] for row in rows if row["half"] == "dev"})
        for row in rows:
            self.assertLessEqual(float(row["hit@1"]), float(row["hit@10"]))
        for row in run_eval.read_table(run_eval.RECORDED):
            self.assertEqual(len(row["ranks"]) or len(row["replies"]), int(row["queries"]), row["set"])


if __name__ == "__main__":
    unittest.main()
