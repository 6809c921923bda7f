// A base in memory with departments and a clock that tests turn, and one process of the loop on it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "services/insight/case_sweeper.h"
#include "services/insight/correction_intake.h"
#include "services/insight/gap_intake.h"
#include "services/insight/gap_service.h"
#include "services/records/resources.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {

// Monday 2026-03-02, 10:00 in China.
inline constexpr LogTime kMonday = LogTime{1'772'416'800} * 1'000'000;
inline constexpr LogTime kDayTime = LogTime{86'400} * 1'000'000;

inline storage::Deadline Soon() {
  return std::chrono::steady_clock::now() + std::chrono::minutes(2);
}

inline runtime::Call CallOf(std::string_view actor) {
  runtime::Call call;
  call.rpc = "/test";
  call.caller.actor = std::string(actor);
  call.deadline = Soon();
  return call;
}

class CaseBase {
 public:
  CaseBase()
      : store_({.timeline_id = "memory",
                .clocks = {.boot = storage::SystemClocks().boot,
                           .wall = [this] { return now_.load(); }}}) {
    PutDepartment("hall", "");
    PutDepartment("bureau", "departments/hall");
    PutDepartment("office", "departments/bureau");
  }

  void PutDepartment(const std::string& id, const std::string& parent) {
    knowledge::v1::Department department = testing::ADepartment(id, id);
    department.set_parent(parent);
    Put(testing::ResourceOf(department));
  }
  void Put(store::v1::Resource resource) {
    store::v1::CommitRequest commit;
    commit.set_request_id(testing::NewRequestId());
    commit.set_request_fingerprint(std::string(32, 'f'));
    commit.set_actor("test");
    commit.set_action("Test");
    *commit.add_effects()->mutable_put() = std::move(resource);
    EXPECT_THAT(store_.Commit(commit, Soon()), testing::IsOk());
  }
  std::vector<v1::Gap> Gaps() {
    store::v1::ListResourcesRequest query;
    query.set_collection("gaps");
    query.set_page_size(1'000);
    std::vector<v1::Gap> gaps;
    const auto page = store_.List(query, Soon());
    EXPECT_THAT(page, testing::IsOk());
    if (page.ok()) {
      for (const auto& found : page->resources) gaps.push_back(found.resource.gap());
    }
    return gaps;
  }
  void Pass(LogTime time) { now_ += time; }

  storage::MemoryStore& store() { return store_; }

 private:
  std::atomic<LogTime> now_{kMonday};
  storage::MemoryStore store_;
};

// What one process has.
class CaseProcess {
 public:
  explicit CaseProcess(CaseBase& base, int64_t openings_per_hour = 5'000)
      : base_(base),
        follower_(
            [&base] {
              return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), &base.store());
            },
            [](const absl::Status&) {}),
        taker_(base.store(), follower_, book_, departments_, ports_, clocks_.gaps,
               {.openings_per_hour = openings_per_hour,
                .not_opened = &metrics_.Counter("not_opened", "")}),
        service_(base.store(), taker_, book_, departments_, clocks_.gaps),
        sweeper_(base.store(), book_, corrections_, departments_, clocks_, metrics_) {
    follower_.Add(departments_);
    follower_.Add(book_);
    follower_.Add(corrections_);
    follower_.Start();
    EXPECT_THAT(follower_.AwaitLoaded(Soon()), testing::IsOk());
  }

  GapTaker& taker() { return taker_; }
  GapService& service() { return service_; }
  CaseSweeper& sweeper() { return sweeper_; }
  runtime::Metrics& metrics() { return metrics_; }

  // Everything that was written is known.
  void CatchUp() {
    const auto status = base_.store().GetStatus(Soon());
    EXPECT_THAT(follower_.Await(status->head_kb_revision(), Soon()), testing::IsOk());
  }
  std::vector<GapIntake::Taken> Take(std::vector<Miss> misses, std::vector<std::string> ids = {}) {
    auto taken = taker_.Take(std::move(misses), std::move(ids), Soon());
    EXPECT_THAT(taken, testing::IsOk());
    return taken.ok() ? *std::move(taken) : std::vector<GapIntake::Taken>();
  }
  GapIntake::Taken TakeOne(Miss miss) {
    auto taken = Take({std::move(miss)});
    return taken.empty() ? GapIntake::Taken() : taken.front();
  }

 private:
  CaseBase& base_;
  const CaseSweeper::Clocks clocks_{.gaps = {.days = 5, .escalation_days = 1},
                                    .corrections = {.days = 3, .escalation_days = 1}};
  Ports ports_;  // connected to nothing: the answer engine is away
  runtime::Metrics metrics_;
  DepartmentBook departments_;
  GapBook book_;
  CorrectionBook corrections_;
  records::ProjectionFollower follower_;  // before what it tells is gone
  GapTaker taker_;
  GapService service_;
  CaseSweeper sweeper_;
};

inline Miss AMiss(std::string question, std::string department = "") {
  Miss miss;
  miss.question = std::move(question);
  miss.channel = type::v1::WEB;
  miss.department = std::move(department);
  return miss;
}

}  // namespace hotline::insight
