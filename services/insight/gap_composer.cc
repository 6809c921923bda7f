#include "services/insight/gap_composer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/records/ids.h"
#include "services/records/resources.h"
#include "services/text/fold.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

constexpr size_t kContentMin = 4;
constexpr LogTime kDay = LogTime{86'400} * 1'000'000;
// A digest of the question names the gap; a further one of the same words gets the next number.
constexpr int kNamesakesMax = 1'000;

// What is said before and after a question, longest first.
constexpr std::array<std::u32string_view, 16> kGreetings = {
    U"转人工服务", U"人工客服", U"转人工", U"早上好", U"下午好", U"晚上好", U"你好", U"您好",
    U"请问",       U"谢谢",     U"在吗",   U"人工",   U"好的",   U"嗯嗯",   U"喂",   U"嗯"};

// Characters of a masked text beside masks, greetings and signs.
size_t ContentOf(std::string_view masked) {
  std::string open;
  for (size_t at = 0; at < masked.size();) {
    constexpr std::string_view kBegin = "〔";
    constexpr std::string_view kEnd = "〕";
    const size_t begin = masked.find(kBegin, at);
    open += masked.substr(at, begin - at);
    if (begin == masked.npos) break;
    const size_t end = masked.find(kEnd, begin);
    open += ' ';
    at = end == masked.npos ? masked.size() : end + kEnd.size();
  }
  std::u32string folded;
  text::Fold(open, kQuestionMax, folded);
  for (const std::u32string_view greeting : kGreetings) {
    for (size_t at = folded.find(greeting); at != folded.npos; at = folded.find(greeting, at))
      folded.replace(at, greeting.size(), U" ");
  }
  return static_cast<size_t>(std::count_if(folded.begin(), folded.end(), [](char32_t c) {
    return text::ClassOf(c) != text::CharClass::kSeparator;
  }));
}

std::string Squeezed(std::string_view question) {
  std::u32string folded;
  text::Fold(question, kQuestionMax, folded);
  return text::Squeeze(folded);
}

std::string NameOfQuestion(std::string_view question, std::string_view region, int number) {
  return MakeName(kGaps, records::MadeId("g", Squeezed(question) + '|' + std::string(region) + '|' +
                                                  std::to_string(number)));
}

}  // namespace

PreparedMiss Prepare(Miss miss) {
  PreparedMiss prepared;
  prepared.miss = std::move(miss);
  std::string& question = prepared.miss.question;
  question = ToStoredForm(text::MaskPersonalData(question));
  question = ToStoredForm(Prefix(question, kQuestionMax));
  prepared.miss.ask_count = std::max<int64_t>(prepared.miss.ask_count, 1);
  if (!IsRegion(prepared.miss.region)) prepared.miss.region.clear();
  if (ContentOf(question) < kContentMin) question.clear();
  prepared.profile = ProfileOf(question);
  return prepared;
}

void AddPhrasing(v1::Gap* gap, std::string_view text, int64_t ask_count) {
  const std::string squeezed = Squeezed(text);
  auto& phrasings = *gap->mutable_phrasings();
  const auto same = std::find_if(phrasings.begin(), phrasings.end(), [&](const auto& one) {
    return one.text() == text || Squeezed(one.text()) == squeezed;
  });
  if (same != phrasings.end()) {
    same->set_ask_count(same->ask_count() + ask_count);
  } else if (phrasings.size() < kPhrasingsMax) {
    auto* phrasing = gap->add_phrasings();
    phrasing->set_text(std::string(text));
    phrasing->set_ask_count(ask_count);
  }
  std::stable_sort(phrasings.begin(), phrasings.end(),
                   [](const auto& a, const auto& b) { return a.ask_count() > b.ask_count(); });
}

void AddChannel(v1::Gap* gap, type::v1::Channel channel, int64_t ask_count) {
  auto& channels = *gap->mutable_channels();
  const auto same = std::find_if(channels.begin(), channels.end(),
                                 [&](const auto& one) { return one.channel() == channel; });
  auto* count = same != channels.end() ? &*same : gap->add_channels();
  count->set_channel(channel);
  count->set_ask_count(count->ask_count() + ask_count);
}

std::string CommonRegion(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return "";
  for (std::string at(a); !at.empty(); at = ParentRegion(at)) {
    if (RegionDistance(b, at).has_value()) return at;
  }
  return "";
}

std::string GapComposer::Take(const PreparedMiss& prepared) {
  if (prepared.miss.question.empty()) return "";
  std::string name = FindGap(prepared);
  if (prepared.repeat) return name;
  if (name.empty()) return Open(prepared);
  auto at = touched_.find(name);
  if (at == touched_.end()) {
    std::optional<v1::Gap> gap = book_.Get(name);
    if (!gap.has_value()) return Open(prepared);  // deleted this very moment
    at = touched_.emplace(name, *std::move(gap)).first;
  }
  Join(prepared, &at->second);
  return name;
}

