// What the public is told of an entry, as open data has it: the words of the WEB channel, with
// their evidence.
#pragma once

#include "hotline/answer/v1/open_data_service.pb.h"
#include "services/answer/answer_maker.h"
#include "services/answer/corpus.h"
#include "services/answer/visibility.h"

namespace hotline::answer {

// Who reads open data: everybody on the web, wherever they are.
inline Viewer OpenDataViewer(LogTime now) {
  return {.channel = type::v1::WEB, .region = kAnyRegion, .now = now};
}

// Of an entry that this viewer may see. A doubtful one has the sentence that citizens are told.
v1::OpenEntry MakeOpenEntry(AnswerMaker& maker, const View& view, const PublishedEntry& entry);

// How many entries this viewer may see.
int64_t CountOpenEntries(const View& view);

}  // namespace hotline::answer
