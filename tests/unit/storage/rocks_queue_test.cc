#include "storage/rocks_queue.h"

#include <future>
#include <vector>

#include "gtest/gtest.h"

#include "tests/testing/matchers.h"

namespace hotline::storage {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOk;
using store::v1::CommitRequest;
using store::v1::CommitResponse;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

// Groups wait at a gate, so that tests decide who is in which group.
class Gate {
 public:
  std::vector<CommitQueue::Response> Run(const std::vector<const CommitRequest*>& requests) {
    groups_.push_back(requests.size());
    if (groups_.size() == 1) {
      entered_.set_value();
      opened_.wait();
    }
    return {requests.size(), CommitResponse()};
  }
  void WaitUntilEntered() { entered_.get_future().wait(); }
  void Open() { open_.set_value(); }
  const std::vector<size_t>& groups() const { return groups_; }

 private:
  std::vector<size_t> groups_;
  std::promise<void> entered_;
  std::promise<void> open_;
  std::shared_future<void> opened_{open_.get_future()};
};

TEST(CommitQueueTest, GroupsWhoeverWaits) {
  Gate gate;
  CommitQueue queue(100, [&](const auto& requests) { return gate.Run(requests); });
  const CommitRequest request;
  auto first = std::async(std::launch::async, [&] { return queue.Submit(request, Soon()); });
  gate.WaitUntilEntered();
  std::vector<std::future<CommitQueue::Response>> others;
  for (int i = 0; i < 8; ++i) {
    others.push_back(std::async(std::launch::async, [&] { return queue.Submit(request, Soon()); }));
  }
  gate.Open();

  EXPECT_THAT(first.get(), IsOk());
  for (auto& other : others) EXPECT_THAT(other.get(), IsOk());
  size_t requests = 0;
  for (const size_t group : gate.groups()) requests += group;
  EXPECT_EQ(requests, 9U);
  EXPECT_EQ(gate.groups().front(), 1U);
}

TEST(CommitQueueTest, LeavesTheQueueAtTheDeadline) {
  Gate gate;
  CommitQueue queue(100, [&](const auto& requests) { return gate.Run(requests); });
  const CommitRequest request;
  auto first = std::async(std::launch::async, [&] { return queue.Submit(request, Soon()); });
  gate.WaitUntilEntered();

  EXPECT_THAT(
      queue.Submit(request, std::chrono::steady_clock::now() + std::chrono::milliseconds(5)),
      HasReason(type::v1::DEADLINE_PASSED));

  gate.Open();
  EXPECT_THAT(first.get(), IsOk());
  EXPECT_EQ(gate.groups(), std::vector<size_t>{1});
}

TEST(CommitQueueTest, RefusesMoreThanItsLimit) {
  Gate gate;
  CommitQueue queue(0, [&](const auto& requests) { return gate.Run(requests); });

  EXPECT_THAT(queue.Submit(CommitRequest(), Soon()), HasReason(type::v1::OVERLOADED));
}

}  // namespace
}  // namespace hotline::storage
