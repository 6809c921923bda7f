// How a request lives here. libmicrohttpd calls us on its own threads: once with the head, with
// each piece of the body, and once when the request is complete. If there is no reply by then the
// connection is suspended; Reply() resumes it. A streamed body is pulled in the same way: nothing
// to send suspends, Wake() resumes.
//
// Lock order: MhdExchange::mutex_ before libmicrohttpd's own locks. MhdHost::mutex is never taken
// with either held.
#include "services/gateway/mhd_exchange.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>

namespace hotline::gateway {
namespace {

using Defect = HttpRequest::Defect;

constexpr size_t kStreamBlockBytes = 4096;
// A body over the limit is read and dropped up to this many times the limit, so that the client
// sees the 413.
constexpr size_t kDroppedBodyFactor = 8;

Instant Now() { return std::chrono::steady_clock::now(); }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

MHD_Result CollectHeader(void* headers, MHD_ValueKind, const char* key, size_t key_size,
                         const char* value, size_t value_size) {
  std::string name(key, key_size);
  std::transform(name.begin(), name.end(), name.begin(), Lower);
  static_cast<Headers*>(headers)->emplace_back(
      std::move(name), std::string(value == nullptr ? "" : value, value_size));
  return MHD_YES;
}

// The address at the other end, without its port; empty when it is no address of the internet.
std::string PeerOf(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return "";
  const sockaddr* const address = info->client_addr;
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  } else if (address->sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes == nullptr ||
      inet_ntop(address->sa_family, bytes, text.data(), text.size()) == nullptr) {
    return "";
  }
  return text.data();
}

// Length headers that two servers could read differently are how requests are smuggled; such a
// request is refused.
bool HasSoundFraming(const HttpRequest& request) {
  size_t lengths = 0;
  size_t codings = 0;
  for (const auto& [name, value] : request.headers) {
    if (name == "content-length") {
      ++lengths;
      if (value.empty() || value.size() > 18 ||
          value.find_first_not_of("0123456789") != std::string::npos) {
        return false;
      }
    }
    if (name == "transfer-encoding") {
      ++codings;
      std::string coding = value;
      std::transform(coding.begin(), coding.end(), coding.begin(), Lower);
      if (coding != "chunked") return false;
    }
  }
  return lengths + codings <= 1;
}

// "/a?b" from "/a?b" and from "http://host/a?b".
std::string_view OriginForm(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const size_t slash = target.find('/');
    return slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target;
}

std::string KnownMethod(const std::string& method) {
  for (const std::string_view known : {"GET", "POST", "HEAD", "OPTIONS"}) {
    if (method == known) return method;
  }
  return "OTHER";
}

using Response = std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)>;

void AddHeaders(MHD_Response* response, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
}

}  // namespace

std::string_view HttpRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

MhdExchange::MhdExchange(MhdHost& host, MHD_Connection* connection, std::string_view target)
    : host_(host),
      bodies_bytes_(host.bodies_bytes),
      tcp_(static_cast<TcpConnection*>(
          MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context)),
      connection_(connection) {
  request_.peer = PeerOf(connection);
  if (target.size() > host.limits.target_bytes_max) request_.defect = Defect::kTargetTooLong;
  const std::string_view form = OriginForm(target);
  const size_t mark = form.find('?');
  request_.path = std::string(form.substr(0, mark));
  if (mark != std::string_view::npos) request_.query = std::string(form.substr(mark + 1));
}

void MhdExchange::OwesUs(bool request_is_due) {
  const std::lock_guard lock(host_.mutex);
  if (tcp_ == nullptr) return;
  tcp_->waiting_since = request_is_due ? std::optional<Instant>(Now()) : std::nullopt;
}

