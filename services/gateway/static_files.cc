#include "services/gateway/static_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <openssl/sha.h>

#include "proto/cc/errors.h"
#include "services/gateway/compression.h"
#include "services/gateway/local_replies.h"
#include "services/gateway/reply_cache.h"
#include "services/gateway/url.h"

namespace hotline::gateway {
namespace {

namespace fs = std::filesystem;

constexpr char kAskEachTime[] = "no-cache";
constexpr char kForEver[] = "public, max-age=31536000, immutable";
constexpr char kIndex[] = "index.html";

struct TypeOfSuffix {
  std::string_view suffix;
  std::string_view type;
};

constexpr std::array<TypeOfSuffix, 14> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
}};

std::string_view TypeOf(std::string_view path) {
  for (const TypeOfSuffix& row : kTypes) {
    if (path.ends_with(row.suffix)) return row.type;
  }
  return "application/octet-stream";
}

std::string EtagOf(const std::string& bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  constexpr size_t kShownBytes = 16;
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash);
  std::string etag = "\"";
  for (size_t i = 0; i < kShownBytes; ++i) {
    etag += kHex[hash[i] >> 4];
    etag += kHex[hash[i] & 15];
  }
  return etag + "\"";
}

absl::Status BadDirectory(const std::string& directory, std::string_view what_to_do) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::FIELD_INVALID,
                   "无法读取网页目录 " + directory + "：" + std::string(what_to_do),
                   {{"field", "gateway.web_dir"}, {"value", directory}});
}

// The folder of people who sign in that `path` is below; empty when it is in none.
std::string_view StaffFolderOf(std::string_view path) {
  for (const std::string_view folder : StaticFiles::kStaffFolders) {
    if (path.starts_with(folder)) return folder;
  }
  return {};
}

// "/console/assets/index-DiwrgTda.js": builders put a hash of the content at the end of the name.
bool HasHashedName(std::string_view path) {
  constexpr size_t kHashCharacters = 8;
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const std::string_view stem = file.substr(0, file.find('.'));
  if (path.find("/assets/") == std::string_view::npos || stem.size() <= kHashCharacters + 1) {
    return false;
  }
  return stem[stem.size() - kHashCharacters - 1] == '-';
}

// Packed once, as well as it goes; kept when it saves a tenth.
std::string Pack(const std::string& bytes, std::string_view content_type) {
  if (bytes.size() < kCompressBytesMin || !IsCompressible(content_type)) return "";
  std::string packed = Compress(Coding::kGzip, bytes, Effort::kBest);
  return packed.size() < bytes.size() / 10 * 9 ? packed : "";
}

// Two forms of a file are two things to a cache.
std::string PackedTag(std::string tag) {
  tag.insert(tag.size() - 1, "-gzip");
  return tag;
}

}  // namespace

bool StaticFiles::IsOfStaff(std::string_view path) { return !StaffFolderOf(path).empty(); }

std::string DefaultWebDir() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (const fs::path& folder :
       {program.parent_path() / "../share/koujing/web", fs::path(KOUJING_WEB_DIR)}) {
    if (fs::exists(folder / "index.html", error)) return folder.lexically_normal().string();
  }
  return "";
}

absl::StatusOr<StaticFiles> StaticFiles::Read(const std::string& directory, bool staff) {
  StaticFiles result;
  if (directory.empty()) return result;
  std::error_code error;
  size_t bytes = 0;
  fs::recursive_directory_iterator file(directory, error);
  if (error) return BadDirectory(directory, error.message() + "。请核对 gateway.web_dir。");
  for (; file != fs::recursive_directory_iterator(); file.increment(error)) {
    if (error) return BadDirectory(directory, error.message());
    const std::string name = "/" + fs::relative(file->path(), directory, error).generic_string();
    if (!staff && !StaffFolderOf(name).empty()) continue;
    const bool hidden = file->path().filename().string().starts_with(".");
    if (hidden && file->is_directory(error)) file.disable_recursion_pending();
    if (hidden || file->is_symlink(error) || !file->is_regular_file(error)) continue;
    std::ifstream stream(file->path(), std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream.good()) return BadDirectory(directory, "有文件不可读，请检查权限。");
    File entry{content.str(), "", "", HasHashedName(name),
               TypeOf(file->path().filename().string())};
    entry.etag = EtagOf(entry.bytes);
    entry.packed = Pack(entry.bytes, entry.content_type);
    bytes += entry.bytes.size();
    result.files_.emplace(name, std::move(entry));
    if (result.files_.size() > kFilesMax || bytes > kBytesMax) {
      return BadDirectory(directory, "文件太多或太大，请只放网页文件。");
    }
  }
  return result;
}

StaticFiles::Files::const_iterator StaticFiles::FileOf(std::string path) const {
  if (path.ends_with('/')) path += kIndex;
  const auto found = files_.find(path);
  if (found != files_.end()) return found;
  const std::string_view app = StaffFolderOf(path);
  const std::string_view last = std::string_view(path).substr(path.rfind('/') + 1);
  const bool names_a_file = last.find('.') != std::string_view::npos && last != kIndex;
  return app.empty() || names_a_file ? files_.end() : files_.find(std::string(app) + kIndex);
}

std::optional<std::string> StaticFiles::FolderOf(const std::string& path) const {
  const std::string folder = path + "/";
  const bool is_one =
      std::find(kStaffFolders.begin(), kStaffFolders.end(), folder) != kStaffFolders.end();
  return is_one && files_.contains(folder + kIndex) ? std::optional(folder) : std::nullopt;
}

std::optional<HttpReply> StaticFiles::Find(const HttpRequest& request, std::string& route) const {
  std::optional<std::string> path = PercentDecode(request.path);
  if (!path.has_value()) return std::nullopt;
  const auto found = FileOf(*path);
  if (found == files_.end()) {
    const auto folder = FolderOf(*path);
    return folder.has_value() ? std::optional(FolderReply(*folder)) : std::nullopt;
  }
  route = found->first;
  const File& file = found->second;
  const bool packed =
      !file.packed.empty() && Negotiate(request.Header("accept-encoding")) == Coding::kGzip;
  const std::string etag = packed ? PackedTag(file.etag) : file.etag;
  HttpReply reply;
  reply.headers = {{"Content-Type", std::string(file.content_type)},
                   {"ETag", etag},
                   {"Cache-Control", file.immutable ? kForEver : kAskEachTime}};
  if (packed) {
    reply.headers.emplace_back("Content-Encoding", std::string(CodingName(Coding::kGzip)));
  }
  if (!file.packed.empty()) reply.headers.emplace_back("Vary", "Accept-Encoding");
  if (HasTag(request.Header("if-none-match"), etag)) {
    reply.status = 304;
  } else {
    reply.body = packed ? file.packed : file.bytes;
  }
  return reply;
}

}  // namespace hotline::gateway
