#include "services/answer/answer_maker.h"

#include <string>
#include <utility>
#include <vector>

namespace hotline::answer {
namespace {

using knowledge::v1::Entry;
using knowledge::v1::Policy;

void AddBasis(const Policy& policy, v1::Answer& answer) {
  v1::PolicyBasis& basis = *answer.add_basis();
  basis.set_policy(policy.name());
  basis.set_title(policy.title());
  basis.set_document_number(policy.document_number());
  basis.set_url(policy.url());
  basis.set_status(policy.status() == Policy::STATUS_UNSPECIFIED ? Policy::VALID : policy.status());
}

void SetOwner(const PublishedDepartment& department, v1::Answer& answer) {
  answer.mutable_owner()->set_department(department.name);
  answer.mutable_owner()->set_display_name(department.display_name);
  answer.mutable_owner()->set_phone(department.phone);
}

// The region's note is part of a rendering, so the region asked for is part of the key.
TextKey KeyFor(uint64_t serial, const RenderWish& wish) {
  const uint64_t packed = static_cast<uint64_t>(wish.channel) << 56U |
                          static_cast<uint64_t>(RenderingOf(wish.rendering, wish.channel)) << 48U |
                          static_cast<uint64_t>(wish.language) << 40U |
                          static_cast<uint64_t>(wish.suspect) << 32U |
                          static_cast<uint64_t>(wish.region);
  return {serial, packed};
}

// The part of a hit that depends on the text and on the wording that matched.
v1::SearchHit HitOf(const Entry& served, uint32_t unit) {
  const auto& content = served.content();
  v1::SearchHit hit;
  hit.set_entry(served.name());
  hit.set_revision(served.online().revision());
  hit.set_question(content.question());
  if (unit > 0) {
    std::vector<std::string> wordings = WordingsOf(served);
    if (unit < wordings.size()) hit.set_matched_question(std::move(wordings[unit]));
  }
  hit.set_snippet(SnippetOf(served));
  hit.set_region(content.region());
  hit.set_category(content.category());
  hit.set_kind(content.kind());
  hit.set_content_hash(served.online().content_hash());
  hit.set_sample(content.provenance().sample());
  return hit;
}

}  // namespace

v1::Answer AnswerMaker::Make(const View& view, const PublishedEntry& entry, RenderWish wish) {
  const Corpus& corpus = *view.corpus;
  wish.suspect = entry.marked_suspect;
  for (const uint64_t key : entry.policies) {
    const PublishedPolicy* policy = corpus.policies.Find(key);
    wish.suspect |= policy != nullptr && IsLapsed(policy->policy, view.log_time);
  }
  v1::Answer answer =
      *answers_.Get(KeyFor(entry.serial, wish), [&] { return Render(entry.Parse(), wish); });
  answer.set_kb_revision(corpus.kb_revision);
  for (const uint64_t key : entry.policies) {
    if (const PublishedPolicy* policy = corpus.policies.Find(key)) AddBasis(policy->policy, answer);
  }
  if (const PublishedDepartment* owner = corpus.departments.Find(entry.department))
    SetOwner(*owner, answer);
  return answer;
}

v1::SearchHit AnswerMaker::MakeHit(const Corpus& corpus, const Found& found, const Viewer& viewer) {
  const PublishedEntry& entry = *found.entry;
  v1::SearchHit hit = *hits_.Get({.serial = entry.serial, .form = found.hit.unit},
                                 [&] { return HitOf(entry.Parse(), found.hit.unit); });
  const PublishedDepartment* department = corpus.departments.Find(entry.department);
  if (department != nullptr) hit.set_department_display_name(department->display_name);
  hit.set_score(found.hit.score);
  if (viewer.region != kAnyRegion)
    hit.set_region_match(found.distance == 0 ? v1::EXACT : v1::INHERITED);
  return hit;
}

v1::Answer MakeHistorical(const Entry& served, const storage::ResourcePage& cited, RenderWish wish,
                          const EarlierRead& read) {
  wish.suspect = served.state() == Entry::SUSPECT;
  for (const storage::Versioned& versioned : cited.resources) {
    wish.suspect |=
        versioned.resource.has_policy() && IsLapsed(versioned.resource.policy(), read.log_time);
  }
  v1::Answer answer = Render(served, wish);
  answer.set_kb_revision(read.kb_revision);
  answer.set_historical(true);
  for (const storage::Versioned& versioned : cited.resources) {
    if (versioned.resource.has_policy()) AddBasis(versioned.resource.policy(), answer);
    if (versioned.resource.has_department())
      SetOwner(ServedPart(versioned.resource.department()), answer);
  }
  return answer;
}

}  // namespace hotline::answer
