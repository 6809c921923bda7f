// The one channel of a RemoteStore, and the calls over it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/client_context.h"

#include "hotline/store/v1/store_service.grpc.pb.h"
#include "storage/store.h"

namespace hotline::storage {

// Largest message in either direction: a Change (kChangeBytesMax) and its reply fit with room to
// spare.
inline constexpr int kMessageBytesMax = 16 << 20;

// Thread-safe.
//
// A channel that lost its server may take many seconds until it tries again; a new channel tries at
// once (engine.md: measured with gRPC 1.51). So after UNAVAILABLE the channel is made anew, at most
// every kRenewInterval.
class RemoteChannel {
 public:
  static constexpr std::chrono::milliseconds kRenewInterval{100};
  using Stub = store::v1::StoreService::StubInterface;

  // `caller` names this process in the store's log.
  RemoteChannel(std::string address, std::string caller);

  // A stub on the channel of now.
  std::shared_ptr<Stub> stub();

  // The stub failed with UNAVAILABLE: the next stub() is on a new channel, unless that happened
  // already.
  void Renew(const std::shared_ptr<Stub>& failed);

  // Sets deadline and caller. Deadlines beyond ten minutes are cut to that: every call ends some
  // day.
  void Prepare(grpc::ClientContext& context, Deadline deadline) const;

 private:
  const std::string address_;
  const std::string caller_;
  std::mutex mutex_;
  std::shared_ptr<Stub> stub_;                  // guarded by mutex_
  std::chrono::steady_clock::time_point made_;  // guarded by mutex_
};

// UNAVAILABLE (STORE_UNREACHABLE), naming the cause.
absl::Status StoreUnreachable(std::string_view why);

// True when the status came from the store itself and not from the transport between.
bool SaidByStore(const grpc::Status& status);

}  // namespace hotline::storage
