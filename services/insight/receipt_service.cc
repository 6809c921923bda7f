#include "services/insight/receipt_service.h"

#include <map>
#include <optional>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/time.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/access/writer.h"
#include "services/insight/codes.h"
#include "services/insight/entry_rights.h"
#include "services/insight/receipt_checks.h"
#include "services/insight/said.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"

namespace hotline::insight {
namespace {

using knowledge::v1::Entry;
using records::FieldPath;
using type::v1::Channel;
using v1::AnswerReceipt;
using v1::GetReceiptResponse;

constexpr int kHistoryPage = 100;  // versions of an entry that are read at once

absl::Status Mismatch(const v1::CreateReceiptRequest& request, std::string_view why) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, type::v1::RECEIPT_MISMATCH,
      std::string(why) + "请重新查询答复，用其中的版本、全库版本和 content_hash 开具凭证。",
      {{"name", request.entry()}, {"revision", std::to_string(request.revision())}});
}

// What tells a repeat from another request: everything, the request_id too.
std::string FingerprintOf(v1::CreateReceiptRequest request, const std::string& request_id) {
  request.set_request_id(request_id);
  return Sha256(SerializeDeterministic(request));
}

// As clients see it.
AnswerReceipt Shown(AnswerReceipt receipt) {
  receipt.clear_fingerprint();
  return receipt;
}

// Counts a call for as long as it waits.
class Waiting {
 public:
  explicit Waiting(runtime::Metric& metric) : metric_(metric) { metric_.Add(1); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { metric_.Add(-1); }

 private:
  runtime::Metric& metric_;
};

}  // namespace

ReceiptService::ReceiptService(storage::Store& store, runtime::Metrics& metrics, UseRecorder* uses,
                               GroupLimits limits)
    : store_(store),
      metrics_(metrics),
      uses_(uses),
      reader_(store),
      waiting_(metrics.Gauge("koujing_receipts_waiting",
                             "Receipts that wait to be written, by the calls that wait for them.")),
      writer_(store, limits) {}

// --- giving