void MhdExchange::ReadHead(const char* method) {
  has_head_ = true;
  request_.method = method;
  MHD_get_connection_values_n(connection_, MHD_HEADER_KIND, &CollectHeader, &request_.headers);
  if (!HasSoundFraming(request_)) {
    request_.defect = Defect::kBadFraming;
    return;
  }
  const std::string length(request_.Header("content-length"));
  const bool asks_first = !request_.Header("expect").empty();
  const size_t max = host_.limits.body_bytes_max;
  if (length.empty() || std::stoull(length) <= max) return;
  if (asks_first || std::stoull(length) > max * kDroppedBodyFactor) {
    request_.defect = Defect::kBodyTooLarge;
  }
}

Defect MhdExchange::Keep(std::string_view piece) {
  const size_t size = request_.body.size() + piece.size();
  if (size > host_.limits.body_bytes_max) return Defect::kBodyTooLarge;
  const size_t of_all = *bodies_bytes_ += piece.size();
  request_.body.append(piece);
  const bool has_room =
      of_all <= host_.limits.bodies_bytes_max || size <= host_.limits.small_body_bytes;
  return has_room ? Defect::kNone : Defect::kTooManyBodies;
}

void MhdExchange::DropBody() {
  *bodies_bytes_ -= request_.body.size();
  std::string().swap(request_.body);  // its memory, too
}

MHD_Result MhdExchange::TakeBody(const char* upload, size_t* upload_size) {
  const std::string_view piece(upload, std::exchange(*upload_size, 0));
  if (request_.defect == Defect::kNone) request_.defect = Keep(piece);
  if (request_.defect == Defect::kNone) return MHD_YES;
  DropBody();
  dropped_ += piece.size();
  return dropped_ <= host_.limits.body_bytes_max * kDroppedBodyFactor ? MHD_YES : MHD_NO;
}

MHD_Result MhdExchange::OnAccess(const char* method, const char* upload, size_t* upload_size) {
  if (!has_head_) {
    ReadHead(method);
    if (request_.defect == Defect::kNone) return MHD_YES;
  } else if (*upload_size != 0) {
    return TakeBody(upload, upload_size);
  }
  if (!handled_) {
    handled_ = true;
    OwesUs(false);
    host_.handler(shared_from_this());
  }
  const std::lock_guard lock(mutex_);
  if (reply_.has_value()) return Send();
  if (host_.stopping) return MHD_NO;
  SuspendLocked();
  return MHD_YES;
}

// Queues reply_; the lock is held.
MHD_Result MhdExchange::Send() {
  Response response(nullptr, &MHD_destroy_response);
  if (source_ != nullptr) {
    auto* self = new std::shared_ptr<MhdExchange>(shared_from_this());
    response.reset(MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, kStreamBlockBytes,
        [](void* exchange, uint64_t, char* buffer, size_t max) {
          return (*static_cast<std::shared_ptr<MhdExchange>*>(exchange))->OnPull(buffer, max);
        },
        self, [](void* exchange) { delete static_cast<std::shared_ptr<MhdExchange>*>(exchange); }));
    if (response == nullptr) delete self;
  } else {
    response.reset(MHD_create_response_from_buffer(reply_->body.size(), reply_->body.data(),
                                                   MHD_RESPMEM_MUST_COPY));
  }
  if (response == nullptr) return MHD_NO;
  AddHeaders(response.get(), reply_->headers);
  if (host_.draining || request_.defect != Defect::kNone) {
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CONNECTION, "close");
  }
  status_ = reply_->status;
  return MHD_queue_response(connection_, static_cast<unsigned>(reply_->status), response.get());
}

ssize_t MhdExchange::OnPull(char* buffer, size_t max) {
  while (pulled_sent_ == pulled_.size()) {
    pulled_.clear();
    pulled_sent_ = 0;
    const BodySource::Pulled result = source_->Pull(pulled_);
    if (result == BodySource::Pulled::kBytes) break;
    if (result == BodySource::Pulled::kEnd) return MHD_CONTENT_READER_END_OF_STREAM;
    if (result == BodySource::Pulled::kBroken) return MHD_CONTENT_READER_END_WITH_ERROR;
    const std::lock_guard lock(mutex_);
    if (std::exchange(woken_, false)) continue;
    if (host_.stopping) return MHD_CONTENT_READER_END_WITH_ERROR;
    SuspendLocked();
    return 0;
  }
  const size_t size = std::min(max, pulled_.size() - pulled_sent_);
  std::memcpy(buffer, pulled_.data() + pulled_sent_, size);
  pulled_sent_ += size;
  return static_cast<ssize_t>(size);
}

