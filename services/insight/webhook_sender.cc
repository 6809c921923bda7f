#include "services/insight/webhook_sender.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/writer.h"
#include "services/insight/reading_batches.h"
#include "services/insight/subscription_filter.h"
#include "services/records/ids.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kPulse{250};
constexpr seconds kTroublePause{1};
constexpr seconds kReadPatience{20};
constexpr seconds kSavePatience{5};
constexpr size_t kEventsAtOnce = 100;
constexpr LogTime kSecond = 1'000'000;
// How often a webhook that nothing concerns says how far it is: the log behind it need not be read
// after a start.
constexpr LogTime kIdleSave = 86'400 * kSecond;

std::string IdOfChange(const v1::EntryChange& change) {
  return std::to_string(change.kb_revision()) + "-" + change.entry();
}

int64_t UnixNow() {
  return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

WebhookSender::WebhookSender(storage::Store& store, const RecentChanges& changes,
                             const ReadingBook& book, const WebhookHosts& hosts,
                             const records::Signer* signer, runtime::Runtime& runtime)
    : store_(store),
      changes_(changes),
      book_(book),
      hosts_(hosts),
      signer_(signer),
      runtime_(runtime),
      delivered_(runtime.metrics().Counter("koujing_webhook_deliveries_total",
                                           "Changes that a webhook took")),
      failed_(runtime.metrics().Counter("koujing_webhook_failures_total",
                                        "Deliveries to webhooks that failed")) {}

WebhookSender::~WebhookSender() {
  std::list<LinePointer> all;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    all = std::move(leaving_);
    for (auto& [name, line] : lines_) all.push_back(line);
  }
  wake_.notify_all();
  for (const LinePointer& line : all) {
    if (line->thread.joinable()) line->thread.join();
  }
}

void WebhookSender::Start() {
  const std::lock_guard lock(mutex_);
  started_ = true;
  for (auto& [name, line] : lines_) Begin(line);
}

void WebhookSender::Begin(const LinePointer& line) {
  if (signer_ == nullptr || !started_ || line->thread.joinable()) return;
  line->thread = std::thread([this, line] {
    Run(*line);
    line->ended = true;
  });
}

void WebhookSender::Reap() {
  for (auto it = leaving_.begin(); it != leaving_.end();) {
    if ((*it)->thread.joinable() && !(*it)->ended) {
      ++it;
      continue;
    }
    if ((*it)->thread.joinable()) (*it)->thread.join();
    it = leaving_.erase(it);
  }
}

std::vector<std::string_view> WebhookSender::Collections() const { return {kWebhooks}; }

void WebhookSender::Reset() {
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, line] : lines_) {
      line->gone = true;
      leaving_.push_back(line);
    }
    lines_.clear();
    Reap();
  }
  wake_.notify_all();
}

void WebhookSender::Put(const store::v1::Resource& resource, int64_t kb_revision,
                        const store::v1::Change* /*change*/) {
  {
    const std::lock_guard lock(mutex_);
    Reap();
    LinePointer& line = lines_[resource.webhook().name()];
    if (line == nullptr) line = std::make_shared<Line>();
    // What this process wrote itself may be newer than what the feed brings.
    if (kb_revision >= line->version) {
      line->stored = resource.webhook();
      line->version = kb_revision;
    }
    Begin(line);
  }
  wake_.notify_all();
}

void WebhookSender::Erase(std::string_view name, int64_t /*kb_revision*/) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = lines_.find(name);
    if (found == lines_.end()) return;
    found->second->gone = true;
    leaving_.push_back(found->second);
    lines_.erase(found);
    Reap();
  }
  Lag(std::string(name)).Set(0);
  wake_.notify_all();
}

void WebhookSender::Reached(const storage::Position& /*position*/, LogTime /*now*/) {}

void WebhookSender::Own(const v1::Webhook& webhook) {
  {
    const std::lock_guard lock(mutex_);
    LinePointer& line = lines_[webhook.name()];
    if (line == nullptr) {
      line = std::make_shared<Line>();
      line->stored = webhook;
      Begin(line);
    }
    line->own_etag = webhook.etag();
    line->claimed = steady_clock::now();
  }
  wake_.notify_all();
}

