#include "services/insight/change_feed_watch.h"

#include <deque>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/insight/reading_service.h"
#include "services/insight/subscription_filter.h"
#include "services/insight/subscription_service.h"
#include "services/records/field_check.h"

namespace hotline::insight {
namespace {

using records::FieldPath;
using std::chrono::steady_clock;
using Response = v1::WatchChangesResponse;
using Step = runtime::StreamStep<Response>;

constexpr std::chrono::seconds kReadPatience{20};
constexpr size_t kEventsAtOnce = 200;
// How long one step reads on without an event before it lets others work.
constexpr std::chrono::milliseconds kReadOn{500};

class Watch final : public ChangeSource {
 public:
  Watch(const WatchGround& ground, const runtime::Call& call, ChangeFilter filter, int64_t after,
        runtime::Waker waker)
      : ground_(ground),
        call_(call),
        filter_(std::move(filter)),
        waker_(std::move(waker)),
        position_(after),
        said_(steady_clock::now()) {}

  absl::StatusOr<Step> Next() override {
    const auto until = steady_clock::now() + kReadOn;
    while (ready_.empty()) {
      ASSIGN_OR_RETURN(const bool more, ReadOn());
      if (!ready_.empty()) break;
      if (!more) return Quiet(true);
      if (steady_clock::now() >= until) {
        waker_();  // there is more to read
        return Quiet(false);
      }
    }
    Response response = std::move(ready_.front());
    ready_.pop_front();
    return Say(std::move(response));
  }

 private:
  // True when it went on.
  absl::StatusOr<bool> ReadOn() {
    ASSIGN_OR_RETURN(
        const RecentChanges::Slice slice,
        ground_.changes.After(position_, kEventsAtOnce, steady_clock::now() + kReadPatience));
    if (slice.reached == position_) return false;
    const DepartmentParents departments =
        slice.changes.empty() ? DepartmentParents() : ground_.book.departments();
    for (const ChangePointer& event : slice.changes) {
      if (!Passes(filter_, *event, departments)) continue;
      std::optional<v1::EntryChange> change = SeenBy(call_, *event);
      if (!change.has_value()) continue;
      Response response;
      // A resume begins with the whole Change of which only a part was sent.
      if (!ready_.empty() && ready_.back().change().kb_revision() < change->kb_revision())
        ready_.back().set_resume_kb_revision(change->kb_revision() - 1);
      response.set_resume_kb_revision(change->kb_revision() - 1);
      *response.mutable_change() = *std::move(change);
      ready_.push_back(std::move(response));
    }
    if (!ready_.empty()) ready_.back().set_resume_kb_revision(slice.reached);
    position_ = slice.reached;
    return true;
  }

  // The first time that nothing is left is told at once.
  absl::StatusOr<Step> Quiet(bool current) {
    const bool first = current && !std::exchange(current_, current_ || current);
    if (!first && steady_clock::now() - said_ < kChangeHeartbeat) return Step::NothingNow();
    Response heartbeat;
    heartbeat.set_resume_kb_revision(position_);
    return Say(std::move(heartbeat));
  }

  absl::StatusOr<Step> Say(Response response) {
    said_ = steady_clock::now();
    if (ground_.signer != nullptr && response.has_change()) {
      response.set_signature(ground_.signer->Sign(SerializeDeterministic(response.change())));
      response.set_key_id(ground_.signer->key_id());
    }
    return Step::Message(std::move(response));
  }

  const WatchGround ground_;
  const runtime::Call call_;
  const ChangeFilter filter_;
  const runtime::Waker waker_;
  int64_t position_;  // everything up to it was sent, or is ready
  std::deque<Response> ready_;
  steady_clock::time_point said_;
  bool current_ = false;  // nothing was left at some time
};

}  // namespace

absl::StatusOr<std::unique_ptr<ChangeSource>> WatchChanges(const WatchGround& ground,
                                                           const runtime::Call& call,
                                                           const v1::WatchChangesRequest& request,
                                                           runtime::Waker waker) {
  RETURN_IF_ERROR(access::RequireAnyOf(
      call, {access::Permission::kReadEntries, access::Permission::kReadInternal}));
  RETURN_IF_ERROR(
      records::CheckCount(request.entries_size(), kWatchedEntriesMax, FieldPath("entries")));
  ChangeFilter filter{.category = request.category(),
                      .region = request.region(),
                      .department = request.department(),
                      .entries = {}};
  const FieldPath path;
  for (int i = 0; i < request.entries_size(); ++i) {
    RETURN_IF_ERROR(
        records::CheckName(request.entries(i), kEntries, FieldPath(path, "entries", i)));
    filter.entries.insert(request.entries(i));
  }
  const auto deadline = steady_clock::now() + kReadPatience;
  RETURN_IF_ERROR(CheckFilterParts(ground.store, &filter.category, filter.region, filter.department,
                                   "", deadline));
  if (request.after_kb_revision() < -1) {
    return FieldInvalid("after_kb_revision", std::to_string(request.after_kb_revision()),
                        "0 表示从头开始，-1 表示从现在开始。");
  }
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, ground.store.GetStatus(deadline));
  const int64_t head = status.head_kb_revision();
  if (request.after_kb_revision() > head) {
    return MakeError(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED,
                     "知识库还没有到达这一版本；如果它从备份恢复过，请从头开始。",
                     {{"wanted", std::to_string(request.after_kb_revision())},
                      {"reached", std::to_string(head)}});
  }
  const int64_t after = request.after_kb_revision() < 0 ? head : request.after_kb_revision();
  return std::unique_ptr<ChangeSource>(
      std::make_unique<Watch>(ground, call, std::move(filter), after, std::move(waker)));
}

}  // namespace hotline::insight
