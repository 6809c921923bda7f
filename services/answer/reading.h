// How a question is understood: the place, the time and the people that it names, and what follows
// from them for the reply.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/visibility.h"
#include "services/text/audiences.h"
#include "services/text/places.h"
#include "services/text/times.h"

namespace hotline::answer {

// A question as it was understood. Positions count characters of the question.
struct QuestionReading {
  std::u32string text;  // one character per character of the question, folded
  std::vector<text::PlaceMention> places;
  std::vector<text::TimeMention> times;
  std::vector<text::AudienceMention> audiences;

  // The region that the reply is for. The request's, unless the question names the place of the
  // matter: then that place, when it lies within the request's region, or when it is elsewhere and
  // is the only place of the matter. Of several places beside each other none is taken.
  RegionCode region = kAnyRegion;
  bool region_is_from_question = false;
  bool region_overrides_request = false;  // the request names another one

  // The rule of an earlier time is asked for (去年的标准是多少), as against a story that happened
  // then.
  std::optional<text::TimeMention> past;

  // Whom the matter is about; empty for stories, which name many.
  text::AudienceSet audience = 0;
};

// `asked` is the request's region, `now` log time.
QuestionReading ReadQuestion(std::string_view question, RegionCode asked, LogTime now);

// The question without the places that became its region, or nothing when too little would be left
// to search for.
std::optional<std::string> WithoutPlaces(const QuestionReading& reading);

// True when the text names a place that became the region, in full or in short.
bool NamesPlaceOf(const QuestionReading& reading, std::string_view text);

// The instant whose rule is asked for: the last one of the time that has passed.
LogTime MatterTime(const text::TimeMention& past, LogTime now);

// The six digits of a region; empty for any region.
std::string RegionText(RegionCode region);

// The reading as replies show it. `region` and the parts; what was done about an earlier time is
// said by `past_note`, which takes the place of that part's meaning unless empty.
v1::QueryReading ToProto(const QuestionReading& reading, std::string_view past_note);

}  // namespace hotline::answer