void MhdExchange::OnCompleted(bool complete) {
  if (!has_head_) return;  // the connection ended before there was a request
  HttpRecord record;
  std::shared_ptr<BodySource> source;  // it holds this exchange: let go, or both stay for ever
  {
    const std::lock_guard lock(mutex_);
    connection_ = nullptr;
    source = std::exchange(source_, nullptr);
    record = {KnownMethod(request_.method), note_, status_, 0, complete};
  }
  Abandon();
  OwesUs(true);
  record.us = std::chrono::duration_cast<std::chrono::microseconds>(Now() - began_).count();
  if (handled_) host_.recorder(record);
}

void MhdExchange::SuspendLocked() {
  suspended_ = true;
  ++suspensions_;
  MHD_suspend_connection(connection_);
}

void MhdExchange::ResumeLocked() {
  suspended_ = false;
  MHD_resume_connection(connection_);
}

void MhdExchange::Reply(HttpReply reply) { ReplyStream(std::move(reply), nullptr); }

void MhdExchange::ReplyStream(HttpReply head, std::shared_ptr<BodySource> source) {
  const std::lock_guard lock(mutex_);
  if (reply_.has_value() || connection_ == nullptr) return;
  reply_ = std::move(head);
  source_ = std::move(source);
  if (suspended_) ResumeLocked();
}

void MhdExchange::Wake() {
  const std::lock_guard lock(mutex_);
  if (source_ == nullptr) return;
  if (suspended_) {
    ResumeLocked();
  } else {
    woken_ = true;
  }
}

void MhdExchange::Follow(std::shared_ptr<Follower> follower) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_gone_) {
      follower_ = std::move(follower);
      return;
    }
  }
  follower->Gone();
}

void MhdExchange::Abandon() {
  std::shared_ptr<Follower> follower;
  {
    const std::lock_guard lock(mutex_);
    is_gone_ = true;
    follower = std::exchange(follower_, nullptr);
  }
  if (follower != nullptr) follower->Gone();
}

std::shared_ptr<Follower> MhdExchange::FollowerNow() {
  const std::lock_guard lock(mutex_);
  return follower_;
}

void MhdExchange::NoteRoute(std::string_view route, std::string_view request_id) {
  const std::lock_guard lock(mutex_);
  note_.route = std::string(route);
  note_.request_id = std::string(request_id);
}

void MhdExchange::NoteCode(std::string_view code) {
  const std::lock_guard lock(mutex_);
  note_.code = std::string(code);
}

void MhdExchange::Tick(Instant now) {
  if (const auto follower = FollowerNow(); follower != nullptr) follower->Tick(now);
}

void MhdExchange::Stop() {
  if (const auto follower = FollowerNow(); follower != nullptr) follower->Stop();
}

std::optional<std::pair<int, uint64_t>> MhdExchange::Suspended() {
  const std::lock_guard lock(mutex_);
  if (!suspended_ || tcp_ == nullptr) return std::nullopt;
  return std::pair(tcp_->fd, suspensions_);
}

void MhdExchange::AbandonIfStillSuspended(uint64_t suspension) {
  {
    const std::lock_guard lock(mutex_);
    // Otherwise the socket looked at may have been closed and its number given to another
    // connection.
    if (!suspended_ || suspensions_ != suspension) return;
  }
  Abandon();
}

void MhdExchange::GiveUp() {
  Abandon();
  const std::lock_guard lock(mutex_);
  if (suspended_) ResumeLocked();
}

}  // namespace hotline::gateway
