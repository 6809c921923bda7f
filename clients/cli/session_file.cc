#include "clients/cli/session_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hotline::cli {
namespace {

struct Kept {
  std::string server;
  std::string token;
  int64_t kept = 0;  // when
  int64_t idle = 0;  // until
  int64_t expire = 0;
};

std::vector<Kept> ReadAll() {
  std::vector<Kept> all;
  std::ifstream file(SessionFile());
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Kept one;
    if (words >> one.server >> one.token >> one.kept >> one.idle >> one.expire) all.push_back(one);
  }
  return all;
}

// The new content appears whole, and nobody else can read it at any moment.
absl::Status WriteAll(const std::vector<Kept>& all) {
  const std::filesystem::path path = SessionFile();
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::string text;
  for (const Kept& one : all) {
    text += one.server + " " + one.token + " " + std::to_string(one.kept) + " " +
            std::to_string(one.idle) + " " + std::to_string(one.expire) + "\n";
  }
  const std::string part = path.string() + ".new";
  const int file = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool good = file >= 0 && fchmod(file, 0600) == 0 &&
              write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) good = close(file) == 0 && good;
  good = good && std::rename(part.c_str(), path.c_str()) == 0;
  if (good) return absl::OkStatus();
  return FieldInvalid("KOUJING_TOKEN_FILE", path.string(),
                      "登录状态写不进 " + path.string() + "（" + std::strerror(errno) +
                          "），请检查权限，或用 KOUJING_TOKEN_FILE 指定别的文件。");
}

// The sessions of other servers that are not over.
std::vector<Kept> Without(std::vector<Kept> all, const std::string& server) {
  const int64_t now = std::time(nullptr);
  std::erase_if(all, [&](const Kept& one) { return one.server == server || one.expire <= now; });
  return all;
}

}  // namespace

std::string SessionFile() {
  if (const char* given = std::getenv("KOUJING_TOKEN_FILE"); given != nullptr) return given;
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/')
    return std::string(config) + "/koujing/token";
  const char* home = std::getenv("HOME");
  return std::string(home == nullptr ? "." : home) + "/.config/koujing/token";
}

absl::Status KeepSession(const std::string& server, const identity::v1::SignInResponse& session) {
  std::vector<Kept> all = Without(ReadAll(), server);
  all.push_back({server, session.token(), std::time(nullptr), session.idle_time().seconds(),
                 session.expire_time().seconds()});
  return WriteAll(all);
}

absl::Status ForgetSession(const std::string& server) {
  return WriteAll(Without(ReadAll(), server));
}

void UseKeptSession(client::Client& client, const std::string& server) {
  for (const Kept& one : ReadAll()) {
    const int64_t now = std::time(nullptr);
    if (one.server != server || one.expire <= now) continue;
    client.set_credential(one.token);
    const bool due = (one.idle - one.kept) > 0 && now - one.kept > (one.idle - one.kept) / 3;
    if (!due || one.idle <= now || one.idle == one.expire) return;
    using Stub = identity::v1::IdentityService::Stub;
    const auto later = client.Call(&Stub::RefreshSession, identity::v1::RefreshSessionRequest());
    // Whatever is wrong, the command itself will tell.
    if (!later.ok()) return;
    client.set_credential(later->token());
    KeepSession(server, *later).IgnoreError();
    return;
  }
}

}  // namespace hotline::cli