absl::Status ReceiptService::CheckSaid(const runtime::Call& call,
                                       const v1::CreateReceiptRequest& request) {
  const SaidCache::Key key{request.entry(), request.kb_revision(), request.channel()};
  std::shared_ptr<const SaidCache::Told> told = said_.Find(key);
  if (told == nullptr) {
    ASSIGN_OR_RETURN(const std::optional<Said> said,
                     ReadSaid(store_, request.entry(), request.kb_revision(), call.deadline));
    if (!said) return Mismatch(request, "该条目当时没有对外的答复，");
    if (!IsFor(OnlineContent(said->entry), request.channel())) {
      return Mismatch(request, "该条目当时不对这个渠道提供答复，");
    }
    ASSIGN_OR_RETURN(const bool held_true, HeldTrue(store_, *said, call.deadline));
    if (!held_true) return Mismatch(request, "该答复当时不在有效期内，");
    if (IsForCitizens(request.channel())) {
      ASSIGN_OR_RETURN(const bool doubtful,
                       WasDoubtful(store_, *said, request.channel(), call.deadline));
      if (doubtful) return Mismatch(request, "该答复当时正在核实，告知的是暂缓答复，不开具凭证；");
    }
    SaidCache::Told found{.revision = said->entry.online().revision(),
                          .content_hash = said->content_hash};
    told = std::make_shared<const SaidCache::Told>(found);
    said_.Keep(key, std::move(found));
  }
  if (told->revision != request.revision()) {
    return Mismatch(request, "当时对外的是第 " + std::to_string(told->revision) + " 版，");
  }
  if (told->content_hash != request.content_hash()) {
    return Mismatch(request, "内容与当时的答复不一致，");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CreateReceiptResponse> ReceiptService::CreateReceipt(
    const runtime::Call& call, const v1::CreateReceiptRequest& request) {
  RETURN_IF_ERROR(CheckRequest(request));
  RETURN_IF_ERROR(CheckChannel(call, request.channel()));
  NewReceipt item{.receipt = {}, .request_id = records::NewUuid()};
  if (!request.request_id().empty()) {
    ASSIGN_OR_RETURN(item.request_id, access::ParseRequestId(request.request_id()));
  }
  RETURN_IF_ERROR(CheckSaid(call, request));
  AnswerReceipt& receipt = item.receipt;
  receipt.set_entry(request.entry());
  receipt.set_revision(request.revision());
  receipt.set_kb_revision(request.kb_revision());
  receipt.set_content_hash(request.content_hash());
  receipt.set_channel(request.channel());
  receipt.set_region(request.region());
  receipt.set_language(request.language());
  receipt.set_fingerprint(FingerprintOf(request, item.request_id));
  absl::StatusOr<WrittenReceipt> written;
  {
    const Waiting waiting(waiting_);
    written = writer_.Write(std::move(item), call.deadline);
  }
  RETURN_IF_ERROR(written.status());
  metrics_
      .Counter("koujing_receipts_total", "Receipts given.",
               "channel=\"" + type::v1::Channel_Name(request.channel()) + "\"")
      .Add();
  const identity::v1::Principal* principal = call.caller.principal.get();
  if (uses_ != nullptr && principal != nullptr && CollectionOf(principal->name()) == kPeople) {
    uses_->NoteUse(principal->name(), request.entry(), request.revision());
  }
  v1::CreateReceiptResponse response;
  response.set_code(DisplayCode(CodeOfName(written->receipt.name())));
  *response.mutable_receipt() = Shown(std::move(written->receipt));
  response.set_consistency_token(
      EncodeToken({written->position.timeline_id, written->position.kb_revision}));
  return response;
}

// --- resolving

absl::StatusOr<std::string> ReceiptService::RecallOf(const AnswerReceipt& receipt,
                                                     storage::Deadline deadline) const {
  int64_t before = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const storage::HistoryPage page,
                     store_.ListVersions(receipt.entry(), before, kHistoryPage, deadline));
    for (const storage::HistoryItem& item : page.versions) {
      if (item.kb_revision <= receipt.kb_revision()) return std::string();
      if (!item.resource || !item.resource->entry().has_withdrawal()) continue;
      const auto& withdrawal = item.resource->entry().withdrawal();
      if (!withdrawal.recall().empty() && withdrawal.revision() == receipt.revision()) {
        return withdrawal.recall();
      }
    }
    if (!page.more) return std::string();
    before = page.versions.back().kb_revision;
  }
}

absl::Status ReceiptService::AddStanding(const AnswerReceipt& receipt, storage::Deadline deadline,
                                         GetReceiptResponse& response) const {
  ASSIGN_OR_RETURN(const std::string recall, RecallOf(receipt, deadline));
  if (!recall.empty()) {
    response.set_standing(GetReceiptResponse::RECALLED);
    response.set_recall(recall);
    return absl::OkStatus();
  }
  response.set_standing(GetReceiptResponse::WITHDRAWN);
  const auto today = ReadSaid(store_, receipt.entry(), 0, deadline);
  if (!today.ok()) {
    // Even the entry is no more: nothing is said.
    return ReasonOf(today.status()) == type::v1::RESOURCE_NOT_FOUND ? absl::OkStatus()
                                                                    : today.status();
  }
  if (!today->has_value()) {
    ASSIGN_OR_RETURN(const storage::Versioned entry, store_.Get(receipt.entry(), 0, deadline));
    if (entry.resource.entry().state() == Entry::MERGED) {  // what it leads to is said instead
      response.set_standing(GetReceiptResponse::SUPERSEDED);
    }
    return absl::OkStatus();
  }
  const Said& said = **today;
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  const LogTime now = ToLogTime(status.log_time());
  const auto& validity = OnlineContent(said.entry).validity();
  const bool holds = !(validity.has_expire_time() && now >= ToLogTime(validity.expire_time())) &&
                     !(validity.has_effective_time() && now < ToLogTime(validity.effective_time()));
  if (!holds) return absl::OkStatus();
  response.set_standing(said.content_hash == receipt.content_hash()
                            ? GetReceiptResponse::CURRENT
                            : GetReceiptResponse::SUPERSEDED);
  return absl::OkStatus();
}

