// Records as this room's code names them; see services/records.
#pragma once

#include "services/records/clockwork.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/reader.h"
#include "services/records/resources.h"
#include "services/records/working_days.h"

namespace hotline::knowledge {
using records::Base32Digest;
using records::CheckCount;
using records::CheckDistinct;
using records::CheckEtag;
using records::CheckMarkdown;
using records::CheckName;
using records::CheckRegion;
using records::CheckRevisionArgument;
using records::CheckText;
using records::CheckTimestamp;
using records::CheckUrl;
using records::CheckValidity;
using records::Clockwork;
using records::EscapeHtml;
using records::FieldPath;
using records::IsUuid;
using records::kCalendarName;
using records::kUtcOffsetMinutesDefault;
using records::MadeId;
using records::NewUuid;
using records::Page;
using records::ReadClockwork;
using records::Reader;
using records::ReadResource;
using records::TextLimits;
using records::Unwrap;
using records::UuidOf;
using records::WithToken;
using records::WorkingDays;
using records::Wrap;
}  // namespace hotline::knowledge