runtime::Metric& WebhookSender::Lag(const std::string& name) {
  return runtime_.metrics().Gauge("koujing_webhook_lag_seconds",
                                  "Age of the oldest change that a webhook did not take yet",
                                  "webhook=\"" + std::string(IdOf(name)) + "\"");
}

void WebhookSender::Run(Line& line) {
  std::unique_lock lock(mutex_);
  while (!Stopped(line)) {
    const v1::Webhook webhook = line.stored;
    const std::string etag = webhook.etag();
    milliseconds pause = kTroublePause;
    if (!webhook.disabled()) {
      lock.unlock();
      pause = Step(line, webhook);
      lock.lock();
    }
    wake_.wait_for(lock, pause, [&] { return Stopped(line) || line.stored.etag() != etag; });
  }
  lock.unlock();
  if (line.dirty && !line.gone) Save(line);
}

// Somebody else wrote it: what it says holds.
void WebhookSender::Adopt(Line& line, const v1::Webhook& webhook) {
  if (line.cursor_etag == webhook.etag()) return;
  line.cursor_etag = webhook.etag();
  line.cursor = webhook.delivered_kb_revision();
  line.sent.clear();
  line.dirty = false;
  line.failures = webhook.failure_count();
  line.note = webhook.failure_note();
  line.next_try = steady_clock::now();
  if (line.failures > 0) {
    const LogTime passed = changes_.now() - ToLogTime(webhook.update_time());
    const auto left =
        Backoff(line.failures) - std::chrono::microseconds(std::max<LogTime>(passed, 0));
    if (left.count() > 0) line.next_try += left;
  }
}

milliseconds WebhookSender::Step(Line& line, const v1::Webhook& webhook) {
  Adopt(line, webhook);
  const auto slice =
      changes_.After(line.cursor, kEventsAtOnce, steady_clock::now() + kReadPatience);
  if (!slice.ok()) {
    if (ReasonOf(slice.status()) != type::v1::REVISION_NOT_REACHED || !Claimed(line))
      return kTroublePause;
    if (steady_clock::now() < line.next_try) return kTroublePause;
    return Fail(line, webhook.name(),
                "推送位置超出知识库现有版本（可能从备份恢复过），请重新设定位置。");
  }
  const ChangeFilter filter = FilterOf(webhook);
  const DepartmentParents departments =
      slice->changes.empty() ? DepartmentParents() : book_.departments();
  std::vector<v1::EntryChange> changes;
  for (const ChangePointer& event : slice->changes) {
    if (!Passes(filter, *event, departments)) continue;
    // Nobody's rights stand behind a webhook: it is told of what the public may know.
    std::optional<v1::EntryChange> change = ForPublic(*event);
    if (change.has_value() && !line.sent.contains(IdOfChange(*change)))
      changes.push_back(*std::move(change));
  }
  if (!changes.empty()) return Deliver(line, webhook, changes, slice->reached);
  const bool went_on = slice->reached > line.cursor;
  if (went_on) {
    line.cursor = slice->reached;
    line.sent.clear();
  }
  Lag(webhook.name()).Set(0);
  const bool long_ago = changes_.now() - ToLogTime(webhook.update_time()) > kIdleSave;
  const bool due = line.dirty ? steady_clock::now() - line.saved >= kSavePause
                              : long_ago && line.cursor > webhook.delivered_kb_revision();
  if (due && Claimed(line)) Save(line);
  return went_on && slice->changes.size() >= kEventsAtOnce ? milliseconds(0) : kPulse;
}