std::string GapComposer::FindGap(const PreparedMiss& prepared) {
  const Miss& miss = prepared.miss;
  const auto find = [&](GapBook::AdmitGap admit) {
    return book_.FindKin(miss.question, prepared.profile, miss.region, admit);
  };
  Kin kin = find([](const v1::Gap& gap) { return IsOpen(gap); });
  const Kin fresh = fresh_.Find(miss.question, prepared.profile, miss.region,
                                [](const std::string&) { return true; });
  if (fresh.odds > kin.odds) kin = fresh;
  if (kin.name.empty()) {
    kin = find([this](const v1::Gap& gap) {
      return gap.state() == v1::Gap::DECLINED &&
             ToLogTime(gap.close_time()) + kDeclinedDays * kDay > moment_.now;
    });
  }
  return kin.name;
}

std::string GapComposer::Open(const PreparedMiss& prepared) {
  const Miss& miss = prepared.miss;
  const bool by_public = miss.channel != type::v1::AGENT;
  if (by_public && opened_by_public_ >= moment_.room) {
    ++refused_;
    return "";
  }
  v1::Gap gap;
  for (int number = 1; number <= kNamesakesMax && gap.name().empty(); ++number) {
    std::string name = NameOfQuestion(miss.question, miss.region, number);
    if (touched_.contains(name)) continue;
    std::optional<v1::Gap> held = book_.Get(name);
    if (!held.has_value()) {
      gap.set_name(std::move(name));
    } else if (IsOpen(*held)) {
      // The very question, told of since it was looked for: another process opened it.
      Join(prepared, &touched_.emplace(name, *std::move(held)).first->second);
      return name;
    }
  }
  if (by_public) ++opened_by_public_;
  if (gap.name().empty()) gap.set_name(MakeName(kGaps, records::MadeId("g", records::NewUuid())));
  gap.set_question(miss.question);
  gap.set_origin(miss.origin);
  gap.set_region(miss.region);
  gap.set_nearest_entry(miss.nearest_entry.empty() ? prepared.route.nearest_entry
                                                   : miss.nearest_entry);
  // Its kin was answered and people ask on: the answer does not do.
  const Kin answered =
      book_.FindKin(miss.question, prepared.profile, miss.region,
                    [](const v1::Gap& one) { return one.state() == v1::Gap::ANSWERED; });
  if (const auto before = book_.Get(answered.name); before.has_value()) {
    if (miss.nearest_entry.empty()) gap.set_nearest_entry(before->entry());
    gap.set_department(before->department());
    gap.set_routing_certainty(answered.odds);
  }
  if (!prepared.route.department.empty() && prepared.route.certainty >= gap.routing_certainty()) {
    gap.set_department(prepared.route.department);
    gap.set_routing_certainty(prepared.route.certainty);
  }
  gap.set_state(gap.department().empty() ? v1::Gap::OPEN : v1::Gap::ASSIGNED);
  *gap.mutable_due_time() = ToTimestamp(moment_.due);
  Cluster cluster{.name = gap.name(), .region = gap.region(), .phrasings = {gap.question()}};
  fresh_.Put(std::move(cluster));
  fresh_.Apply();
  std::string name = gap.name();
  Join(prepared, &(touched_[name] = std::move(gap)));
  return name;
}

void GapComposer::Join(const PreparedMiss& prepared, v1::Gap* gap) {
  const Miss& miss = prepared.miss;
  AddPhrasing(gap, miss.question, miss.ask_count);
  AddChannel(gap, miss.channel, miss.ask_count);
  if (!miss.region.empty() && gap->ask_count() > 0)
    gap->set_region(CommonRegion(gap->region(), miss.region));
  gap->set_ask_count(gap->ask_count() + miss.ask_count);
  *gap->mutable_last_ask_time() = ToTimestamp(moment_.now);
  if (gap->nearest_entry().empty()) gap->set_nearest_entry(miss.nearest_entry);
  if (gap->state() == v1::Gap::OPEN && departments_.Has(miss.department)) {
    gap->set_department(miss.department);
    gap->set_routing_certainty(kReferralCertainty);
    gap->set_state(v1::Gap::ASSIGNED);
  }
}

access::Draft GapComposer::Finish() {
  access::Draft draft;
  for (auto& [name, gap] : touched_) {
    draft.preconditions.push_back(gap.etag().empty() ? access::MustBeAbsent(name)
                                                     : access::MustHaveEtag(name, gap.etag()));
    draft.puts.push_back(records::Wrap(std::move(gap)));
  }
  return draft;
}

}  // namespace hotline::insight
