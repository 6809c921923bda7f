#include "services/insight/event_service.h"

#include "tests/unit/insight/usage_world.h"

namespace hotline::insight {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::NewRequestId;
using ::testing::HasSubstr;
using ::testing::Not;
using v1::MajorEvent;

class EventServiceTest : public UsageWorld {
 protected:
  EventServiceTest() : service_(store_) {
    Put(ADepartment("city", "市政府"));
    auto bureau = ADepartment("rsj");
    bureau.set_parent("departments/city");
    Put(bureau);
    Put(ADepartment("other", "别的局"));
    Put(AnEntry("a").Online().Build());
    Put(AnEntry("draft").Build());
  }
  MajorEvent Mark(const std::string& department = "departments/rsj",
                  const std::string& title = "某小区停水") {
    v1::MarkMajorEventRequest request;
    request.set_title(title);
    request.set_department(department);
    request.add_subjects("entries/a");
    const auto event = service_.MarkMajorEvent(ACall(), request);
    EXPECT_OK(event);
    return event.ok() ? *event : MajorEvent();
  }
  absl::StatusOr<MajorEvent> Complete(const MajorEvent& event, MajorEvent::Step step,
                                      const std::string& entry = "") {
    v1::CompleteStepRequest request;
    request.set_name(event.name());
    request.set_step(step);
    request.set_note("已发布通报");
    request.set_entry(entry);
    return service_.CompleteStep(ACall(), request);
  }

  EventService service_;
};

TEST_F(EventServiceTest, TheClocksRunThroughNightsAndHolidays) {
  wall_ = kMonday + 5 * kDayMicros + 13 * kHourMicros;  // Saturday, half past ten at night
  const LogTime marked = wall_;
  const MajorEvent event = Mark();
  EXPECT_EQ(ToLogTime(event.mark_time()), marked);
  ASSERT_EQ(event.steps_size(), 3);
  EXPECT_EQ(ToLogTime(event.steps(0).due_time()), marked + 5 * kHourMicros);
  EXPECT_EQ(ToLogTime(event.steps(1).due_time()), marked + 24 * kHourMicros);
  EXPECT_EQ(ToLogTime(event.steps(2).due_time()), marked + 48 * kHourMicros);
  EXPECT_EQ(event.state(), MajorEvent::OPEN);
  EXPECT_EQ(event.marker(), "tester");
}

TEST_F(EventServiceTest, IsClosedWhenTheThreeStepsAreDone) {
  const MajorEvent event = Mark();
  const auto first = Complete(event, MajorEvent::FIRST_WORD, "entries/a");
  ASSERT_OK(first);
  EXPECT_EQ(first->steps(0).entry(), "entries/a");
  EXPECT_EQ(first->steps(0).actor(), "tester");
  EXPECT_TRUE(first->steps(0).has_done_time());
  EXPECT_THAT(Complete(event, MajorEvent::FIRST_WORD), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Complete(event, MajorEvent::FULL_WORD, "entries/draft"),
              HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Complete(event, MajorEvent::STEP_UNSPECIFIED), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_EQ(Complete(event, MajorEvent::FOLLOW_UP)->state(), MajorEvent::OPEN);
  EXPECT_EQ(Complete(event, MajorEvent::FULL_WORD)->state(), MajorEvent::CLOSED);
  EXPECT_THAT(Complete(event, MajorEvent::FULL_WORD), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(EventServiceTest, ClosesEarlyWithAReason) {
  const MajorEvent event = Mark();
  v1::CloseMajorEventRequest request;
  request.set_name(event.name());
  EXPECT_THAT(service_.CloseMajorEvent(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  request.set_reason("经核实不属实");
  request.set_etag("\"1\"");
  EXPECT_THAT(service_.CloseMajorEvent(ACall(), request), HasReason(type::v1::ETAG_MISMATCH));
  request.set_etag(event.etag());
  const auto closed = service_.CloseMajorEvent(ACall(), request);
  ASSERT_OK(closed);
  EXPECT_EQ(closed->state(), MajorEvent::CLOSED);
  EXPECT_EQ(closed->reason(), "经核实不属实");
}

TEST_F(EventServiceTest, HoldsNoPersonalDataAndNothingUnknown) {
  EXPECT_THAT(Mark("departments/rsj", "市民13800138000反映停水").title(),
              Not(HasSubstr("13800138000")));
  v1::MarkMajorEventRequest request;
  request.set_title("停水");
  request.set_department("departments/none");
  EXPECT_THAT(service_.MarkMajorEvent(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
  request.set_department("departments/rsj");
  request.add_subjects("gaps/none");
  EXPECT_THAT(service_.MarkMajorEvent(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(service_.MarkMajorEvent(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(EventServiceTest, ARepeatedMarkIsOneEvent) {
  v1::MarkMajorEventRequest request;
  request.set_title("停水");
  request.set_department("departments/rsj");
  request.set_request_id(NewRequestId());
  const auto first = service_.MarkMajorEvent(ACall(), request);
  ASSERT_OK(first);
  EXPECT_EQ(service_.MarkMajorEvent(ACall(), request)->name(), first->name());
}

TEST_F(EventServiceTest, ListsByStateAndDepartmentsBelowPageByPage) {
  for (int i = 0; i < 5; ++i) Mark();
  const MajorEvent other = Mark("departments/other");
  v1::CloseMajorEventRequest close;
  close.set_name(other.name());
  close.set_reason("办结");
  ASSERT_OK(service_.CloseMajorEvent(ACall(), close));

  v1::ListMajorEventsRequest request;
  request.set_state(MajorEvent::CLOSED);
  auto page = service_.ListMajorEvents(ACall(), request);
  ASSERT_OK(page);
  ASSERT_EQ(page->events_size(), 1);
  EXPECT_EQ(page->events(0).name(), other.name());

  request.clear_state();
  request.set_department("departments/city");
  request.set_page_size(2);
  int seen = 0;
  do {
    page = service_.ListMajorEvents(ACall(), request);
    ASSERT_OK(page);
    for (const MajorEvent& event : page->events()) {
      ++seen;
      EXPECT_EQ(event.department(), "departments/rsj");
    }
    request.set_page_token(page->next_page_token());
  } while (!page->next_page_token().empty());
  EXPECT_EQ(seen, 5);
}

TEST_F(EventServiceTest, LateStepsAreCounted) {
  EventFigures figures;
  Following process(store_, {&figures});
  const MajorEvent event = Mark();
  process.Await(SetTime(wall_ + 4 * kHourMicros));
  EXPECT_EQ(figures.figures().open, 1);
  EXPECT_EQ(figures.figures().late_steps, 0);
  process.Await(SetTime(wall_ + 2 * kHourMicros));
  EXPECT_EQ(figures.figures().late_steps, 1);
  ASSERT_OK(Complete(event, MajorEvent::FIRST_WORD));
  process.Await(SetTime(wall_ + 1));
  EXPECT_EQ(figures.figures().late_steps, 0);
  EXPECT_EQ(figures.figures().done_late_steps, 1);
}

}  // namespace
}  // namespace hotline::insight
