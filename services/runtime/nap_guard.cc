#include "services/runtime/nap_guard.h"

#include <utility>

#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"

namespace hotline::runtime {

NapGuard::NapGuard(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), thread_([this] { Run(); }) {}

NapGuard::~NapGuard() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void NapGuard::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kPeriod, [this] { return stopping_; })) {
    lock.unlock();
    Poke();
    lock.lock();
  }
}

void NapGuard::Poke() {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPeriod);
  // An empty HealthCheckRequest: the server as a whole.
  const grpc::Slice nothing("", size_t{0});
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                 [&](const grpc::Status& /*ignored*/) {
                   const std::lock_guard lock(mutex);
                   done = true;
                   finished.notify_one();  // under the mutex: the variable dies with its waiter
                 });
  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return done; });
}

}  // namespace hotline::runtime
