// What is visible when: random validities, publications, recalls, retirements, policies and facts
// that run out, clocks that jump. The rule is written down once more here, in the plainest way.
#include <cstdlib>
#include <map>
#include <random>

#include "proto/cc/content_hash.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::EntryBuilder;
using knowledge::v1::Entry;
using knowledge::v1::Fact;
using knowledge::v1::Policy;

constexpr int kEntries = 6;
constexpr int kSteps = 150;
constexpr LogTime kHour = 3'600'000'000;

// Jumps as a machine's clock may: the store keeps log time from going back.
class TimePropertyTest : public AnswerWorld, public ::testing::WithParamInterface<int> {
 protected:
  struct Model {
    bool online = false;
    std::optional<LogTime> from;
    std::optional<LogTime> until;
    int64_t revision = 0;
  };

  // KOUJING_SEED repeats a run.
  static unsigned Seed() {
    const char* given = std::getenv("KOUJING_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                            : static_cast<unsigned>(std::random_device{}());
  }
  int64_t Pick(int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random_);
  }
  std::optional<LogTime> SomeTime() {
    if (Pick(0, 2) == 0) return std::nullopt;
    return now() + Pick(-48, 48) * kHour;
  }
  static std::string Id(int entry) { return "e" + std::to_string(entry); }

  void Publish(int entry) {
    Model& model = models_[entry];
    model.from = SomeTime();
    model.until = SomeTime();
    if (model.from && model.until && *model.from >= *model.until) model.until.reset();
    model.online = true;
    ++model.revision;
    EntryBuilder builder = AnEntry(Id(entry));
    builder.Question("问题" + Id(entry)).Answer("答{{facts/x}}").Policy("policies/p");
    if (model.from) builder.ValidFrom(*model.from);
    if (model.until) builder.ValidUntil(*model.until);
    Put(Entry(builder.Online(model.revision)));
  }
  // Withdrawn while its schedule says that it holds, or will.
  void Withdraw(int entry) {
    models_[entry].online = false;
    const auto state = Pick(0, 1) == 0 ? Entry::RECALLED : Entry::RETIRED;
    Put(Entry(AnEntry(Id(entry)).ValidFrom(now() - kHour).Withdrawn(state, "撤", 1)));
  }
  void ChangeBasis() {
    Policy policy = APolicy("p");
    policy_ends_ = SomeTime();
    policy_repealed_ = Pick(0, 3) == 0;
    if (policy_repealed_) policy.set_status(Policy::REPEALED);
    if (policy_ends_) {
      *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(*policy_ends_);
    }
    Fact fact = AFact("x", std::to_string(Pick(1, 9'999)));
    value_ = fact.value();
    fact_ends_ = SomeTime();
    if (fact_ends_) *fact.mutable_validity()->mutable_expire_time() = ToTimestamp(*fact_ends_);
    Put(fact, policy);
  }

  // Every channel agrees with the model, at the log time of the reply itself.
  void Check(int entry) {
    const Model& model = models_[entry];
    for (const auto channel : {type::v1::WEB, type::v1::AGENT}) {
      v1::BatchGetAnswersRequest request;
      request.add_names("entries/" + Id(entry));
      request.set_channel(channel);
      *request.mutable_consistency() = newest();
      const auto reply = service_.BatchGetAnswers(ACall(), request);
      ASSERT_TRUE(reply.ok()) << reply.status();
      const LogTime at = ToLogTime(reply->freshness().log_time());
      EXPECT_GE(at, last_log_time_) << "log time never goes back";
      last_log_time_ = at;
      const bool visible =
          model.online && (!model.from || *model.from <= at) && (!model.until || at < *model.until);
      ASSERT_EQ(reply->answers_size() == 1, visible) << Id(entry) << " at " << at;
      if (!visible) continue;
      const v1::Answer& answer = reply->answers(0);
      const bool suspect = policy_repealed_ || (policy_ends_ && at >= *policy_ends_) ||
                           (fact_ends_ && at >= *fact_ends_);
      EXPECT_EQ(answer.suspect(), suspect);
      EXPECT_EQ(answer.held(), suspect && channel == type::v1::WEB);
      EXPECT_EQ(answer.revision(), model.revision);
      const bool says_value = answer.Utf8DebugString().find(value_ + "元/月") != std::string::npos;
      EXPECT_EQ(says_value, !answer.held());
    }
  }

  const unsigned seed_ = Seed() + static_cast<unsigned>(GetParam());
  std::mt19937 random_{seed_};
  std::map<int, Model> models_;
  std::optional<LogTime> policy_ends_;
  std::optional<LogTime> fact_ends_;
  bool policy_repealed_ = false;
  std::string value_;
  LogTime last_log_time_ = 0;
};

TEST_P(TimePropertyTest, VisibleExactlyWhenTheRuleSaysSo) {
  SCOPED_TRACE("seed " + std::to_string(seed_ - static_cast<unsigned>(GetParam())));
  ChangeBasis();
  for (int step = 0; step < kSteps && !HasFatalFailure(); ++step) {
    const int entry = static_cast<int>(Pick(0, kEntries - 1));
    switch (Pick(0, 5)) {
      case 0:
      case 1:
        Publish(entry);
        break;
      case 2:
        if (models_[entry].online) Withdraw(entry);
        break;
      case 3:
        ChangeBasis();
        break;
      case 4:
        clock_.AdvanceWall(std::chrono::microseconds(Pick(0, 30 * kHour)));
        break;
      default:
        clock_.AdvanceWall(std::chrono::microseconds(-Pick(0, 10 * kHour)));
    }
    for (int each = 0; each < kEntries; ++each) Check(each);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimePropertyTest, ::testing::Range(0, 4));

}  // namespace
}  // namespace hotline::answer
