#include "tests/integration/receiver.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

namespace hotline::integration {

struct ReceiverCallbacks {
  static MHD_Result Header(void* data, MHD_ValueKind /*kind*/, const char* key, const char* value) {
    std::string name = key;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    (*static_cast<std::map<std::string, std::string>*>(data))[name] = value == nullptr ? "" : value;
    return MHD_YES;
  }

  static MHD_Result Handle(void* self, MHD_Connection* connection, const char* /*url*/,
                           const char* /*method*/, const char* /*version*/, const char* data,
                           size_t* size, void** state) {
    if (*state == nullptr) {
      *state = new Received();
      return MHD_YES;
    }
    auto* received = static_cast<Received*>(*state);
    if (*size > 0) {
      received->body.append(data, *size);
      *size = 0;
      return MHD_YES;
    }
    MHD_get_connection_values(connection, MHD_HEADER_KIND, &Header, &received->headers);
    const unsigned status = static_cast<Receiver*>(self)->Answer(std::move(*received));
    MHD_Response* response = MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
    const MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
  }

  static void End(void* /*self*/, MHD_Connection* /*connection*/, void** state,
                  MHD_RequestTerminationCode /*code*/) {
    delete static_cast<Received*>(*state);
    *state = nullptr;
  }
};

Receiver::Receiver() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  daemon_ = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD, 0, nullptr, nullptr, &ReceiverCallbacks::Handle, this,
      MHD_OPTION_SOCK_ADDR, reinterpret_cast<const sockaddr*>(&address),
      MHD_OPTION_NOTIFY_COMPLETED, &ReceiverCallbacks::End, nullptr, MHD_OPTION_END);
  if (daemon_ == nullptr) std::abort();
  port_ = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT)->port;
}

Receiver::~Receiver() { MHD_stop_daemon(daemon_); }

void Receiver::FailNext(int count) {
  const std::lock_guard lock(mutex_);
  to_fail_ = count;
}

unsigned Receiver::Answer(Received received) {
  const std::lock_guard lock(mutex_);
  if (to_fail_ > 0) {
    --to_fail_;
    ++failed_;
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
  }
  taken_.push_back(std::move(received));
  changed_.notify_all();
  return MHD_HTTP_NO_CONTENT;
}

std::vector<Received> Receiver::Await(size_t count, std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return taken_.size() >= count; });
  return taken_;
}

int Receiver::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

}  // namespace hotline::integration
