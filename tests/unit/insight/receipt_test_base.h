// A base with an entry online, and receipts on it.
#pragma once

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/insight/receipt_service.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {

inline storage::Deadline Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

// From inside, as a process without a credential.
inline runtime::Call AnInsideCall() {
  runtime::Call call;
  call.rpc = "/test";
  call.caller.actor = "tester";
  call.deadline = Soon();
  return call;
}

// A citizen's.
inline runtime::Call APublicCall() {
  runtime::Call call = AnInsideCall();
  call.caller.actor = "anonymous";
  call.caller.scope = runtime::Scope::kPublic;
  return call;
}

class ReceiptTest : public ::testing::Test {
 protected:
  static constexpr LogTime kStart = 1'700'000'000'000'000;  // 2023-11-14T22:13:20Z
  static constexpr LogTime kDay = 86'400'000'000;

  ReceiptTest()
      : store_({.timeline_id = "memory",
                .clocks = {.boot = [] { return std::chrono::microseconds(0); },
                           .wall = [this] { return wall_; }}}),
        service_(store_, metrics_, &uses_, {.window = std::chrono::milliseconds(1)}) {}

  int64_t Commit(const store::v1::CommitRequest& request) {
    const auto response = store_.Commit(request, Soon());
    EXPECT_OK(response);
    return response.ok() ? response->kb_revision() : 0;
  }

  // What an answer named, for this position.
  static v1::CreateReceiptRequest About(const knowledge::v1::Entry& entry, int64_t kb_revision,
                                        type::v1::Channel channel = type::v1::WEB) {
    v1::CreateReceiptRequest request;
    request.set_entry(entry.name());
    request.set_revision(entry.online().revision());
    request.set_kb_revision(kb_revision);
    request.set_content_hash(entry.online().content_hash());
    request.set_channel(channel);
    request.set_request_id(testing::NewRequestId());
    return request;
  }
  std::string Give(const v1::CreateReceiptRequest& request) {
    const auto response = service_.CreateReceipt(AnInsideCall(), request);
    EXPECT_OK(response);
    return response.ok() ? response->code() : "";
  }
  v1::GetReceiptResponse Resolve(const std::string& code) {
    v1::GetReceiptRequest request;
    request.set_name(code);
    const auto response = service_.GetReceipt(APublicCall(), request);
    EXPECT_OK(response);
    return response.ok() ? *response : v1::GetReceiptResponse();
  }

  struct Uses final : UseRecorder {
    void NoteUse(std::string_view person, std::string_view entry, int64_t revision) override {
      noted.push_back(std::string(person) + " " + std::string(entry) + " " +
                      std::to_string(revision));
    }
    std::vector<std::string> noted;
  };

  LogTime wall_ = kStart;
  storage::MemoryStore store_;
  runtime::Metrics metrics_;
  Uses uses_;
  ReceiptService service_;
};

}  // namespace hotline::insight
