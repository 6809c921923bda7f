#include "services/insight/change_feed_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::insight {
namespace {

using knowledge::v1::Entry;

// An entry seldom has more than 200 KiB, and a reply of the store 8 MiB.
constexpr size_t kNamesAtOnce = 32;

}  // namespace

absl::StatusOr<std::vector<Entry>> ChangeReader::EntriesAt(const std::vector<std::string>& names,
                                                           int64_t kb_revision,
                                                           storage::Deadline deadline) const {
  std::vector<Entry> entries;
  if (kb_revision <= 0) return entries;
  size_t at_once = kNamesAtOnce;
  for (size_t first = 0; first < names.size();) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first);
    const size_t count = std::min(at_once, names.size() - first);
    const std::vector<std::string> some(begin, begin + static_cast<std::ptrdiff_t>(count));
    auto page = store_.BatchGet(some, kb_revision, deadline);
    if (!page.ok() && ReasonOf(page.status()) == type::v1::LIMIT_EXCEEDED && count > 1) {
      at_once = count / 2;  // they are larger than usual
      continue;
    }
    RETURN_IF_ERROR(page.status());
    for (storage::Versioned& found : page->resources)
      entries.push_back(std::move(*found.resource.mutable_entry()));
    first += count;
  }
  return entries;
}

absl::StatusOr<bool> ChangeReader::Existed(const std::string& name, int64_t kb_revision,
                                           storage::Deadline deadline,
                                           store::v1::Resource* resource) const {
  if (kb_revision <= 0) return false;
  auto found = store_.Get(name, kb_revision, deadline);
  if (!found.ok() && ReasonOf(found.status()) == type::v1::RESOURCE_NOT_FOUND) return false;
  RETURN_IF_ERROR(found.status());
  *resource = std::move(found->resource);
  return true;
}

absl::StatusOr<std::vector<std::string>> ChangeReader::AllSayers(const std::string& fact,
                                                                 int64_t kb_revision,
                                                                 storage::Deadline deadline) const {
  std::vector<std::string> names;
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_page_size(storage::kPageSizeMax);
  query.set_kb_revision(kb_revision);
  query.mutable_filter()->set_reference(fact);
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, deadline));
    for (const storage::Versioned& found : page.resources) names.push_back(NameOf(found.resource));
    more = page.more && !page.resources.empty();
    if (more) query.set_after_name(names.back());
  }
  return names;
}

absl::Status ChangeReader::AddFacts(const ChangeInput& input, const Sayers& sayers,
                                    storage::Deadline deadline,
                                    std::map<std::string, ChangeRecord>* records) const {
  for (const knowledge::v1::Fact& fact : input.facts) {
    store::v1::Resource before;
    ASSIGN_OR_RETURN(const bool existed,
                     Existed(fact.name(), input.kb_revision - 1, deadline, &before));
    if (!existed || !SaysOtherwise(before.fact(), fact)) continue;
    ASSIGN_OR_RETURN(const std::vector<std::string> names,
                     sayers ? sayers(fact.name(), input.kb_revision)
                            : AllSayers(fact.name(), input.kb_revision, deadline));
    ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                     EntriesAt(names, input.kb_revision, deadline));
    for (const Entry& entry : entries) {
      const auto said = FactsSaid(entry);
      if (!std::binary_search(said.begin(), said.end(), fact.name())) continue;
      if (auto record = GroundChange(entry, v1::FACT_CHANGED, input))
        records->try_emplace(entry.name(), *std::move(record));
    }
  }
  return absl::OkStatus();
}

absl::Status ChangeReader::AddSuspects(const ChangeInput& input, storage::Deadline deadline,
                                       std::map<std::string, ChangeRecord>* records) const {
  for (const knowledge::v1::Task& task : input.lapse_tasks) {
    store::v1::Resource before;
    // Only its first version tells of the lapse; later ones are its life as a task.
    ASSIGN_OR_RETURN(const bool existed,
                     Existed(task.name(), input.kb_revision - 1, deadline, &before));
    if (existed) continue;
    std::vector<std::string> names;
    for (const std::string& subject : task.subjects()) {
      if (CollectionOf(subject) == kEntries) names.push_back(subject);
    }
    ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                     EntriesAt(names, input.kb_revision, deadline));
    for (const Entry& entry : entries) {
      if (auto record = GroundChange(entry, v1::SUSPECT, input))
        records->try_emplace(entry.name(), *std::move(record));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ChangeRecords> ChangeReader::Read(const ChangeInput& input, const Sayers& sayers,
                                                 storage::Deadline deadline) const {
  std::vector<std::string> names = input.deleted;
  for (const Entry& entry : input.entries) names.push_back(entry.name());
  ASSIGN_OR_RETURN(const std::vector<Entry> found,
                   EntriesAt(names, input.kb_revision - 1, deadline));
  std::map<std::string, const Entry*> before;
  for (const Entry& entry : found) before[entry.name()] = &entry;
  const auto before_of = [&](const std::string& name) {
    const auto it = before.find(name);
    return it == before.end() ? nullptr : it->second;
  };
  std::map<std::string, ChangeRecord> records;
  for (const Entry& entry : input.entries) {
    if (auto record = TextChange(before_of(entry.name()), &entry, input))
      records.emplace(entry.name(), *std::move(record));
  }
  for (const std::string& name : input.deleted) {
    if (auto record = TextChange(before_of(name), nullptr, input))
      records.emplace(name, *std::move(record));
  }
  RETURN_IF_ERROR(AddFacts(input, sayers, deadline, &records));
  RETURN_IF_ERROR(AddSuspects(input, deadline, &records));
  ChangeRecords result;
  for (auto& [name, record] : records) result.push_back(std::move(record));
  return result;
}

absl::StatusOr<ChangeReader::Batch> ChangeReader::ReadAfter(int64_t kb_revision,
                                                            storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const storage::FeedBatch feed, store_.ReadChanges(kb_revision, deadline));
  Batch batch{.records = {}, .reached = kb_revision, .head = feed.head.kb_revision};
  for (const store::v1::Change& change : feed.changes) {
    const ChangeInput input = InputOf(change);
    if (!input.empty()) {
      ASSIGN_OR_RETURN(ChangeRecords records, Read(input, nullptr, deadline));
      for (ChangeRecord& record : records) batch.records.push_back(std::move(record));
    }
    batch.reached = change.kb_revision();
  }
  return batch;
}

}  // namespace hotline::insight
