#include "services/answer/facets.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "services/answer/wording.h"

namespace hotline::answer {
namespace {

using v1::Facet;

std::string CodeText(RegionCode region) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%06u", region);
  return digits.data();
}

// What a facet counts of an entry; hits of equal numbers have equal values.
uint32_t NumberOf(const Found& found, Facet::Field field) {
  const index::DocAttributes& attributes = *found.hit.attributes;
  switch (field) {
    case Facet::REGION:
      return attributes.region;
    case Facet::CATEGORY:
      return attributes.category;
    case Facet::DEPARTMENT:
      return attributes.department;
    default:
      return attributes.kind;
  }
}

struct Value {
  std::string value;
  std::string display_name;
};

Value ValueOf(const Corpus& corpus, Facet::Field field, uint32_t number) {
  switch (field) {
    case Facet::REGION:
      return {CodeText(number), RegionName(number)};
    case Facet::CATEGORY: {
      const std::string_view path = corpus.words->WordOf(number);
      const std::string first(path.substr(0, path.find('/')));
      return {first, first};
    }
    case Facet::DEPARTMENT: {
      const std::string name(corpus.words->WordOf(number));
      const PublishedDepartment* department = corpus.departments.Find(KeyOf(name));
      return {name, department == nullptr ? name : department->display_name};
    }
    default: {
      const auto kind = static_cast<knowledge::v1::EntryKind>(number);
      return {knowledge::v1::EntryKind_Name(kind), std::string(KindName(kind))};
    }
  }
}

}  // namespace

std::string_view KindName(knowledge::v1::EntryKind kind) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "",         "热点问答", "办事指南", "机构职能", "办事结果查询", "政策文件",
      "政策解读", "通知公告", "应急口径", "法律条文", "诉求案例"};
  const auto number = static_cast<size_t>(kind);
  return number < kNames.size() ? kNames[number] : "";
}

absl::Status CheckFacets(const v1::SearchRequest& request) {
  std::array<bool, Facet::Field_ARRAYSIZE> asked{};
  for (const int field : request.facets()) {
    if (!Facet::Field_IsValid(field) || field == Facet::FIELD_UNSPECIFIED) {
      return FieldInvalid("facets", std::to_string(field),
                          "请使用 REGION、CATEGORY、DEPARTMENT 或 KIND。");
    }
    if (std::exchange(asked[static_cast<size_t>(field)], true)) {
      return FieldInvalid("facets", Facet::Field_Name(field), "同一个分面只能写一次。");
    }
  }
  return absl::OkStatus();
}

bool IsNarrowed(const v1::SearchRequest& request, Facet::Field field) {
  switch (field) {
    case Facet::CATEGORY:
      return !request.category().empty();
    case Facet::DEPARTMENT:
      return !request.department().empty();
    case Facet::KIND:
      return request.kind() != knowledge::v1::ENTRY_KIND_UNSPECIFIED;
    default:
      return false;
  }
}

Facet CountFacet(const Corpus& corpus, std::span<const Found> found, Facet::Field field) {
  std::map<uint32_t, int32_t> by_number;
  for (const Found& one : found) ++by_number[NumberOf(one, field)];
  // Several numbers may have one value: paths below one category.
  std::map<std::string, std::pair<std::string, int32_t>> by_value;
  for (const auto& [number, count] : by_number) {
    Value value = ValueOf(corpus, field, number);
    if (value.value.empty()) continue;
    auto& row = by_value[value.value];
    row.first = std::move(value.display_name);
    row.second += count;
  }
  using Row = decltype(by_value)::value_type;
  std::vector<const Row*> rows;
  for (const Row& row : by_value) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row* a, const Row* b) { return a->second.second > b->second.second; });
  if (rows.size() > kFacetValuesMax) rows.resize(kFacetValuesMax);
  Facet facet;
  facet.set_field(field);
  for (const Row* row : rows) {
    auto& value = *facet.add_values();
    value.set_value(row->first);
    value.set_display_name(row->second.first);
    value.set_count(row->second.second);
  }
  return facet;
}

}  // namespace hotline::answer
