// Personal data in what people write: found and masked before anything is written, logged or
// indexed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::text {

// Names a kind of personal data, with the numbers of hotline.insight.v1.PersonalData.
enum class PersonalKind : uint8_t {
  kIdNumber = 1,
  kMobile = 2,
  kLandline = 3,
  kBankCard = 4,
  kPlate = 5,
  kEmail = 6,
  kAddress = 7,
  kPersonName = 8,
  kOtherDocument = 9,
};

// Something that was found; in code points of the text.
struct PersonalSpan {
  PersonalKind kind = PersonalKind::kIdNumber;
  size_t begin = 0;
  size_t end = 0;  // exclusive
};

// What is personal in UTF-8 text, in order, without overlaps. Numbers of hotlines (12345, 110 …)
// are not.
std::vector<PersonalSpan> FindPersonalData(std::string_view text);

// The text with each finding replaced by its mask: 〔身份证号〕, 〔手机号〕, 〔电话〕,
// 〔银行卡号〕, 〔车牌号〕, 〔邮箱〕, 〔地址〕, 〔姓名〕, 〔证件号〕. Idempotent: masks hold
// nothing to be found.
std::string MaskPersonalData(std::string_view text);

}  // namespace hotline::text
