// The web, as far as a mirror needs it: pages, and the streams of a gateway over the Connect
// protocol.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace hotline::mirror {

inline constexpr size_t kPageBytesMax = size_t{16} << 20U;
inline constexpr long kPageSecondsMax = 30;
inline constexpr long kRedirectsMax = 5;
// Largest message of a stream.
inline constexpr size_t kStreamMessageMax = size_t{16} << 20U;
// A stream that is slower than a byte in so many seconds is given up.
inline constexpr long kStreamSilenceMax = 60;

// GETs a page: http and https only. FIELD_INVALID: there is none, with what the server said.
absl::StatusOr<std::string> FetchPage(const std::string& url);

// Calls a server stream of a gateway. `base`: "https://www.example.gov.cn"; `method`:
// "hotline.answer.v1.OpenDataService/GetOpenSnapshot". Each message goes to `take`, serialised; an
// error of `take` ends the call. The service's error, or STORE_UNREACHABLE.
absl::Status CallStream(const std::string& base, const std::string& method,
                        const google::protobuf::Message& request,
                        const std::function<absl::Status(const std::string&)>& take);

// Calls a unary method likewise.
absl::Status CallUnary(const std::string& base, const std::string& method,
                       const google::protobuf::Message& request,
                       google::protobuf::Message& response);

}  // namespace hotline::mirror
