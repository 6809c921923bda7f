// The daemon, its sockets and its end. A suspended connection has no time-out and libmicrohttpd
// does not notice that its client went away, so one sweeper thread looks at the sockets of those.
#include "services/gateway/http_server.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/cc/errors.h"
#include "services/gateway/listen_socket.h"
#include "services/gateway/mhd_exchange.h"

namespace hotline::gateway {

struct HttpServer::State : MhdHost {
  ListenSocket socket;
  MHD_Daemon* daemon = nullptr;
  std::condition_variable idle;  // exchanges became empty
  std::condition_variable stop_sweeping;
  bool sweeping = true;
  std::unordered_map<MhdExchange*, std::weak_ptr<MhdExchange>> exchanges;
  std::unordered_map<TcpConnection*, std::unique_ptr<TcpConnection>> connections;
  std::thread sweeper;

  std::vector<std::shared_ptr<MhdExchange>> Exchanges();
  void Sweep();
  void CutSlowRequests(Instant now);
  void FindGoneClients();
  void WaitUntilIdle(std::chrono::milliseconds patience);
};

namespace {

// What libmicrohttpd keeps for us per request: the reference that holds the exchange.
std::shared_ptr<MhdExchange>& Kept(void* slot) {
  return *static_cast<std::shared_ptr<MhdExchange>*>(slot);
}

void* OnTarget(void* state, const char* target, MHD_Connection* connection) {
  auto& server = *static_cast<HttpServer::State*>(state);
  auto exchange = std::make_shared<MhdExchange>(server, connection, target);
  {
    const std::lock_guard lock(server.mutex);
    server.exchanges[exchange.get()] = exchange;
  }
  return new std::shared_ptr<MhdExchange>(std::move(exchange));
}

MHD_Result OnAccess(void*, MHD_Connection*, const char*, const char* method, const char*,
                    const char* upload, size_t* upload_size, void** slot) {
  return Kept(*slot)->OnAccess(method, upload, upload_size);
}

void OnCompleted(void* state, MHD_Connection*, void** slot, MHD_RequestTerminationCode code) {
  if (*slot == nullptr) return;
  auto& server = *static_cast<HttpServer::State*>(state);
  const std::unique_ptr<std::shared_ptr<MhdExchange>> exchange(
      static_cast<std::shared_ptr<MhdExchange>*>(*slot));
  *slot = nullptr;
  (*exchange)->OnCompleted(code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
  const std::lock_guard lock(server.mutex);
  server.exchanges.erase(exchange->get());
  if (server.exchanges.empty()) server.idle.notify_all();
}

void OnConnection(void* state, MHD_Connection* connection, void** slot,
                  MHD_ConnectionNotificationCode code) {
  auto& server = *static_cast<HttpServer::State*>(state);
  const std::lock_guard lock(server.mutex);
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    server.connections.erase(static_cast<TcpConnection*>(*slot));
    return;
  }
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  auto tcp = std::make_unique<TcpConnection>(
      TcpConnection{info->connect_fd, std::chrono::steady_clock::now()});
  *slot = tcp.get();
  server.connections.emplace(tcp.get(), std::move(tcp));
}

MHD_Daemon* StartDaemon(HttpServer::State& server) {
  const HttpLimits& limits = server.limits;
  std::vector<MHD_OptionItem> options;
  const auto number = [&options](MHD_OPTION option, auto value) {
    options.push_back({option, static_cast<intptr_t>(value), nullptr});
  };
  const auto callback = [&](MHD_OPTION option, auto function) {
    options.push_back({option, reinterpret_cast<intptr_t>(function), &server});
  };
  number(MHD_OPTION_LISTEN_SOCKET, server.socket.fd);
  number(MHD_OPTION_CONNECTION_LIMIT, limits.connections_max);
  number(MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits.connections_per_address_max);
  number(MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.connection_bytes);
  number(MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_time_max.count());
  number(MHD_OPTION_STRICT_FOR_CLIENT, 1);
  if (limits.threads > 1) number(MHD_OPTION_THREAD_POOL_SIZE, limits.threads);
  callback(MHD_OPTION_URI_LOG_CALLBACK, &OnTarget);
  callback(MHD_OPTION_NOTIFY_COMPLETED, &OnCompleted);
  callback(MHD_OPTION_NOTIFY_CONNECTION, &OnConnection);
  number(MHD_OPTION_END, 0);
  constexpr unsigned kFlags =
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
  return MHD_start_daemon(kFlags, 0, nullptr, nullptr, &OnAccess, &server, MHD_OPTION_ARRAY,
                          options.data(), MHD_OPTION_END);
}

}  // namespace

std::vector<std::shared_ptr<MhdExchange>> HttpServer::State::Exchanges() {
  std::vector<std::shared_ptr<MhdExchange>> result;
  const std::lock_guard lock(mutex);
  result.reserve(exchanges.size());
  for (const auto& [key, exchange] : exchanges) {
    if (auto alive = exchange.lock()) result.push_back(std::move(alive));
  }
  return result;
}

void HttpServer::State::CutSlowRequests(Instant now) {
  const std::lock_guard lock(mutex);
  for (const auto& [key, connection] : connections) {
    if (connection->waiting_since.has_value() &&
        now - *connection->waiting_since > limits.request_time_max) {
      shutdown(connection->fd, SHUT_RDWR);  // libmicrohttpd sees the end and closes
    }
  }
}

void HttpServer::State::FindGoneClients() {
  std::vector<pollfd> sockets;
  std::vector<std::pair<std::shared_ptr<MhdExchange>, uint64_t>> owners;
  for (auto& exchange : Exchanges()) {
    const auto suspended = exchange->Suspended();
    if (!suspended.has_value()) continue;
    sockets.push_back({suspended->first, POLLRDHUP, 0});
    owners.emplace_back(std::move(exchange), suspended->second);
  }
  if (sockets.empty() || poll(sockets.data(), sockets.size(), 0) <= 0) return;
  for (size_t i = 0; i < sockets.size(); ++i) {
    if (sockets[i].revents == 0) continue;
    owners[i].first->AbandonIfStillSuspended(owners[i].second);
  }
}

void HttpServer::State::Sweep() {
  std::unique_lock lock(mutex);
  while (sweeping) {
    stop_sweeping.wait_for(lock, limits.tick, [this] { return !sweeping; });
    lock.unlock();
    const Instant now = std::chrono::steady_clock::now();
    CutSlowRequests(now);
    FindGoneClients();
    for (const auto& exchange : Exchanges()) exchange->Tick(now);
    lock.lock();
  }
}

void HttpServer::State::WaitUntilIdle(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex);
  idle.wait_for(lock, patience, [this] { return exchanges.empty(); });
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address,
                                                              const HttpLimits& limits,
                                                              Handler handler, Recorder recorder) {
  auto state = std::make_unique<State>();
  state->limits = limits;
  state->handler = std::move(handler);
  state->recorder = std::move(recorder);
  AllowOpenFiles(limits.connections_max);
  ASSIGN_OR_RETURN(state->socket, Listen(address));
  state->daemon = StartDaemon(*state);
  if (state->daemon == nullptr) {
    close(state->socket.fd);
    return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                     "HTTP 服务无法启动：线程、内存或文件描述符不足。",
                     {{"limit", "gateway.threads"}});
  }
  state->sweeper = std::thread([server = state.get()] { server->Sweep(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() { Drain(std::chrono::milliseconds(0)); }

const std::string& HttpServer::address() const { return state_->socket.address; }

void HttpServer::Drain(std::chrono::milliseconds patience) {
  State& server = *state_;
  if (server.daemon == nullptr) return;
  server.draining = true;
  // Not MHD_quiesce_daemon: in 0.9.75 it and the epoll threads may both remove the listening
  // socket, which aborts.
  for (const auto& exchange : server.Exchanges()) exchange->Stop();
  server.WaitUntilIdle(patience);
  server.stopping = true;
  for (const auto& exchange : server.Exchanges()) exchange->GiveUp();
  MHD_stop_daemon(std::exchange(server.daemon, nullptr));
  {
    const std::lock_guard lock(server.mutex);
    server.sweeping = false;
    server.stop_sweeping.notify_all();
  }
  server.sweeper.join();
}

}  // namespace hotline::gateway
