#include "services/gateway/platforms/secret_file.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/cc/errors.h"

namespace hotline::gateway::platforms {
namespace {

constexpr size_t kSecretBytesMax = 1'024;
constexpr mode_t kForOthers = S_IRWXG | S_IRWXO;

// Closes the file at the end of its scope.
struct File {
  int fd;
  ~File() {
    if (fd >= 0) close(fd);
  }
};

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& field, const std::string& path) {
  if (path.empty()) return FieldRequired(field);
  const File file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) return FieldInvalid(field, path, "不能读取：" + std::string(strerror(errno)));
  struct stat info {};
  if (fstat(file.fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return FieldInvalid(field, path, "必须是普通文件。");
  }
  if ((info.st_mode & kForOthers) != 0) {
    return FieldInvalid(field, path, "密钥文件只能由运行服务的用户读取，请执行 chmod 600。");
  }
  std::array<char, kSecretBytesMax + 1> buffer{};
  const ssize_t count = read(file.fd, buffer.data(), buffer.size());
  if (count < 0) return FieldInvalid(field, path, "不能读取：" + std::string(strerror(errno)));
  std::string text(buffer.data(), static_cast<size_t>(count));
  OPENSSL_cleanse(buffer.data(), buffer.size());
  if (text.size() > kSecretBytesMax) return FieldInvalid(field, path, "内容太长，不是平台的密钥。");
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace hotline::gateway::platforms
