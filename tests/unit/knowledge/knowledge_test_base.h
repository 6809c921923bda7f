// A KnowledgeService on an empty store, and short words for what tests do with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/knowledge/knowledge_service.h"
#include "services/runtime/call.h"
#include "storage/store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::knowledge {

using ::hotline::testing::AnEntry;
using ::hotline::testing::EqualsProto;
using ::hotline::testing::HasReason;
using ::hotline::testing::IsOk;
using ::hotline::testing::NewRequestId;
using ::hotline::testing::StatusIs;

// A call of `actor` with a deadline that no test reaches.
runtime::Call ACall(std::string_view actor = "editor");
runtime::Call APublicCall();

// An empty store. Which one is decided by the library that a test is linked with: the same tests
// run on the model (memory_test_store.cc) and on the durable store (rocks_test_store.cc).
std::unique_ptr<storage::Store> MakeTestStore();

class KnowledgeTest : public ::testing::Test {
 protected:
  // The content of AnEntry() with this question and answer.
  static v1::EntryContent Content(std::string_view question = "社保怎么缴费？",
                                  std::string_view answer = "网上办。");

  v1::Entry Create(const std::string& id, const v1::EntryContent& content = Content());
  v1::Entry Publish(const v1::Entry& entry);
  v1::Entry CreatePublished(const std::string& id, const v1::EntryContent& content = Content());
  v1::Entry SetAnswer(const v1::Entry& entry, std::string_view answer);
  v1::Entry Get(const std::string& name, int64_t kb_revision = 0);
  int64_t Head();

  const std::unique_ptr<storage::Store> owned_store_ = MakeTestStore();
  storage::Store& store_ = *owned_store_;
  KnowledgeService service_{store_};
};

// An import of seed rows; publishes.
v1::ImportEntriesRequest AnImport(
    const std::vector<std::string>& rows,
    v1::ImportEntriesRequest::Mode mode = v1::ImportEntriesRequest::PUBLISH_ROWS,
    v1::ImportEntriesRequest::Format format = v1::ImportEntriesRequest::JSONL_SEED);

}  // namespace hotline::knowledge
