// Two clients for tests: libcurl for requests as they should be, a bare socket for those that
// should not be.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::gateway {

struct ClientReply {
  long status = 0;                             // 0 = no reply
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  bool chunked = false;
};

ClientReply Fetch(const ClientRequest& request);
ClientReply Get(const std::string& url, std::vector<std::string> headers = {});
ClientReply Post(const std::string& url, const std::string& content_type, const std::string& body,
                 std::vector<std::string> headers = {});

std::string UrlEscape(const std::string& text);

// A TCP connection to "host:port" or "[v6]:port".
class RawConnection {
 public:
  explicit RawConnection(const std::string& address);
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  bool connected() const { return fd_ >= 0; }
  bool Send(std::string_view bytes);
  // Everything received so far, once it holds `marker`; what came until then after 10 s or the end.
  const std::string& ReadUntil(std::string_view marker);
  const std::string& ReadToEnd();
  const std::string& received() const { return received_; }
  // Closes with a reset instead of a polite end.
  void Abort();
  // A small receive buffer, so that the peer soon notices that nobody reads. Before the first Send.
  void ShrinkBuffer();

 private:
  bool ReadSome();

  int fd_ = -1;
  std::string received_;
};

}  // namespace hotline::gateway
