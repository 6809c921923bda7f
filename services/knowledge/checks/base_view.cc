#include "services/knowledge/checks/base_view.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::knowledge::checks {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kRetryPause{100};
constexpr std::chrono::seconds kCallDeadline{60};

absl::Status Loading() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "检查服务正在读取知识库，请稍后重试。");
}

}  // namespace

BaseView::BaseView(storage::Store& store, Options options)
    : store_(store), options_(std::move(options)) {
  subscription_ = store_.Subscribe([this] {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_all();
  });
  thread_ = std::thread([this] { Follow(); });
}

BaseView::~BaseView() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  subscription_.reset();
}

absl::Status BaseView::Read(absl::FunctionRef<void(const BaseState&)> read) const {
  std::unique_lock door(door_);
  const std::shared_lock lock(lock_);
  door.unlock();
  if (state_ == nullptr) return Loading();
  read(*state_);
  return absl::OkStatus();
}

absl::Status BaseView::Await(int64_t kb_revision, storage::Deadline deadline) const {
  std::unique_lock lock(mutex_);
  // wait_until overflows near the end of time; a day is longer than any call.
  const auto latest = std::min(deadline, steady_clock::now() + std::chrono::hours(24));
  const bool there =
      changed_.wait_until(lock, latest, [&] { return stopping_ || reached_ >= kb_revision; });
  if (stopping_ || reached_ < 0) return Loading();
  if (there) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN,
      "检查服务还没有读到知识库的最新版本，请稍后重试。",
      {{"wanted", std::to_string(kb_revision)}, {"reached", std::to_string(reached_)}});
}

bool BaseView::Stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void BaseView::Report(const absl::Status& status) {
  const std::string now(status.message());
  if (now == trouble_) return;
  options_.notice(!status.ok(), "base not followed", status.ok() ? "recovered" : now);
  trouble_ = now;
}

void BaseView::Follow() {
  while (!Stopping()) {
    const bool loaded = state_ != nullptr;
    const absl::Status status = loaded ? ReadFeed() : Load();
    Report(status);
    if (status.ok()) {
      if (loaded) WaitForNews();
      continue;
    }
    // Another base, or a gap: what is here must not be compared with any more.
    const bool lost = status.code() == absl::StatusCode::kDataLoss ||
                      status.code() == absl::StatusCode::kOutOfRange ||
                      status.code() == absl::StatusCode::kFailedPrecondition;
    if (lost) Withdraw();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kRetryPause, [&] { return stopping_; });
  }
}

void BaseView::WaitForNews() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, options_.tick, [&] { return stopping_ || news_; });
}

absl::Status BaseView::Load() {
  auto state = std::make_unique<BaseState>();
  std::vector<TermsChange> terms;
  for (const std::string_view collection : {kEntries, kPolicies, kFacts, kTerms, kSynonyms}) {
    RETURN_IF_ERROR(LoadCollection(collection, state.get(), &terms));
    if (Stopping()) return absl::OkStatus();
  }
  const size_t texts = state->index().size();
  const int64_t position = state->kb_revision;
  if (!terms.empty()) options_.on_terms(terms);
  Publish([&] { state_ = std::move(state); });
  options_.notice(false, "gates loaded",
                  std::to_string(texts) + " texts at kb_revision " + std::to_string(position));
  return absl::OkStatus();
}

absl::Status BaseView::LoadCollection(std::string_view collection, BaseState* state,
                                      std::vector<TermsChange>* terms) {
  store::v1::ListResourcesRequest request;
  request.set_collection(std::string(collection));
  request.set_page_size(storage::kPageSizeMax);
  for (bool more = true; more && !Stopping();) {
    request.set_kb_revision(state->kb_revision);
    ASSIGN_OR_RETURN(const storage::ResourcePage page,
                     store_.List(request, steady_clock::now() + kCallDeadline));
    // The first page pins the position of all others.
    if (state->timeline_id.empty()) state->timeline_id = page.position.timeline_id;
    if (state->timeline_id != page.position.timeline_id) {
      return absl::DataLossError("another timeline");
    }
    state->kb_revision = page.position.kb_revision;
    for (const storage::Versioned& versioned : page.resources) {
      state->Apply(Prepare(versioned.resource));
      if (versioned.resource.has_term_list()) {
        terms->push_back({versioned.resource.term_list().name(), versioned.kb_revision});
      }
    }
    more = page.more && !page.resources.empty();
    if (more) request.set_after_name(NameOf(page.resources.back().resource));
  }
  return absl::OkStatus();
}

absl::Status BaseView::ReadFeed() {
  {
    const std::lock_guard lock(mutex_);
    news_ = false;
  }
  for (;;) {
    // Only this thread writes the state, so it may read it without the lock.
    const int64_t applied = state_->kb_revision;
    ASSIGN_OR_RETURN(const storage::FeedBatch batch,
                     store_.ReadChanges(applied, steady_clock::now() + kCallDeadline));
    if (batch.head.timeline_id != state_->timeline_id)
      return absl::DataLossError("another timeline");
    if (batch.head.kb_revision < applied) return absl::DataLossError("the base went back");
    for (const store::v1::Change& change : batch.changes) {
      if (change.kb_revision() != state_->kb_revision + 1) {
        return absl::DataLossError("a gap in the feed");
      }
      ApplyChange(change);
    }
    if (state_->kb_revision == batch.head.kb_revision && state_->log_time < batch.log_time) {
      Publish([&] { state_->log_time = batch.log_time; });
    }
    if (state_->kb_revision >= batch.head.kb_revision || Stopping()) return absl::OkStatus();
  }
}

void BaseView::ApplyChange(const store::v1::Change& change) {
  std::vector<TermsChange> terms;
  std::vector<Prepared> prepared;
  prepared.reserve(static_cast<size_t>(change.effects_size()));
  for (const store::v1::Effect& effect : change.effects()) {
    prepared.push_back(Prepare(effect));
    if (effect.put().has_term_list()) {
      terms.push_back({effect.put().term_list().name(), change.kb_revision()});
    }
  }
  // Told before the state shows it: whoever has waited for this position finds both.
  if (!terms.empty()) options_.on_terms(terms);
  Publish([&] {
    for (Prepared& one : prepared) state_->Apply(std::move(one));
    state_->kb_revision = change.kb_revision();
    state_->log_time = std::max(state_->log_time, ToLogTime(change.commit_time()));
  });
}

void BaseView::Publish(absl::FunctionRef<void()> change) {
  int64_t reached = 0;
  {
    const std::lock_guard door(door_);
    const std::unique_lock lock(lock_);
    change();
    reached = state_->kb_revision;
  }
  const std::lock_guard lock(mutex_);
  reached_ = reached;
  changed_.notify_all();
}

void BaseView::Withdraw() {
  {
    const std::lock_guard door(door_);
    const std::unique_lock lock(lock_);
    state_.reset();
  }
  const std::lock_guard lock(mutex_);
  reached_ = -1;
}

}  // namespace hotline::knowledge::checks