absl::StatusOr<GetReceiptResponse> ReceiptService::GetReceipt(
    const runtime::Call& call, const v1::GetReceiptRequest& request) const {
  ASSIGN_OR_RETURN(const std::string code, ParseCode(request.name(), CodeKind::kReceipt, "name"));
  ASSIGN_OR_RETURN(storage::Versioned read,
                   store_.Get(NameOfCode(CodeKind::kReceipt, code), 0, call.deadline));
  const AnswerReceipt receipt = std::move(*read.resource.mutable_receipt());
  GetReceiptResponse response;
  response.set_code(DisplayCode(code));
  ASSIGN_OR_RETURN(const std::optional<Said> said,
                   ReadSaid(store_, receipt.entry(), receipt.kb_revision(), call.deadline));
  response.set_verified(said.has_value() && said->entry.online().revision() == receipt.revision() &&
                        said->content_hash == receipt.content_hash());
  RETURN_IF_ERROR(AddStanding(receipt, call.deadline, response));
  const bool visible = CheckChannel(call, receipt.channel()).ok();
  if (!visible && !IsForCitizens(receipt.channel())) {
    // What was said inside: a citizen who holds the code learns that it is true and whether it
    // holds, and nothing of the entry.
    response.clear_recall();
    return response;
  }
  *response.mutable_receipt() = Shown(receipt);
  // What is not verified is not shown as what was said.
  if (response.verified() && visible) {
    *response.mutable_said() = TextOf(*said, receipt.channel(), receipt.language());
  }
  return response;
}

// --- listing

absl::StatusOr<ReceiptService::Found> ReceiptService::Collect(
    const store::v1::ReceiptFilter& filter, Place from, size_t take, storage::Deadline deadline,
    const Judge& judge) const {
  Found found{.receipts = {}, .last = std::move(from)};
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kReceipts));
  *query.mutable_receipts() = filter;
  for (int rows = 0; rows < kReceiptRowsMax;) {
    // One more than is wanted tells whether there is more.
    const size_t wanted = take - found.receipts.size() + 1;
    query.set_page_size(
        static_cast<int>(std::min(wanted, static_cast<size_t>(storage::kPageSizeMax))));
    query.set_after_kb_revision(found.last.kb_revision);
    query.set_after_name(found.last.name);
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, deadline));
    for (storage::Versioned& versioned : page.resources) {
      AnswerReceipt& receipt = *versioned.resource.mutable_receipt();
      const Verdict verdict = judge(receipt);
      if (verdict == Verdict::kEnd) {
        found.more = false;
        return found;
      }
      if (verdict == Verdict::kTake && found.receipts.size() == take) {
        found.more = true;
        return found;
      }
      found.last = {versioned.kb_revision, receipt.name()};
      if (verdict == Verdict::kTake) found.receipts.push_back(std::move(receipt));
      ++rows;
    }
    found.more = page.more;
    if (!page.more) return found;
  }
  return found;
}

