// EventService as plain functions: proto/hotline/insight/v1/event_service.proto says what each one
// promises.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "hotline/insight/v1/event_service.pb.h"
#include "services/access/permission.h"
#include "services/access/writer.h"
#include "services/records/projection.h"
#include "services/records/reader.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::insight {

inline constexpr int kEventHoursFirst = 5;
inline constexpr int kEventHoursFull = 24;
inline constexpr int kEventHoursFollowUp = 48;

// The three steps of an event that was marked at this time: the hours run through nights and
// holidays.
std::vector<v1::MajorEvent::StepStanding> StepsFrom(LogTime mark);

// Thread-safe; blocks for as long as the store does.
class EventService final {
 public:
  // `store` must outlive this. `new_id` makes UUIDs; tests may give their own.
  explicit EventService(storage::Store& store, access::Writer::NewId new_id = {});

  using Call = runtime::Call;

  absl::StatusOr<v1::MajorEvent> MarkMajorEvent(const Call& call,
                                                const v1::MarkMajorEventRequest& request);
  absl::StatusOr<v1::MajorEvent> GetMajorEvent(const Call& call,
                                               const v1::GetMajorEventRequest& request);
  absl::StatusOr<v1::ListMajorEventsResponse> ListMajorEvents(
      const Call& call, const v1::ListMajorEventsRequest& request);
  absl::StatusOr<v1::MajorEvent> CompleteStep(const Call& call,
                                              const v1::CompleteStepRequest& request);
  absl::StatusOr<v1::MajorEvent> CloseMajorEvent(const Call& call,
                                                 const v1::CloseMajorEventRequest& request);

 private:
  absl::StatusOr<v1::MajorEvent> Read(const std::string& name, storage::Deadline deadline) const;
  absl::StatusOr<LogTime> Now(storage::Deadline deadline) const;
  // One write to an open event at the etag that was seen, with one of the rights at its place.
  // `request` has no unmasked text: its digest is kept.
  template <typename Request>
  absl::StatusOr<v1::MajorEvent> ChangeEvent(
      const Call& call, const Request& request, const std::string& action,
      std::initializer_list<access::Permission> any_of,
      absl::FunctionRef<absl::Status(v1::MajorEvent&)> change);
  absl::Status CheckSubjects(const v1::MarkMajorEventRequest& request,
                             storage::Deadline deadline) const;
  absl::Status CheckOnline(const std::string& entry, storage::Deadline deadline) const;
  // Whether departments lie below one, asked of the base once for each department.
  class Tree;

  storage::Store& store_;
  records::Reader reader_;
  access::Writer writer_;
};

// How many events are open and how many of their steps are late: a view of the base, for figures.
// Thread-safe.
class EventFigures final : public records::Projection {
 public:
  struct Figures {
    int64_t open = 0;
    int64_t late_steps = 0;       // due and not done
    int64_t done_late_steps = 0;  // done after they were due, of all events that are kept
  };
  Figures figures() const;

  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, v1::MajorEvent, std::less<>> events_;  // guarded by mutex_
  LogTime now_ = 0;                                            // guarded by mutex_
};

}  // namespace hotline::insight
