// Search and Suggest.
#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "proto/cc/tokens.h"
#include "services/answer/answer_service.h"
#include "services/answer/finder.h"
#include "services/answer/request_checks.h"
#include "services/answer/synonym_reading.h"
#include "services/answer/wording_range.h"

namespace hotline::answer {
namespace {

constexpr size_t kCategoryLengthMax = 100;

absl::StatusOr<Viewer> CheckSearch(const runtime::Call& call, const v1::SearchRequest& request) {
  RETURN_IF_ERROR(CheckText("query", request.query(), kQuestionLengthMax));
  RETURN_IF_ERROR(CheckChannel(call, request.channel()));
  ASSIGN_OR_RETURN(const RegionCode region, CheckRegion(request.region()));
  if (!request.category().empty())
    RETURN_IF_ERROR(CheckText("category", request.category(), kCategoryLengthMax));
  if (!request.department().empty()) {
    RETURN_IF_ERROR(ParseName(request.department(), kDepartments, "department").status());
  }
  if (!knowledge::v1::EntryKind_IsValid(request.kind())) {
    return FieldInvalid("kind", std::to_string(request.kind()), "请使用接口文档列出的材料性质。");
  }
  return Viewer{.channel = request.channel(), .region = region};
}

// Where the page starts. A page token holds the number of hits before it, and the position of the
// newest change of what is served: pages of another state would repeat and skip hits in silence, so
// they are refused.
absl::StatusOr<size_t> PageStart(const v1::SearchRequest& request, const Corpus& corpus) {
  ASSIGN_OR_RETURN(const PagePosition position,
                   DecodePageToken(request.page_token(), corpus.timeline_id, request));
  if (position.last_key.empty()) return size_t{0};
  if (position.kb_revision != corpus.served_revision) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_PAGE_TOKEN,
                     "翻页期间知识库有更新，请从第一页重新查询。");
  }
  size_t start = 0;
  std::from_chars(position.last_key.data(), position.last_key.data() + position.last_key.size(),
                  start);
  return std::min<size_t>(start, kSearchHitsMax);
}

}  // namespace

absl::StatusOr<v1::SearchResponse> AnswerService::Search(const runtime::Call& call,
                                                         const v1::SearchRequest& request) {
  ASSIGN_OR_RETURN(Viewer viewer, CheckSearch(call, request));
  ASSIGN_OR_RETURN(const int page_size,
                   PageSize(request.page_size(), kSearchPageDefault, kSearchPageMax));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const Corpus& corpus = reading.corpus();
  ASSIGN_OR_RETURN(const size_t start, PageStart(request, corpus));
  viewer.now = reading.view->log_time;
  const size_t end = std::min<size_t>(start + static_cast<size_t>(page_size), kSearchHitsMax);
  const FindFilter filter{
      .category = request.category(), .department = request.department(), .kind = request.kind()};
  // One more than the page shows whether there is a next one.
  const std::vector<Found> found = Find(*reading.view, request.query(), viewer, filter, end + 1);

  v1::SearchResponse response;
  for (size_t i = start; i < std::min(end, found.size()); ++i) {
    *response.add_hits() = maker_.MakeHit(corpus, found[i], viewer);
  }
  if (found.size() > end && end < kSearchHitsMax) {
    response.set_next_page_token(
        EncodePageToken({.last_key = std::to_string(end), .kb_revision = corpus.served_revision},
                        corpus.timeline_id, request));
  }
  for (v1::QueryReading::Part& part : SynonymParts(corpus, request.query())) {
    *response.mutable_reading()->add_parts() = std::move(part);
  }
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

absl::StatusOr<v1::SuggestResponse> AnswerService::Suggest(const runtime::Call& call,
                                                           const v1::SuggestRequest& request) {
  RETURN_IF_ERROR(CheckText("text", request.text(), kSuggestLengthMax));
  RETURN_IF_ERROR(CheckChannel(call, request.channel()));
  ASSIGN_OR_RETURN(const RegionCode region, CheckRegion(request.region()));
  ASSIGN_OR_RETURN(const int page_size,
                   PageSize(request.page_size(), kSuggestPageDefault, kSuggestPageMax));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const Viewer viewer{
      .channel = request.channel(), .region = region, .now = reading.view->log_time};
  v1::SuggestResponse response;
  for (const Completed& completed :
       Complete(*reading.view, request.text(), viewer, static_cast<size_t>(page_size))) {
    const knowledge::v1::Entry served = completed.entry->Parse();
    const std::vector<std::string> wordings = WordingsOf(served);
    auto& suggestion = *response.add_suggestions();
    suggestion.set_entry(served.name());
    const index::Completion& completion = completed.completion;
    suggestion.set_text(wordings[std::min<size_t>(completion.unit, wordings.size() - 1)]);
    suggestion.set_question(served.content().question());
    suggestion.set_region(served.content().region());
    suggestion.set_match(completion.by_sound ? v1::SuggestResponse::Suggestion::PINYIN
                                             : v1::SuggestResponse::Suggestion::TEXT);
    const WordingRange range = RangeInWording(suggestion.text(), completion.begin, completion.end);
    if (range == WordingRange{}) continue;
    v1::Highlight& highlight = *suggestion.add_highlights();
    highlight.set_field(v1::Highlight::MATCHED_QUESTION);
    highlight.set_begin(static_cast<int32_t>(range.begin));
    highlight.set_end(static_cast<int32_t>(range.end));
  }
  RETURN_IF_ERROR(StillServing(reading));
  *response.mutable_freshness() = std::move(reading.freshness);
  return response;
}

}  // namespace hotline::answer
