#include "services/identity/identity_path.h"

#include <cstdio>
#include <optional>
#include <utility>

namespace hotline::identity {
namespace {

IdentityService::Options WithExecutor(IdentityService::Options options, runtime::Runtime& runtime) {
  options.later = [&runtime](std::function<void()> work) {
    runtime.executor().Post(std::move(work));
  };
  return options;
}

}  // namespace

IdentityPath::IdentityPath(const config::v1::AccessConfig& config, storage::Store& store,
                           const access::Guard& guard, runtime::Runtime& runtime)
    : service_(store, guard, WithExecutor(OptionsOf(config), runtime)), grpc_(service_, runtime) {}

void IdentityPath::AnnounceFirstStart(const std::string& address) const {
  const std::optional<std::string> secret = service_.BootstrapSecret();
  if (!secret.has_value()) return;
  std::fprintf(stderr,
               "\n知识库还没有管理员。一次性口令（只在本次启动有效）：%s\n"
               "建立管理员：kbctl --server %s setup --secret %s\n\n",
               secret->c_str(), address.c_str(), secret->c_str());
  std::fflush(stderr);
}

}  // namespace hotline::identity
