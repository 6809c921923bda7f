// The files of the page, read into memory at start: what is not in the map does not exist, so no
// path can lead outside.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/statusor.h"

#include "services/gateway/exchange.h"

namespace hotline::gateway {

// The installed folder beside the program (../share/koujing/web), else the one in the source tree,
// else "".
std::string DefaultWebDir();

// Immutable.
class StaticFiles {
 public:
  static constexpr size_t kFilesMax = 1024;
  static constexpr size_t kBytesMax = 64 * 1024 * 1024;

  // Reads every regular file below `directory`; hidden files and symbolic links are left out. Empty
  // directory = no files. FAILED_PRECONDITION when it cannot be read or is larger than the limits.
  static absl::StatusOr<StaticFiles> Read(const std::string& directory);

  // The reply to GET or HEAD, 304 included; "/" is "/index.html". Nothing when there is no such
  // file. `route` is set to the file's own path, for the log.
  std::optional<HttpReply> Find(const HttpRequest& request, std::string& route) const;

 private:
  struct File {
    std::string bytes;
    std::string etag;
    std::string_view content_type;
  };
  std::unordered_map<std::string, File> files_;  // by "/path"
};

}  // namespace hotline::gateway