template <typename Request, typename Response>
absl::Status ReceiptService::FillPage(const runtime::Call& call, const Request& request,
                                      const store::v1::ReceiptFilter& filter, Place first,
                                      const Judge& judge, Response& response) const {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(call.deadline));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const PagePosition start,
                     DecodePageToken(request.page_token(), timeline, request));
    first = {start.kb_revision, start.last_key};
  }
  ASSIGN_OR_RETURN(Found found, Collect(filter, std::move(first), static_cast<size_t>(page_size),
                                        call.deadline, judge));
  for (AnswerReceipt& receipt : found.receipts) {
    *response.add_receipts() = Shown(std::move(receipt));
  }
  if (found.more) {
    response.set_next_page_token(
        EncodePageToken({found.last.name, found.last.kb_revision}, timeline, request));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListReceiptsResponse> ReceiptService::ListReceipts(
    const runtime::Call& call, const v1::ListReceiptsRequest& request) const {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadEntries));
  RETURN_IF_ERROR(CheckRequest(request));
  RETURN_IF_ERROR(RequireReadOf(call, store_, request.entry()));
  store::v1::ReceiptFilter filter;
  filter.set_entry(request.entry());
  filter.set_revision(request.revision());
  Place first;
  if (request.has_from_time()) {
    // Receipts are in the order of positions, and so of time.
    ASSIGN_OR_RETURN(const int64_t before,
                     store_.GetRevisionAtTime(ToLogTime(request.from_time()) - 1, call.deadline));
    first.kb_revision = before + 1;
  }
  const auto to =
      request.has_to_time() ? std::optional(ToLogTime(request.to_time())) : std::nullopt;
  v1::ListReceiptsResponse response;
  RETURN_IF_ERROR(FillPage(
      call, request, filter, std::move(first),
      [&](const AnswerReceipt& receipt) {
        if (to.has_value() && ToLogTime(receipt.give_time()) >= *to) return Verdict::kEnd;
        const bool asked = request.channel() == type::v1::CHANNEL_UNSPECIFIED ||
                           request.channel() == receipt.channel();
        return asked ? Verdict::kTake : Verdict::kPass;
      },
      response));
  return response;
}

absl::Status ReceiptService::AddCounts(const store::v1::ReceiptFilter& filter, const Judge& judge,
                                       storage::Deadline deadline,
                                       v1::ListRecallReceiptsResponse& response) const {
  std::map<Channel, int64_t> counts;
  Place from;
  const Judge count = [&](const AnswerReceipt& receipt) {
    if (judge(receipt) == Verdict::kTake) ++counts[receipt.channel()];
    return Verdict::kPass;
  };
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(Found found,
                     Collect(filter, std::move(from), storage::kPageSizeMax, deadline, count));
    more = found.more;
    from = std::move(found.last);
  }
  int64_t total = 0;
  for (const auto& [channel, number] : counts) {
    auto& row = *response.add_counts();
    row.set_channel(channel);
    row.set_count(number);
    total += number;
  }
  response.set_total_count(total);
  return absl::OkStatus();
}

absl::StatusOr<v1::ListRecallReceiptsResponse> ReceiptService::ListRecallReceipts(
    const runtime::Call& call, const v1::ListRecallReceiptsRequest& request) const {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadEntries));
  RETURN_IF_ERROR(records::CheckName(request.recall(), kRecalls, FieldPath("recall")));
  if (!type::v1::Channel_IsValid(request.channel())) {
    return FieldInvalid("channel", std::to_string(request.channel()), "请使用接口文档列出的渠道。");
  }
  ASSIGN_OR_RETURN(const records::ReadResource read,
                   reader_.Get(request.recall(), 0, call.deadline));
  const auto& recall = read.resource.recall();
  v1::ListRecallReceiptsResponse response;
  if (recall.revision() == 0) return response;  // nothing was online: nobody was told anything
  store::v1::ReceiptFilter filter;
  filter.set_entry(recall.entry());
  filter.set_revision(recall.revision());
  // What counts is what the answer was read at: a receipt may be written after the recall.
  const Judge concerned = [&](const AnswerReceipt& receipt) {
    return receipt.kb_revision() < recall.kb_revision() ? Verdict::kTake : Verdict::kPass;
  };
  if (request.page_token().empty()) {
    RETURN_IF_ERROR(AddCounts(filter, concerned, call.deadline, response));
  }
  RETURN_IF_ERROR(FillPage(
      call, request, filter, {},
      [&](const AnswerReceipt& receipt) {
        const bool asked = request.channel() == type::v1::CHANNEL_UNSPECIFIED ||
                           request.channel() == receipt.channel();
        return asked ? concerned(receipt) : Verdict::kPass;
      },
      response));
  return response;
}

}  // namespace hotline::insight
