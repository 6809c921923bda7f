"""A client in another language, made only from the protos: Debian's python3-grpcio against a real kb-server."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

SOURCE = pathlib.Path(os.environ["KOUJING_SOURCE_DIR"])
BINARY = pathlib.Path(os.environ["KOUJING_BINARY_DIR"])
OUT = tempfile.mkdtemp(prefix="koujing-python-")

protos = sorted(str(p.relative_to(SOURCE / "proto")) for p in (SOURCE / "proto/hotline").rglob("*.proto"))
subprocess.run(
    ["protoc", f"--python_out={OUT}", f"--grpc_out={OUT}", "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin",
     "-I", SOURCE / "proto", "-I", SOURCE / "node_modules/google-proto-files", *protos,
     "google/rpc/status.proto", "google/rpc/error_details.proto"],
    check=True)
sys.path.insert(0, OUT)

import grpc  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from hotline.answer.v1 import answer_service_pb2 as answer_pb  # noqa: E402
from hotline.answer.v1 import answer_service_pb2_grpc as answer_rpc  # noqa: E402
from hotline.knowledge.v1 import entry_pb2, knowledge_service_pb2 as knowledge_pb  # noqa: E402
from hotline.knowledge.v1 import knowledge_service_pb2_grpc as knowledge_rpc  # noqa: E402
from hotline.type.v1 import channel_pb2  # noqa: E402


class PythonClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        ready = pathlib.Path(cls.dir.name) / "ready"
        cls.server = subprocess.Popen(
            [BINARY / "bin/kb-server", f"--store.dir={cls.dir.name}/data", "--store.reserve_mib=1", "--access.mode=open",
             "--knowledge.review_stages_normal=-1",  # drafts are published as they are: not this test's subject
             "--server.listen=127.0.0.1:0", "--gateway.listen=127.0.0.1:0", f"--server.ready_file={ready}"],
            stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not ready.exists() and cls.server.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        cls.channel = grpc.insecure_channel(ready.read_text().strip())
        cls.answer = answer_rpc.AnswerServiceStub(cls.channel)
        cls.knowledge = knowledge_rpc.KnowledgeServiceStub(cls.channel)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.server.terminate()
        assert cls.server.wait(30) == 0
        cls.dir.cleanup()

    def test_writes_and_reads_its_own_write_by_token(self):
        content = entry_pb2.EntryContent(
            kind=entry_pb2.FAQ, question="公积金怎么提取", category="住房公积金", region="440300",
            blocks=[entry_pb2.AnswerBlock(type=entry_pb2.AnswerBlock.CONCLUSION, text="可以在网上提取。")])
        created = self.knowledge.CreateEntry(knowledge_pb.CreateEntryRequest(
            entry_id="gongjijin", entry=entry_pb2.Entry(content=content), request_id=str(uuid.uuid4())), timeout=10)
        published = self.knowledge.PublishEntry(knowledge_pb.PublishEntryRequest(
            name=created.name, etag=created.etag, request_id=str(uuid.uuid4())), timeout=10)

        request = answer_pb.AskRequest(question="公积金怎么提取", channel=channel_pb2.WEB)
        request.consistency.at_least_token = published.consistency_token
        reply = self.answer.Ask(request, timeout=10)

        self.assertEqual(reply.outcome, answer_pb.AskResponse.ANSWERED)
        self.assertEqual(reply.answer.entry, "entries/gongjijin")
        self.assertEqual(reply.answer.content_hash, published.online.content_hash)
        self.assertGreaterEqual(reply.freshness.kb_revision, published.online.kb_revision)

    def test_errors_carry_reason_and_chinese_sentence(self):
        with self.assertRaises(grpc.RpcError) as raised:
            self.knowledge.GetEntry(knowledge_pb.GetEntryRequest(name="entries/none"), timeout=10)

        self.assertEqual(raised.exception.code(), grpc.StatusCode.NOT_FOUND)
        details = status_pb2.Status.FromString(
            dict(raised.exception.trailing_metadata())["grpc-status-details-bin"])
        info, localized = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
        for detail in details.details:
            detail.Unpack(info) or detail.Unpack(localized)
        self.assertEqual((info.reason, info.domain), ("RESOURCE_NOT_FOUND", "hotline12345"))
        self.assertEqual(localized.locale, "zh-CN")

    def test_a_call_without_deadline_is_refused(self):
        with self.assertRaises(grpc.RpcError) as raised:
            self.knowledge.GetEntry(knowledge_pb.GetEntryRequest(name="entries/none"))
        self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)


if __name__ == "__main__":
    unittest.main()
