// Real rows, as departments hand them over.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using Request = v1::ImportEntriesRequest;
using Response = v1::ImportEntriesResponse;

std::string Environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::string SourceDir() { return Environment("KOUJING_SOURCE_DIR", "."); }
std::string SharedFile(const std::string& path) {
  return Environment("KOUJING_SHARED_DIR", SourceDir() + "/../shared") + "/" + path;
}

class RealRows : public KnowledgeTest {
 protected:
  Response ImportFile(const std::string& path, Request::Format format) {
    auto session = service_.ImportEntries(ACall());
    Response total;
    std::ifstream file(path);
    std::string line;
    Request chunk = AnImport({}, Request::PUBLISH_ROWS, format);
    chunk.clear_first_row();
    size_t bytes = 0;
    const auto send = [&] {
      if (chunk.rows().empty()) return;
      const auto report = (*session)->On(chunk);
      ASSERT_THAT(report, IsOk());
      total.set_created_count(total.created_count() + report->created_count());
      total.set_updated_count(total.updated_count() + report->updated_count());
      total.set_unchanged_count(total.unchanged_count() + report->unchanged_count());
      total.mutable_refused_rows()->MergeFrom(report->refused_rows());
      chunk.clear_rows();
      bytes = 0;
    };
    while (std::getline(file, line)) {
      if (chunk.rows_size() == 500 || bytes + line.size() > (2U << 20U)) send();
      bytes += line.size();
      chunk.add_rows(line);
    }
    send();
    return total;
  }
};

TEST_F(RealRows, OfTheDemoBaseAllGoInAndAreUnchangedTheSecondTime) {
  const std::string path = SharedFile("data/kb_demo.jsonl");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";

  const Response first = ImportFile(path, Request::JSONL_SEED);
  const int64_t head = Head();
  const Response second = ImportFile(path, Request::JSONL_SEED);

  EXPECT_EQ(first.created_count(), 5454);
  EXPECT_EQ(first.refused_rows_size(), 0) << first.refused_rows(0).DebugString();
  EXPECT_EQ(second.unchanged_count(), 5454);
  EXPECT_EQ(Head(), head);
}

TEST_F(RealRows, OfTheSampleAllGoInAndAreUnchangedTheSecondTime) {
  const std::string path = SourceDir() + "/sample/knowledge.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";

  const Response first = ImportFile(path, Request::JSONL_ROW);
  const Response second = ImportFile(path, Request::JSONL_ROW);

  EXPECT_GT(first.created_count(), 0);
  EXPECT_EQ(first.refused_rows_size(), 0) << first.refused_rows(0).DebugString();
  EXPECT_EQ(second.unchanged_count(), first.created_count());
}

}  // namespace
}  // namespace hotline::knowledge
