#include "tests/model/random_commands.h"

#include <array>
#include <cstdio>
#include <set>

#include "proto/cc/names.h"
#include "tests/testing/builders.h"

namespace hotline::storage {
namespace {

constexpr std::array<const char*, 4> kRegions = {"440300", "440305", "440000", "000000"};
constexpr std::array<const char*, 5> kCategories = {"社保", "社保/养老", "社保/养老/退休", "社保卡",
                                                    "户籍"};

}  // namespace

int64_t RandomCommands::Below(int64_t n) {
  return static_cast<int64_t>(random_() % static_cast<uint64_t>(n));
}

std::string RandomCommands::AName() {
  const int64_t kind = Below(14);
  if (kind >= 12) return "receipts/r" + std::to_string(Below(30));
  if (kind == 11) return "synonyms/s" + std::to_string(Below(4));
  if (kind == 10) return "facts/f" + std::to_string(Below(4));
  if (kind == 0) return "departments/d" + std::to_string(Below(6));
  if (kind == 1) return "policies/p" + std::to_string(Below(6));
  return "entries/e" + std::to_string(Below(40));
}

std::string RandomCommands::ARequestId() {
  char id[37];
  std::snprintf(id, sizeof id, "%08x-0000-4000-8000-%012llx", static_cast<unsigned>(random_()),
                static_cast<unsigned long long>(++request_count_));
  return id;
}

store::v1::Resource RandomCommands::AResource(const std::string& name) {
  const std::string id(IdOf(name));
  if (CollectionOf(name) == kDepartments) return testing::ResourceOf(testing::ADepartment(id));
  if (CollectionOf(name) == kPolicies) return testing::ResourceOf(testing::APolicy(id));
  if (CollectionOf(name) == kFacts) {
    return testing::ResourceOf(testing::AFact(id, std::to_string(Below(100))));
  }
  if (CollectionOf(name) == kSynonyms) {
    const std::string word = "词" + std::to_string(Below(100));
    return testing::ResourceOf(
        testing::ASynonymSet(id, knowledge::v1::SynonymSet::EQUIVALENT, {word, word + "儿"}));
  }
  if (CollectionOf(name) == kReceipts) {
    return testing::ResourceOf(testing::AReceipt(id, "e" + std::to_string(Below(3)), 1 + Below(3)));
  }
  testing::EntryBuilder entry = testing::AnEntry(id);
  entry.Question("问题" + std::to_string(Below(1'000)) + "？")
      .Region(kRegions[static_cast<size_t>(Below(4))])
      .Category(kCategories[static_cast<size_t>(Below(5))])
      .Kind(OneIn(4) ? knowledge::v1::GUIDE : knowledge::v1::FAQ);
  if (OneIn(3)) entry.Department("departments/d" + std::to_string(Below(6)));
  if (OneIn(20)) entry.Answer(std::string(static_cast<size_t>(Below(50'000)) + 1, 'x'));
  if (OneIn(4)) entry.Answer("每月{{facts/f" + std::to_string(Below(4)) + "}}。");
  if (OneIn(4)) entry.Policy("policies/p" + std::to_string(Below(6)));
  if (OneIn(3)) entry.Online(1 + Below(5));
  if (OneIn(6)) entry.Withdrawn(knowledge::v1::Entry::RECALLED, "数字有误", 1 + Below(5));
  return testing::ResourceOf(entry.Build());
}

store::v1::CommitRequest RandomCommands::ACommit(const std::vector<std::string>& etags) {
  testing::CommitBuilder commit;
  commit.RequestId(ARequestId()).Action("Random");
  std::set<std::string> names;
  const int64_t count = 1 + Below(4);
  for (int64_t i = 0; i < count; ++i) names.insert(AName());
  for (const std::string& name : names) {
    if (OneIn(6)) {
      commit.Delete(name);
    } else {
      commit.Put(AResource(name));
    }
    switch (Below(8)) {
      case 0:
        commit.IfAbsent(name);
        break;
      case 1:
        commit.IfPresent(name);
        break;
      case 2:
        if (!etags.empty()) {
          commit.IfEtag(name,
                        etags[static_cast<size_t>(Below(static_cast<int64_t>(etags.size())))]);
        }
        break;
      case 3:
        commit.IfUnreferenced(name);
        break;
      default:
        break;
    }
  }
  if (OneIn(12)) commit.ValidateOnly();
  if (OneIn(15)) commit.Urgent();
  return commit;
}

store::v1::CommitRequest RandomCommands::ASimpleCommit() {
  return testing::CommitBuilder()
      .RequestId(ARequestId())
      .Put(AResource("entries/e" + std::to_string(Below(40))));
}

store::v1::ListResourcesRequest RandomCommands::AReceiptList(int64_t after_kb_revision) {
  store::v1::ListResourcesRequest request;
  request.set_collection("receipts");
  request.set_page_size(static_cast<int32_t>(1 + Below(8)));
  request.mutable_receipts()->set_entry("entries/e" + std::to_string(Below(3)));
  request.mutable_receipts()->set_revision(Below(4));
  request.set_after_kb_revision(after_kb_revision);
  if (OneIn(2)) request.set_after_name("receipts/r" + std::to_string(Below(30)));
  return request;
}

store::v1::ListResourcesRequest RandomCommands::AList(int64_t kb_revision) {
  store::v1::ListResourcesRequest request;
  request.set_collection(OneIn(5) ? (OneIn(2)   ? "departments"
                                     : OneIn(2) ? "receipts"
                                                : "synonyms")
                                  : "entries");
  request.set_page_size(static_cast<int32_t>(1 + Below(30)));
  request.set_kb_revision(kb_revision);
  if (OneIn(2)) request.set_after_name(AName());
  if (request.collection() != "entries" || OneIn(2)) return request;
  auto& filter = *request.mutable_filter();
  if (OneIn(2)) filter.set_region(kRegions[static_cast<size_t>(Below(4))]);
  if (OneIn(3)) filter.set_category(kCategories[static_cast<size_t>(Below(5))]);
  if (OneIn(3)) filter.set_state(knowledge::v1::Entry::PUBLISHED);
  if (OneIn(4)) filter.set_kind(knowledge::v1::GUIDE);
  if (OneIn(4)) filter.set_department("departments/d" + std::to_string(Below(6)));
  if (OneIn(4)) {
    filter.set_reference(OneIn(2) ? "facts/f" + std::to_string(Below(4))
                                  : "policies/p" + std::to_string(Below(6)));
  }
  return request;
}

}  // namespace hotline::storage
