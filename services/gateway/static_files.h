// The files of the page, read into memory at start: what is not in the map does not exist, so no
// path can lead outside.
#pragma once

#include <array>
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

  // The pages of people who sign in: apps with routes of their own, so every path below that names
  // no file (has no extension) is the app itself.
  static constexpr std::array<std::string_view, 2> kStaffFolders = {"/console/", "/workbench/"};
  static bool IsOfStaff(std::string_view path);

  // Reads every regular file below `directory`; hidden files and symbolic links are left out, and
  // without `staff` the folders of staff. Empty directory = no files. FAILED_PRECONDITION when it
  // cannot be read or is larger than the limits.
  static absl::StatusOr<StaticFiles> Read(const std::string& directory, bool staff);

  // The reply to GET or HEAD, 304 included; "/" is "/index.html", and a folder without its slash
  // leads to the one with it. Nothing when there is no such file. `route` is set to the file's own
  // path, for the log.
  std::optional<HttpReply> Find(const HttpRequest& request, std::string& route) const;

 private:
  struct File {
    std::string bytes;
    std::string packed;  // gzip; empty when that is not worth it
    std::string etag;
    bool immutable = false;  // the name changes with the content
    std::string_view content_type;
  };
  using Files = std::unordered_map<std::string, File>;
  Files::const_iterator FileOf(std::string path) const;
  // The staff folder that `path` names without its slash; nothing when it is not served.
  std::optional<std::string> FolderOf(const std::string& path) const;

  Files files_;  // by "/path"
};

}  // namespace hotline::gateway
