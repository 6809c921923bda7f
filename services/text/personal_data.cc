#include "services/text/personal_data.h"

#include <algorithm>
#include <utility>

#include "services/text/personal_glyphs.h"

namespace hotline::text {
namespace {

using personal::Finding;
using personal::Findings;
using personal::GlyphText;

// What is found may show more (a name before a number that was the end of its context); each round
// sees the findings before as barriers. More rounds than these were never needed.
constexpr int kRoundsMax = 8;

// In bytes of the text.
struct Piece {
  PersonalKind kind = PersonalKind::kIdNumber;
  size_t begin = 0;
  size_t end = 0;
};

// Where findings overlap they become one, of the kind that is the surest: the one that PersonalKind
// has first.
void Unite(Findings& found) {
  std::sort(found.begin(), found.end(),
            [](const Finding& a, const Finding& b) { return a.begin < b.begin; });
  size_t kept = 0;
  for (size_t i = 1; i < found.size(); ++i) {
    Finding& last = found[kept];
    if (found[i].begin < last.end) {
      last.end = std::max(last.end, found[i].end);
      last.kind = std::min(last.kind, found[i].kind);
    } else {
      found[++kept] = found[i];
    }
  }
  if (!found.empty()) found.resize(kept + 1);
}

Findings Round(const GlyphText& glyphs) {
  Findings found;
  personal::FindNumbers(glyphs, found);
  personal::FindDocuments(glyphs, found);
  personal::FindPlates(glyphs, found);
  personal::FindEmails(glyphs, found);
  personal::FindAddresses(glyphs, found);
  personal::FindNames(glyphs, found);
  Unite(found);
  return found;
}

// A masked text has the same glyphs as the text of the last round here, in which nothing was found:
// that makes masking idempotent.
std::vector<Piece> Pieces(std::string_view text) {
  std::vector<Piece> pieces;
  GlyphText glyphs(text);
  for (int round = 0; round < kRoundsMax; ++round) {
    const Findings found = Round(glyphs);
    if (found.empty()) break;
    std::vector<GlyphText::Range> ranges;
    ranges.reserve(found.size());
    for (const Finding& finding : found) {
      ranges.push_back({finding.begin, finding.end});
      pieces.push_back({finding.kind, glyphs[finding.begin].begin, glyphs[finding.end - 1].end});
    }
    glyphs.Bar(ranges);
  }
  // A finding of a later round may have swallowed the barrier of an earlier one.
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
  std::vector<Piece> apart;
  for (const Piece& piece : pieces) {
    if (!apart.empty() && piece.begin < apart.back().end) {
      apart.back().end = std::max(apart.back().end, piece.end);
    } else {
      apart.push_back(piece);
    }
  }
  return apart;
}

bool BeginsPoint(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

std::vector<PersonalSpan> FindPersonalData(std::string_view text) {
  std::vector<PersonalSpan> spans;
  size_t byte = 0;
  size_t point = 0;
  const auto point_of = [&](size_t until) {
    for (; byte < until; ++byte) point += BeginsPoint(text[byte]) ? 1 : 0;
    return point;
  };
  for (const Piece& piece : Pieces(text)) {
    const size_t begin = point_of(piece.begin);
    spans.push_back({.kind = piece.kind, .begin = begin, .end = point_of(piece.end)});
  }
  return spans;
}

std::string MaskPersonalData(std::string_view text) {
  const std::vector<Piece> pieces = Pieces(text);
  std::string masked;
  masked.reserve(text.size());
  size_t next = 0;
  for (const Piece& piece : pieces) {
    masked.append(text.substr(next, piece.begin - next));
    masked += personal::MaskOf(piece.kind);
    next = piece.end;
  }
  masked.append(text.substr(next));
  return masked;
}

}  // namespace hotline::text
