// Search and Suggest.
#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/answer/answer_service.h"
#include "services/answer/explain.h"
#include "services/answer/facets.h"
#include "services/answer/finder.h"
#include "services/answer/highlight.h"
#include "services/answer/query_syntax.h"
#include "services/answer/reading_parts.h"
#include "services/answer/request_checks.h"
#include "services/answer/text_conditions.h"
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
  RETURN_IF_ERROR(CheckFacets(request));
  if (request.explain()) {
    RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadInternal));
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

// At most the hits that can be paged through.
std::span<const Found> FirstHits(const std::vector<Found>& found) {
  return std::span(found).first(std::min<size_t>(found.size(), kSearchHitsMax));
}

// One request in one view: its conditions are checked once, however often it searches.
class FoundSearch {
 public:
  // All must outlive it.
  FoundSearch(const View& view, const v1::SearchRequest& request, const SearchQuery& query,
              const Viewer& viewer)
      : view_(view),
        request_(request),
        query_(query),
        viewer_(viewer),
        conditions_(view, query, viewer) {}

  std::vector<Found> Find(size_t limit) { return Find(Filter(), limit); }

  // As if the request did not narrow the field of a facet.
  std::vector<Found> FindWithout(v1::Facet::Field field) {
    FindFilter filter = Filter();
    if (field == v1::Facet::CATEGORY) filter.category = {};
    if (field == v1::Facet::DEPARTMENT) filter.department = {};
    if (field == v1::Facet::KIND) filter.kind = knowledge::v1::ENTRY_KIND_UNSPECIFIED;
    return Find(filter, kSearchHitsMax);
  }

  v1::QueryReading ReadingOf() const {
    v1::QueryReading reading;
    AddConditions(query_, conditions_.cut_short(), reading);
    AddExpansions(conditions_.ranked_text(), conditions_.expansions(), reading);
    SortParts(reading);
    reading.set_region(request_.region());
    return reading;
  }

  std::optional<v1::Explanation> Explain(const Found& found) const {
    const auto nearness = [&](const index::DocAttributes& attributes) {
      return NearnessOf(viewer_, attributes.region);
    };
    const auto parts = index::Explain(*corpus().index, conditions_.ranked_text(),
                                      {.boost = nearness,
                                       .expansions = conditions_.expansions(),
                                       .trade_words = corpus().trade_words.get()},
                                      *found.hit.attributes);
    if (!parts.has_value()) return std::nullopt;
    return ExplanationOf(*parts, found, {.region = viewer_.region});
  }

  SoughtTerms Sought() const {
    return SoughtTerms(*corpus().index, conditions_.ranked_text(), conditions_.expansions());
  }
  const Corpus& corpus() const { return *view_.corpus; }
  const Viewer& viewer() const { return viewer_; }

 private:
  FindFilter Filter() {
    FindFilter filter{.category = request_.category(),
                      .department = request_.department(),
                      .kind = request_.kind()};
    if (!conditions_.empty()) {
      filter.also = [this](uint64_t key) { return conditions_.Holds(key); };
    }
    return filter;
  }
  std::vector<Found> Find(const FindFilter& filter, size_t limit) const {
    FindFilter with_expansions = filter;
    with_expansions.expansions = &conditions_.expansions();
    return answer::Find(view_, conditions_.ranked_text(), viewer_, with_expansions, limit);
  }

  const View& view_;
  const v1::SearchRequest& request_;
  const SearchQuery& query_;
  const Viewer viewer_;
  TextConditions conditions_;
};

// Makes the hits of one reply, with what the request wants to know of each.
class HitMaker {
 public:
  HitMaker(AnswerMaker& maker, const v1::SearchRequest& request, const FoundSearch& search)
      : maker_(maker), explain_(request.explain()), search_(search) {
    if (request.highlight()) sought_.emplace(search.Sought());
  }

  v1::SearchHit operator()(const Found& found) const {
    v1::SearchHit hit =
        sought_.has_value()
            ? maker_.MakeMarkedHit(search_.corpus(), found, search_.viewer(), *sought_)
            : maker_.MakeHit(search_.corpus(), found, search_.viewer());
    if (explain_) {
      if (auto explanation = search_.Explain(found)) *hit.mutable_explanation() = *explanation;
    }
    return hit;
  }

 private:
  AnswerMaker& maker_;
  const bool explain_;
  const FoundSearch& search_;
  std::optional<SoughtTerms> sought_;
};

}  // namespace

absl::StatusOr<v1::SearchResponse> AnswerService::Search(const runtime::Call& call,
                                                         const v1::SearchRequest& request) {
  ASSIGN_OR_RETURN(Viewer viewer, CheckSearch(call, request));
  ASSIGN_OR_RETURN(const int page_size,
                   PageSize(request.page_size(), kSearchPageDefault, kSearchPageMax));
  ASSIGN_OR_RETURN(const SearchQuery query, ReadQuery(request.query()));
  ASSIGN_OR_RETURN(Reading reading, Read(call, request.consistency()));
  const Corpus& corpus = reading.corpus();
  ASSIGN_OR_RETURN(const size_t start, PageStart(request, corpus));
  viewer.now = reading.view->log_time;
  const size_t end = std::min<size_t>(start + static_cast<size_t>(page_size), kSearchHitsMax);
  FoundSearch search(*reading.view, request, query, viewer);
  // One more than the page shows whether there is a next one; facets count all that can be paged
  // through.
  const std::vector<Found> found =
      search.Find(request.facets().empty() ? end + 1 : kSearchHitsMax + 1);

  v1::SearchResponse response;
  const HitMaker make_hit(maker_, request, search);
  for (size_t i = start; i < std::min(end, found.size()); ++i) {
    *response.add_hits() = make_hit(found[i]);
  }
  if (found.size() > end && end < kSearchHitsMax) {
    response.set_next_page_token(
        EncodePageToken({.last_key = std::to_string(end), .kb_revision = corpus.served_revision},
                        corpus.timeline_id, request));
  }
  for (const int number : request.facets()) {
    const auto field = static_cast<v1::Facet::Field>(number);
    *response.add_facets() = IsNarrowed(request, field)
                                 ? CountFacet(corpus, search.FindWithout(field), field)
                                 : CountFacet(corpus, FirstHits(found), field);
  }
  *response.mutable_reading() = search.ReadingOf();
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
    auto& suggestion = *response.add_suggestions();
    suggestion.set_entry(served.name());
    const index::Completion& completion = completed.completion;
    suggestion.set_text(WordingOf(served, completion.unit));
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
