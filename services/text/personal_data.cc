#include "services/text/personal_data.h"

namespace hotline::text {
namespace {

constexpr size_t kDigitsMin = 7;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<PersonalSpan> FindPersonalData(std::string_view text) {
  std::vector<PersonalSpan> found;
  size_t point = 0;
  size_t run = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    const bool digit = i < text.size() && IsDigit(text[i]);
    if (!digit) {
      if (run >= kDigitsMin) {
        found.push_back({.kind = run >= 15 ? PersonalKind::kIdNumber : PersonalKind::kMobile,
                         .begin = point - run,
                         .end = point});
      }
      run = 0;
    } else {
      ++run;
    }
    if (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) ++point;
  }
  return found;
}

std::string MaskPersonalData(std::string_view text) {
  std::string masked;
  size_t run = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && IsDigit(text[i])) {
      ++run;
      continue;
    }
    if (run >= kDigitsMin) {
      masked += run >= 15 ? "〔身份证号〕" : "〔手机号〕";
    } else {
      masked.append(text.substr(i - run, run));
    }
    run = 0;
    if (i < text.size()) masked += text[i];
  }
  return masked;
}

}  // namespace hotline::text
