// Any bytes as a query with phrases and exclusions.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proto/cc/text.h"
#include "services/answer/query_syntax.h"
#include "tests/fuzz/fuzz_check.h"

namespace hotline::fuzz {
namespace {

void CheckCondition(const answer::QueryCondition& condition, size_t length) {
  FUZZ_CHECK(condition.begin < condition.end && condition.end <= length);
}

}  // namespace

void TestQuerySyntax(std::string_view text) {
  if (!IsUtf8(text)) return;  // refused before it is read
  const auto query = answer::ReadQuery(text);
  if (!query.ok()) return;
  const size_t length = CodePoints(text);
  FUZZ_CHECK(query->phrases.size() + query->excluded.size() <= answer::kConditionsMax);
  FUZZ_CHECK(IsUtf8(query->text));
  FUZZ_CHECK(CodePoints(query->text) == length);  // positions are those of the query
  for (const auto& condition : query->phrases) CheckCondition(condition, length);
  for (const auto& condition : query->excluded) CheckCondition(condition, length);
  (void)answer::PhrasesOnly(*query);
}

}  // namespace hotline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hotline::fuzz::TestQuerySyntax({reinterpret_cast<const char*>(data), size});
  return 0;
}
