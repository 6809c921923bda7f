// One request on a libmicrohttpd connection. For http_server.cc only.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <microhttpd.h>

#include "services/gateway/exchange.h"
#include "services/gateway/http_server.h"

namespace hotline::gateway {

// One TCP connection, while libmicrohttpd keeps it.
struct TcpConnection {
  int fd = -1;
  // Since when the client owes us a whole request; nothing while we owe it a reply. Guarded by
  // MhdHost::mutex.
  std::optional<Instant> waiting_since;
};

// What every exchange of one server shares.
struct MhdHost {
  HttpLimits limits;
  HttpServer::Handler handler;
  HttpServer::Recorder recorder;
  std::mutex mutex;
  std::atomic<bool> draining{false};
  // No connection may be suspended any more: libmicrohttpd cannot be stopped while one is.
  std::atomic<bool> stopping{false};
  // Of the bodies that are kept. Exchanges may be let go of when this is gone.
  const std::shared_ptr<std::atomic<size_t>> bodies_bytes =
      std::make_shared<std::atomic<size_t>>(0);
};

class MhdExchange final : public Exchange, public std::enable_shared_from_this<MhdExchange> {
 public:
  MhdExchange(MhdHost& host, MHD_Connection* connection, std::string_view target);
  ~MhdExchange() override { DropBody(); }

  // Steps on libmicrohttpd's threads.
  MHD_Result OnAccess(const char* method, const char* upload, size_t* upload_size);
  ssize_t OnPull(char* buffer, size_t max);
  void OnCompleted(bool complete);

  // Steps of the sweeper and of the end.
  void Tick(Instant now);
  void Stop();
  void Abandon();  // tells the follower that nobody waits for the reply
  // The socket to look at while the connection is suspended, and the number of that suspension.
  std::optional<std::pair<int, uint64_t>> Suspended();
  void AbandonIfStillSuspended(uint64_t suspension);
  // The server stops now: abandons, and lets libmicrohttpd have the connection back.
  void GiveUp();

  const HttpRequest& request() const override { return request_; }
  void Reply(HttpReply reply) override;
  void ReplyStream(HttpReply head, std::shared_ptr<BodySource> source) override;
  void Wake() override;
  void Follow(std::shared_ptr<Follower> follower) override;
  void NoteRoute(std::string_view route, std::string_view request_id) override;
  void NoteCode(std::string_view code) override;

 private:
  using Defect = HttpRequest::Defect;
  void ReadHead(const char* method);
  MHD_Result TakeBody(const char* upload, size_t* upload_size);
  // Keeps the next piece of the body; else says what is wrong with it.
  Defect Keep(std::string_view piece);
  void DropBody();
  MHD_Result Send();
  void OwesUs(bool request_is_due);
  std::shared_ptr<Follower> FollowerNow();
  void SuspendLocked();
  void ResumeLocked();

  MhdHost& host_;
  const std::shared_ptr<std::atomic<size_t>> bodies_bytes_;
  TcpConnection* const tcp_;
  HttpRequest request_;
  const Instant began_ = std::chrono::steady_clock::now();
  bool has_head_ = false;
  bool handled_ = false;
  size_t dropped_ = 0;
  std::string pulled_;  // by OnPull only
  size_t pulled_sent_ = 0;

  std::mutex mutex_;
  MHD_Connection* connection_;  // null once the exchange is over
  bool suspended_ = false;
  uint64_t suspensions_ = 0;
  bool woken_ = false;
  bool is_gone_ = false;
  std::optional<HttpReply> reply_;
  std::shared_ptr<BodySource> source_;
  std::shared_ptr<Follower> follower_;
  RequestNote note_;
  int status_ = 0;
};

}  // namespace hotline::gateway