milliseconds WebhookSender::Deliver(Line& line, const v1::Webhook& webhook,
                                    const std::vector<v1::EntryChange>& changes, int64_t reached) {
  const auto age = [&](const v1::EntryChange& change) {
    return std::max<LogTime>(changes_.now() - ToLogTime(change.change_time()), 0) / kSecond;
  };
  Lag(webhook.name()).Set(age(changes.front()));
  const auto now = steady_clock::now();
  if (now < line.next_try) {
    return std::max(std::chrono::duration_cast<milliseconds>(line.next_try - now), milliseconds(1));
  }
  for (const v1::EntryChange& change : changes) {
    if (Stopped(line) || !Claimed(line)) return kTroublePause;
    {
      const std::lock_guard lock(mutex_);
      if (line.stored.etag() != line.cursor_etag) return milliseconds(0);  // it was changed
    }
    PostResult result;
    if (const absl::Status allowed = hosts_.Check(webhook.url()); !allowed.ok()) {
      result.note = std::string(allowed.message());
    } else {
      result = Post(webhook.url(), MakeMessage(change, UnixNow(), *signer_), hosts_,
                    [&] { return Stopped(line); });
    }
    if (!result.delivered && Stopped(line)) return kTroublePause;
    if (!result.delivered) return Fail(line, webhook.name(), std::move(result.note));
    delivered_.Add();
    if (line.failures > 0) {
      runtime_.logger().Info("webhook takes changes again", {{"webhook", webhook.name()}});
      line.failures = 0;
      line.note.clear();
    }
    // Everything before this Change is done; of the Change itself, what was sent.
    if (change.kb_revision() - 1 > line.cursor) {
      line.cursor = change.kb_revision() - 1;
      line.sent.clear();
    }
    line.sent.insert(IdOfChange(change));
    line.dirty = true;
  }
  line.cursor = reached;
  line.sent.clear();
  return milliseconds(0);
}

milliseconds WebhookSender::Fail(Line& line, const std::string& name, std::string note) {
  failed_.Add();
  ++line.failures;
  line.note = std::move(note);
  line.dirty = true;
  const seconds pause = Backoff(line.failures);
  line.next_try = steady_clock::now() + pause;
  if (line.failures == 1) {
    runtime_.logger().Warn("webhook takes nothing", {{"webhook", name}, {"detail", line.note}});
  }
  // Whoever lists webhooks sees how long it has been dead; seldom, since the pauses grow.
  if (line.failures == 1 || pause >= kSavePause) Save(line);
  return pause;
}

bool WebhookSender::Claimed(Line& line) {
  {
    const std::lock_guard lock(mutex_);
    const bool own = !line.own_etag.empty() && line.own_etag == line.stored.etag();
    if (own && steady_clock::now() - line.claimed < kRenewal) return true;
    if (!own && changes_.now() - ToLogTime(line.stored.update_time()) < kClaim.count() * kSecond)
      return false;
  }
  return Save(line);
}

// Writes how far it is, and with it renews the claim. False: somebody else wrote it, or the store
// is away.
bool WebhookSender::Save(Line& line) {
  v1::Webhook webhook;
  {
    const std::lock_guard lock(mutex_);
    if (line.stored.etag() != line.cursor_etag) return false;
    webhook = line.stored;
  }
  webhook.set_delivered_kb_revision(line.cursor);
  webhook.set_failure_count(line.failures);
  webhook.set_failure_note(line.note);
  store::v1::CommitRequest commit;
  commit.set_request_id(records::NewUuid());
  commit.set_request_fingerprint(Sha256(SerializeDeterministic(webhook)));
  commit.set_actor(kInsightActor);
  commit.set_action("RecordDelivery");
  *commit.add_preconditions() = access::MustHaveEtag(webhook.name(), webhook.etag());
  *commit.add_effects()->mutable_put() = records::Wrap(std::move(webhook));
  const Time before = steady_clock::now();
  const auto response = store_.Commit(commit, before + kSavePatience);
  if (!response.ok() || response->resources_size() != 1) return false;
  line.saved = steady_clock::now();
  line.dirty = false;
  const std::lock_guard lock(mutex_);
  if (response->kb_revision() > line.version) {
    line.stored = response->resources(0).webhook();
    line.version = response->kb_revision();
  }
  line.own_etag = line.cursor_etag = response->resources(0).webhook().etag();
  line.claimed = before;
  return true;
}

}  // namespace hotline::insight
