#include "tests/unit/sheets/sheet_test_base.h"

#include <algorithm>

#include "proto/cc/names.h"

namespace hotline::knowledge::sheets {

runtime::Call SheetTest::LongCall() {
  runtime::Call call = ACall("知识库管理员");
  call.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(30);
  return call;
}

absl::StatusOr<SheetTest::Outcome> SheetTest::ImportWith(SheetService& sheets,
                                                         const std::string& bytes,
                                                         v1::ImportSheetRequest settings,
                                                         const runtime::Call& call) {
  constexpr size_t kPiece = 256U << 10U;
  ASSIGN_OR_RETURN(const auto session, sheets.ImportSheet(call));
  for (size_t at = 0; at == 0 || at < bytes.size(); at += kPiece) {
    v1::ImportSheetRequest piece = at == 0 ? settings : v1::ImportSheetRequest();
    piece.set_data(bytes.substr(at, kPiece));
    piece.set_complete(at + kPiece >= bytes.size());
    RETURN_IF_ERROR(session->On(piece).status());
  }
  Outcome outcome;
  for (;;) {
    ASSIGN_OR_RETURN(auto message, session->More());
    if (!message.has_value()) return outcome;
    ++outcome.messages;
    outcome.refused_file += message->refused_file();
    outcome.totals = *std::move(message);
  }
}

absl::StatusOr<std::string> SheetTest::ExportWith(SheetService& sheets,
                                                  const v1::ExportSheetRequest& request) {
  ASSIGN_OR_RETURN(const auto source, sheets.ExportSheet(LongCall(), request));
  std::string bytes;
  for (;;) {
    ASSIGN_OR_RETURN(const auto step, source->Next());
    if (step.kind != runtime::StreamStep<v1::ExportSheetResponse>::Kind::kMessage) return bytes;
    bytes += step.message.data();
  }
}

void SheetTest::Put(const store::v1::Resource& resource) {
  ASSERT_THAT(store_.Commit(hotline::testing::ACommit().Put(resource), LongCall().deadline),
              IsOk());
}

std::vector<v1::Entry> SheetTest::EntriesOf(storage::Store& store) {
  std::vector<v1::Entry> entries;
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_page_size(1'000);
  for (bool more = true; more;) {
    const auto page = store.List(query, LongCall().deadline);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    for (const auto& found : page->resources) {
      v1::Entry entry = found.resource.entry();
      query.set_after_name(entry.name());
      entry.clear_etag();
      entry.clear_create_time();
      entry.clear_update_time();
      entry.clear_updater();
      if (entry.has_online()) {
        entry.mutable_online()->clear_kb_revision();
        entry.mutable_online()->clear_publish_time();
        entry.mutable_online()->clear_publisher();
      }
      for (auto& variant : *entry.mutable_variants()) variant.clear_update_time();
      entries.push_back(std::move(entry));
    }
    more = page->more;
  }
  return entries;
}

std::vector<std::string> Reports(const v1::ImportSheetResponse& totals) {
  std::vector<std::string> reports;
  for (const auto& report : totals.reports()) {
    reports.push_back(std::to_string(report.row()) + " " + report.column() + " " + report.reason());
  }
  return reports;
}

}  // namespace hotline::knowledge::sheets
