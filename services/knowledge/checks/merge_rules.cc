#include "services/knowledge/checks/merge_rules.h"

#include <unordered_set>

#include "proto/cc/errors.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/limits.h"
#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

std::string Squeezed(const std::string& wording) {
  constexpr size_t kCharactersMax = 400;
  std::u32string folded;
  text::Fold(wording, kCharactersMax, folded);
  return text::Squeeze(folded);
}

absl::Status CheckAtRest(const v1::Entry& entry) {
  switch (entry.state()) {
    case v1::Entry::IN_REVIEW:
    case v1::Entry::APPROVED:
      return StateConflict(entry, entry.name() + " 正在审核或等待发布，请先撤回送审，再合并。");
    case v1::Entry::MERGED:
      return StateConflict(
          entry, entry.name() + " 已并入 " + entry.merged_into() + "，不能再合并；请改用那一条。");
    default:
      return absl::OkStatus();
  }
}

}  // namespace

absl::Status CheckMergeable(const v1::Entry& target, const v1::Entry& merged) {
  RETURN_IF_ERROR(CheckAtRest(target));
  RETURN_IF_ERROR(CheckAtRest(merged));
  if (target.state() == v1::Entry::RECALLED || target.state() == v1::Entry::RETIRED) {
    return StateConflict(target, target.name() + " 已下线，不能并入；请先重新发布它。");
  }
  if (merged.has_online() && !target.has_online()) {
    return StateConflict(target,
                         target.name() + " 还没有发布：合并后问的人会得不到答复。请先发布它。");
  }
  return absl::OkStatus();
}

std::vector<std::string> AddPhrasings(const v1::EntryContent& merged, v1::EntryContent* target) {
  std::unordered_set<std::string> known = {Squeezed(target->question())};
  for (const std::string& wording : target->similar_questions()) known.insert(Squeezed(wording));
  std::vector<std::string> wordings = {merged.question()};
  wordings.insert(wordings.end(), merged.similar_questions().begin(),
                  merged.similar_questions().end());
  std::vector<std::string> dropped;
  for (const std::string& wording : wordings) {
    if (!known.insert(Squeezed(wording)).second) continue;
    if (target->similar_questions_size() >= static_cast<int>(kSimilarQuestionsMax)) {
      dropped.push_back(wording);
    } else {
      target->add_similar_questions(wording);
    }
  }
  return dropped;
}

void RedirectTo(std::string_view target, std::string_view actor, v1::Entry* merged) {
  v1::Withdrawal& withdrawal = *merged->mutable_withdrawal();
  withdrawal.Clear();
  withdrawal.set_actor(std::string(actor));
  withdrawal.set_reason("并入 " + std::string(target));
  withdrawal.set_revision(merged->has_online() ? merged->online().revision() : 0);
  merged->clear_online();
  merged->set_state(v1::Entry::MERGED);
  merged->set_merged_into(std::string(target));
  merged->set_updater(std::string(actor));
}

}  // namespace hotline::knowledge::checks
