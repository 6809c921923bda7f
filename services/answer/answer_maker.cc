#include "services/answer/answer_maker.h"

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

}  // namespace

v1::Answer AnswerMaker::Make(const View& view, const PublishedEntry& entry, RenderWish wish) {
  const Corpus& corpus = *view.corpus;
  wish.suspect = entry.marked_suspect;
  for (const uint64_t key : entry.policies) {
    const PublishedPolicy* policy = corpus.policies.Find(key);
    wish.suspect |= policy != nullptr && IsLapsed(policy->policy, view.log_time);
  }
  v1::Answer answer = *cache_.Get(entry.serial, wish, [&] { return Render(entry.Parse(), wish); });
  answer.set_kb_revision(corpus.kb_revision);
  for (const uint64_t key : entry.policies) {
    if (const PublishedPolicy* policy = corpus.policies.Find(key)) AddBasis(policy->policy, answer);
  }
  if (const PublishedDepartment* owner = corpus.departments.Find(entry.department))
    SetOwner(*owner, answer);
  return answer;
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
