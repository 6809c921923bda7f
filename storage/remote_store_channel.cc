#include "storage/remote_store_channel.h"

#include <algorithm>
#include <utility>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

#include "proto/cc/errors.h"

namespace hotline::storage {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::chrono::minutes kCallMax{10};

std::shared_ptr<RemoteChannel::Stub> MakeStub(const std::string& address) {
  grpc::ChannelArguments arguments;
  // We own the repeats: a transparent one would hide that the outcome of a Commit is unknown.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // A new channel must open a new connection and not find the broken one in the process-wide pool.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  // Finds a peer that vanished without a word, while calls are open.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 3'000);
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetMaxSendMessageSize(kMessageBytesMax);
  return store::v1::StoreService::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

}  // namespace

RemoteChannel::RemoteChannel(std::string address, std::string caller)
    : address_(std::move(address)),
      caller_(std::move(caller)),
      stub_(MakeStub(address_)),
      made_(steady_clock::now()) {}

std::shared_ptr<RemoteChannel::Stub> RemoteChannel::stub() {
  const std::lock_guard lock(mutex_);
  return stub_;
}

void RemoteChannel::Renew(const std::shared_ptr<Stub>& failed) {
  const std::lock_guard lock(mutex_);
  if (stub_ != failed || steady_clock::now() - made_ < kRenewInterval) return;
  stub_ = MakeStub(address_);
  made_ = steady_clock::now();
}

void RemoteChannel::Prepare(grpc::ClientContext& context, Deadline deadline) const {
  const auto now = steady_clock::now();
  const auto left = std::min<steady_clock::duration>(kCallMax, std::max(deadline, now) - now);
  context.set_deadline(system_clock::now() +
                       std::chrono::duration_cast<system_clock::duration>(left));
  if (!caller_.empty()) context.AddMetadata("x-koujing-actor", caller_);
}

absl::Status StoreUnreachable(std::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE,
                   "知识库存储暂时无法连接，请稍后重试（" + std::string(why) + "）。");
}

bool SaidByStore(const grpc::Status& status) { return !status.error_details().empty(); }

}  // namespace hotline::storage
