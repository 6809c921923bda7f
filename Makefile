# Two doors: `make run` and `make test`. Everything else is CMake (CMakePresets.json).
.PHONY: run test slow eval eval-record eval-build bench-search fuzz deps build format

# Installs what is missing, builds, loads the sample base into ./data if that is empty, serves, prints the URLs.
run: deps
	@cmake --preset release $(QUIET)
	@cmake --build --preset release --target kb-server kbctl web
	@scripts/run

# Installs what is missing, builds everything, runs every test but the slow ones.
test: deps
	@cmake --preset dev $(QUIET)
	@cmake --build --preset dev
	@ctest --preset dev

# The long crash, power-cut and model runs.
slow: deps
	@cmake --preset release $(QUIET)
	@cmake --build --preset release
	@ctest --preset slow

# Judges finding and answering on every dev set (docs/evaluation.md); fails when something became worse beyond the noise.
eval: eval-build
	@python3 tests/eval/run_eval.py

# The same, and these are the good figures from now on (tests/eval/recorded.tsv).
eval-record: eval-build
	@python3 tests/eval/run_eval.py --record

eval-build: deps
	@cmake --preset release $(QUIET)
	@cmake --build --preset release --target kb-server kb-eval

# Ours beside Xapian, SQLite FTS5, Groonga and PostgreSQL in one run; ARGS="--rows 1000000 --no-quality" and others.
bench-search: deps
	@tests/bench/peers/run $(ARGS)

# Fuzzes the analyzer and the queries with sanitizers, FUZZ_SECONDS (default an hour) each.
fuzz:
	@scripts/deps clang libclang-rt-14-dev
	@tests/fuzz/run

deps:
	@scripts/deps

format:
	@git ls-files '*.h' '*.cc' | xargs clang-format -i

QUIET = --log-level=WARNING
