"""Rules of the house that a tool can check: layers, sizes, words, the contract.

Run by ctest (contract_rules); by hand: python3 tests/rules/rules_test.py
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = [ROOT / d for d in ("proto/cc", "storage", "services", "clients", "tests")]
BUF = ROOT / "node_modules/.bin/buf"

FILE_LINES_MAX = 600
LINE_LENGTH_MAX = 130  # clang-format keeps code at 100; Chinese sentences and CMake names may pass it

# room -> rooms that it may include (besides itself and proto/cc)
LAYERS = {
    "storage": set(),
    "services/text": set(),
    "services/runtime": set(),
    "services/access": {"storage", "services/runtime"},
    "services/records": {"storage", "services/text", "services/runtime", "services/access"},
    "services/index": {"services/text"},
    "services/audit": {"storage", "services/runtime", "services/access"},
    "services/identity": {"storage", "services/runtime", "services/access", "services/records"},
    "services/knowledge": {"storage", "services/text", "services/runtime", "services/access", "services/records"},
    "services/answer": {"storage", "services/text", "services/index", "services/runtime", "services/access",
                        "services/records"},
    "services/insight": {"storage", "services/text", "services/index", "services/runtime", "services/access",
                         "services/records"},
    "services/gateway": {"services/runtime", "services/gateway/platforms"},
    # Of the gateway, webhook.h: the interface that it routes to.
    "services/gateway/platforms": {"services/runtime", "services/text", "services/gateway",
                                   "services/gateway/platforms/sealing"},
    "services/gateway/platforms/sealing": set(),
    "services/all_in_one": {"storage", "services/runtime", "services/access", "services/identity", "services/knowledge",
                            "services/answer", "services/audit", "services/insight", "services/gateway"},
    "clients/cpp": set(),
    "clients/mirror": set(),
    "clients/cli": {"clients/cpp", "clients/mirror", "services/gateway/platforms/sealing"},
}
# The process kb-store serves the store's door: its two files stand on the runtime frame.
LAYER_EXCEPTIONS = {
    "storage/main.cc": {"services/runtime"},
    "storage/store_service_grpc.h": {"services/runtime"},
    "storage/store_service_grpc.cc": {"services/runtime"},
    # Every process hands what must be recorded to the audit's recorder; that is wiring, so only main knows it.
    "services/knowledge/main.cc": {"services/audit"},
    "services/answer/main.cc": {"services/audit"},
    "services/identity/main.cc": {"services/audit"},
    "services/insight/main.cc": {"services/audit"},
}
BANNED_FOLDERS = {"util", "utils", "common", "helpers", "misc"}
BANNED_CODE = {
    r"\bcatch \(\.\.\.\)": "name the exception, at the one frame that may catch",
    r"\bsleep_for\b": "wait for the event itself",
    r"\bTODO\b": "do it, or write it into docs/roadmap.md",
}
# Where a rule does not hold, and why.
CODE_EXCEPTIONS = {
    ("services/runtime/call_frame.h", r"\bcatch \(\.\.\.\)"): "the one frame under every handler",
    ("tests/crash/writes.cc", r"\bsleep_for\b"): "when a process is killed is a matter of time",
    ("tests/crash/kill_test.cc", r"\bsleep_for\b"): "likewise",
    ("tests/crash/power_cut_test.cc", r"\bsleep_for\b"): "likewise",
    ("tests/conformance/remote_store_test.cc", r"\bsleep_for\b"): "the rhythm of a fault that is injected",
}


def sources():
    for folder in CODE:
        yield from (p for p in folder.rglob("*") if p.suffix in {".h", ".cc"})


def room_of(path):
    relative = path.relative_to(ROOT).as_posix()
    for room in sorted(LAYERS, key=len, reverse=True):
        if relative.startswith(room + "/"):
            return room
    return None


class Layers(unittest.TestCase):
    def test_rooms_include_only_what_they_may(self):
        wrong = []
        for path in sources():
            room = room_of(path)
            if room is None:
                continue
            relative = path.relative_to(ROOT).as_posix()
            allowed = LAYERS[room] | {room} | LAYER_EXCEPTIONS.get(relative, set())
            for included in re.findall(r'^#include "((?:storage|services|clients|tests)/[^"]+)"', path.read_text(), re.M):
                target = room_of(ROOT / included)
                if target is None or target not in allowed:
                    wrong.append(f"{relative} includes {included}")
        self.assertEqual(wrong, [])

    def test_only_storage_sees_rocksdb(self):
        wrong = [
            p.relative_to(ROOT).as_posix()
            for p in sources()
            if re.search(r'#include [<"]rocksdb/', p.read_text())
            and not p.relative_to(ROOT).as_posix().startswith(("storage/", "tests/"))
        ]
        self.assertEqual(wrong, [])

    def test_handlers_know_no_grpc(self):
        wrong = [
            p.relative_to(ROOT).as_posix()
            for folder in ("services/knowledge", "services/answer")
            for p in (ROOT / folder).rglob("*")
            if p.suffix in {".h", ".cc"}
            and not p.name.endswith(("_grpc.h", "_grpc.cc"))
            and p.name != "main.cc"
            and re.search(r'#include [<"]grpcpp/', p.read_text())
        ]
        self.assertEqual(wrong, [])


class Sizes(unittest.TestCase):
    def test_files_stay_readable(self):
        long = [
            f"{p.relative_to(ROOT)}: {n} lines"
            for p in sources()
            if (n := len(p.read_text().splitlines())) > FILE_LINES_MAX
        ]
        self.assertEqual(long, [])

    def test_lines_stay_readable(self):
        long = [
            f"{p.relative_to(ROOT)}:{number}"
            for p in sources()
            for number, line in enumerate(p.read_text().splitlines(), 1)
            if len(line) > LINE_LENGTH_MAX and 'R"' not in line  # a raw string is what it is
        ]
        self.assertEqual(long, [])


class Format(unittest.TestCase):
    def test_code_is_formatted(self):
        if shutil.which("clang-format") is None:
            self.skipTest("clang-format is not installed: run `make deps`")
        files = [str(p) for p in sources()]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = pool.map(
                lambda chunk: subprocess.run(["clang-format", "--dry-run", "-Werror", *chunk], capture_output=True, text=True),
                (files[i : i + 25] for i in range(0, len(files), 25)))
        wrong = sorted({line.split(":")[0] for r in results for line in r.stderr.splitlines() if "error:" in line})
        self.assertEqual(wrong, [], "run `make format`")


class Words(unittest.TestCase):
    def test_no_folder_without_a_meaning(self):
        found = [p for folder in CODE for p in folder.rglob("*") if p.is_dir() and p.name in BANNED_FOLDERS]
        self.assertEqual(found, [])

    def test_no_banned_code(self):
        wrong = []
        for path in sources():
            relative = path.relative_to(ROOT).as_posix()
            for pattern, advice in BANNED_CODE.items():
                if (relative, pattern) not in CODE_EXCEPTIONS and re.search(pattern, path.read_text()):
                    wrong.append(f"{relative}: {pattern}: {advice}")
        self.assertEqual(wrong, [])

    def test_services_do_not_print(self):
        wrong = [
            p.relative_to(ROOT).as_posix()
            for p in sources()
            if p.relative_to(ROOT).as_posix().startswith(("storage/", "services/"))
            and p.name != "main.cc"
            and re.search(r"\bstd::(cout|cerr)\b", p.read_text())
        ]
        self.assertEqual(wrong, [])


class Contract(unittest.TestCase):
    def buf(self, *arguments):
        if not BUF.exists():
            self.skipTest("buf is not installed: run `make deps`")
        result = subprocess.run([BUF, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_protos_are_lint_free(self):
        self.buf("lint")

    def test_protos_break_nobody(self):
        # proto/baseline.binpb is the contract as last released; docs/api.md says how and when it is renewed.
        self.buf("breaking", "--against", "proto/baseline.binpb")

    def test_stored_messages_hold_no_maps(self):
        text = "".join((ROOT / "proto/hotline" / area).read_text() for area in (
            "knowledge/v1/entry.proto", "knowledge/v1/resources.proto", "store/v1/change.proto",
            "identity/v1/identity.proto", "audit/v1/audit.proto",
            *(f"insight/v1/{name}.proto" for name in (
                "receipt", "gap", "correction", "usage", "event", "reading", "quality", "privacy"))))
        self.assertIsNone(re.search(r"^\s*map<", text, re.M))

    def test_every_config_key_is_documented(self):
        document = (ROOT / "docs/operations.md").read_text()
        section, missing = None, []
        names = {"StoreConfig": "store", "ServerConfig": "server", "AnswerConfig": "answer",
                 "GatewayConfig": "gateway", "LogConfig": "log", "AccessConfig": "access",
                 "KnowledgeConfig": "knowledge", "AuditConfig": "audit", "InsightConfig": "insight"}
        for line in (ROOT / "proto/hotline/config/v1/config.proto").read_text().splitlines():
            if found := re.match(r"message (\w+)", line):
                section = names.get(found[1])
            elif section and (found := re.match(r"  (?:repeated )?\w+ (\w+) = \d+;", line)):
                if f"`{section}.{found[1]}`" not in document:
                    missing.append(f"{section}.{found[1]}")
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
