#include "services/records/projection.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::records {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPulse{1};
constexpr std::chrono::seconds kReadPatience{30};
constexpr std::chrono::milliseconds kRetryPause{300};

}  // namespace

ProjectionFollower::ProjectionFollower(MakeStore make_store, Trouble trouble)
    : make_store_(std::move(make_store)), trouble_(std::move(trouble)) {}

ProjectionFollower::~ProjectionFollower() { Stop(); }

void ProjectionFollower::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ProjectionFollower::Add(Projection& projection) {
  projections_.push_back(&projection);
  for (const std::string_view collection : projection.Collections())
    by_collection_.emplace_back(std::string(collection), &projection);
}

void ProjectionFollower::Start() {
  thread_ = std::thread([this] { Run(); });
}

bool ProjectionFollower::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

absl::Status ProjectionFollower::AwaitLoaded(storage::Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (wake_.wait_until(lock, deadline, [this] { return loaded_; })) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "知识库尚未读完，请稍后重试。");
}

absl::Status ProjectionFollower::Await(int64_t kb_revision, storage::Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto reached = [&] { return loaded_ && reached_ >= kb_revision; };
  if (wake_.wait_until(lock, deadline, reached)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN, "尚未跟上所要求的版本，请稍后重试。",
      {{"wanted", std::to_string(kb_revision)}, {"reached", std::to_string(reached_)}});
}

void ProjectionFollower::Run() {
  std::shared_ptr<storage::Store> store;
  bool loaded = false;
  while (!stopping()) {
    if (store == nullptr) store = make_store_();
    const absl::Status status = loaded ? Follow(*store) : Load(*store);
    Report(status);
    if (status.ok()) {
      loaded = true;
      continue;
    }
    // Another timeline, or a base that went back: what was told is not true any more.
    const auto reason = ReasonOf(status);
    if (reason == type::v1::OTHER_TIMELINE || reason == type::v1::REVISION_NOT_REACHED) {
      loaded = false;
      store = nullptr;
    }
    std::unique_lock lock(mutex_);
    if (!loaded) loaded_ = false;
    wake_.wait_for(lock, kRetryPause, [this] { return stopping_; });
  }
}

absl::Status ProjectionFollower::Load(storage::Store& store) {
  ASSIGN_OR_RETURN(const auto status, store.GetStatus(steady_clock::now() + kReadPatience));
  position_ = {status.timeline_id(), status.head_kb_revision()};
  for (Projection* projection : projections_) projection->Reset();
  std::vector<std::string> collections;
  for (const auto& [collection, projection] : by_collection_) collections.push_back(collection);
  std::sort(collections.begin(), collections.end());
  collections.erase(std::unique(collections.begin(), collections.end()), collections.end());
  if (position_.kb_revision > 0) {
    for (const std::string& collection : collections)
      RETURN_IF_ERROR(LoadCollection(store, collection));
  }
  Tell(position_, ToLogTime(status.log_time()));
  return absl::OkStatus();
}

absl::Status ProjectionFollower::LoadCollection(storage::Store& store,
                                                const std::string& collection) {
  store::v1::ListResourcesRequest query;
  query.set_collection(collection);
  query.set_page_size(storage::kPageSizeMax);
  query.set_kb_revision(position_.kb_revision);
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page,
                     store.List(query, steady_clock::now() + kReadPatience));
    for (const storage::Versioned& versioned : page.resources) {
      for (const auto& [wanted, projection] : by_collection_) {
        if (wanted == collection)
          projection->Put(versioned.resource, versioned.kb_revision, nullptr);
      }
    }
    more = page.more && !page.resources.empty() && !stopping();
    if (more) query.set_after_name(NameOf(page.resources.back().resource));
  }
  if (stopping()) return absl::CancelledError();
  return absl::OkStatus();
}

absl::Status ProjectionFollower::Follow(storage::Store& store) {
  ASSIGN_OR_RETURN(const storage::FeedBatch batch,
                   store.WaitForChanges(position_.kb_revision, steady_clock::now() + kPulse));
  if (batch.head.timeline_id != position_.timeline_id) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE,
                     "知识库已被恢复为另一条时间线。");
  }
  for (const store::v1::Change& change : batch.changes) Tell(change);
  if (batch.changes.empty()) Tell(position_, batch.log_time);
  return absl::OkStatus();
}

void ProjectionFollower::Tell(const store::v1::Change& change) {
  for (const store::v1::Effect& effect : change.effects()) {
    const std::string& name = effect.has_put() ? NameOf(effect.put()) : effect.delete_name();
    const std::string_view collection = CollectionOf(name);
    for (const auto& [wanted, projection] : by_collection_) {
      if (wanted != collection) continue;
      if (effect.has_put()) {
        projection->Put(effect.put(), change.kb_revision(), &change);
      } else {
        projection->Erase(name, change.kb_revision());
      }
    }
  }
  position_.kb_revision = change.kb_revision();
  Tell(position_, ToLogTime(change.commit_time()));
}

void ProjectionFollower::Tell(const storage::Position& position, LogTime now) {
  for (Projection* projection : projections_) projection->Reached(position, now);
  {
    const std::lock_guard lock(mutex_);
    loaded_ = true;
    reached_ = position.kb_revision;
  }
  wake_.notify_all();
}

void ProjectionFollower::Report(const absl::Status& status) {
  if (status.ok() != in_trouble_ || stopping()) return;
  in_trouble_ = !status.ok();
  trouble_(status);
}

}  // namespace hotline::records
