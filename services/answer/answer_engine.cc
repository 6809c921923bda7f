#include "services/answer/answer_engine.h"

#include <array>
#include <random>

#include <unistd.h>

#include "proto/cc/content_hash.h"

namespace hotline::answer {
namespace {

constexpr int kWatchHistoryDefault = 10'000;

BootTime Milliseconds(int64_t configured, BootTime fallback) {
  return configured > 0 ? BootTime(std::chrono::milliseconds(configured)) : fallback;
}

LeaseLimits LimitsOf(const config::v1::AnswerConfig& config) {
  return {.mark_stale_after =
              Milliseconds(config.mark_stale_after_ms(), LeaseLimits().mark_stale_after),
          .refuse_after = Milliseconds(config.refuse_after_ms(), LeaseLimits().refuse_after)};
}

std::string FollowerId(const config::v1::AnswerConfig& config) {
  if (!config.follower().empty()) return config.follower();
  std::array<char, 64> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string("answer-") + host.data();
}

std::string NewInstance() {
  constexpr size_t kBytes = 16;
  std::random_device random;
  std::string bytes;
  while (bytes.size() < kBytes) bytes += static_cast<char>(random());
  return ToHex(bytes);
}

AnswerService::Options ServiceOptions(const config::v1::AnswerConfig& config, AskReporter& asks) {
  AnswerService::Options options{.limits = LimitsOf(config), .asks = &asks};
  if (!config.hotline_name().empty()) options.hotline_name = config.hotline_name();
  if (!config.hotline_phone().empty()) options.hotline_phone = config.hotline_phone();
  return options;
}

Hotline HotlineOf(const AnswerService::Options& options) {
  return {.name = options.hotline_name, .phone = options.hotline_phone};
}

// A key that is no good was refused before (AnswerEngine::Check): nothing runs without it.
std::unique_ptr<const records::Signer> SignerOf(const config::v1::AnswerConfig& config) {
  auto signer = records::Signer::Load(config.signing_key_file(), records::kAnswerSigningKey);
  return signer.ok() ? *std::move(signer) : nullptr;
}

Follower::Options FollowerOptions(const config::v1::AnswerConfig& config, runtime::Logger& logger) {
  constexpr int64_t kCheckpointChangesDefault = 10'000;
  return {.id = FollowerId(config),
          .instance = NewInstance(),
          .limits = LimitsOf(config),
          .checkpoint_dir = config.checkpoint_dir(),
          .checkpoint_every_changes = config.checkpoint_every_changes() > 0
                                          ? config.checkpoint_every_changes()
                                          : kCheckpointChangesDefault,
          .notice = [&logger](Follower::Weight weight, std::string_view event,
                              std::string_view detail) {
            if (weight == Follower::Weight::kTrouble) {
              logger.Warn(event, {{"detail", detail}});
            } else {
              logger.Info(event, {{"detail", detail}});
            }
          }};
}

}  // namespace

absl::Status AnswerEngine::Check(const config::v1::AnswerConfig& config) {
  return records::Signer::Load(config.signing_key_file(), records::kAnswerSigningKey).status();
}

AnswerEngine::AnswerEngine(const config::v1::AnswerConfig& config, StoreHandle& store,
                           const runtime::Clock& clock, runtime::Logger& logger)
    : history_(static_cast<size_t>(config.watch_history() > 0 ? config.watch_history()
                                                              : kWatchHistoryDefault)),
      asks_(FollowerId(config)),
      service_(board_, history_, store, clock, ServiceOptions(config, asks_)),
      signer_(SignerOf(config)),
      open_data_(service_, HotlineOf(ServiceOptions(config, asks_)), signer_.get()),
      follower_(store, clock, board_, history_, FollowerOptions(config, logger)) {}

}  // namespace hotline::answer
