#include "services/identity/password_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "proto/cc/errors.h"
#include "proto/cc/text.h"
#include "services/access/credentials.h"
#include "services/identity/limits.h"

namespace hotline::identity {
namespace {

constexpr int kClassesMin = 3;
// Shorter login names are found in any password by chance.
constexpr size_t kLoginLengthMin = 3;

// What is left of the commonest passwords when digits and signs are taken away and the usual
// disguises (@ for a, 0 for o …) are undone.
constexpr std::array<std::string_view, 62> kWeakWords = {
    "",         "a",          "aa",      "aaa",       "aaaa",       "ab",         "abc",
    "abcd",     "abcde",      "abcdef",  "abcdefg",   "admin",      "adminadmin", "administrator",
    "asd",      "asdf",       "asdfgh",  "asdfghjkl", "changeme",   "dragon",     "football",
    "gov",      "govcn",      "guest",   "hello",     "helloworld", "hotline",    "huawei",
    "iloveyou", "koujing",    "letmein", "login",     "manager",    "master",     "mima",
    "monkey",   "oracle",     "pass",    "passw",     "password",   "passwd",     "princess",
    "qaz",      "qazwsx",     "qq",      "qwe",       "qweasd",     "qwer",       "qwert",
    "qwerty",   "qwertyuiop", "root",    "rootroot",  "secret",     "shenzhen",   "sunshine",
    "super",    "test",       "user",    "welcome",   "woaini",     "zxcvbnm"};

int ClassesOf(std::string_view password) {
  bool lower = false;
  bool upper = false;
  bool digit = false;
  bool other = false;
  for (const char c : password) {
    if (absl::ascii_islower(static_cast<unsigned char>(c))) {
      lower = true;
    } else if (absl::ascii_isupper(static_cast<unsigned char>(c))) {
      upper = true;
    } else if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      digit = true;
    } else {
      other = true;
    }
  }
  return int{lower} + int{upper} + int{digit} + int{other};
}

// "P@ssw0rd2026!" -> "password". Letters of other scripts stay: such a word is not on the list.
std::string Bare(std::string_view password, bool undo_disguise) {
  std::string bare;
  // What is behind the last letter is a year or a number, and no disguise.
  while (!password.empty() && password.back() > 0 &&
         !absl::ascii_isalpha(static_cast<unsigned char>(password.back()))) {
    password.remove_suffix(1);
  }
  for (char c : password) {
    if (undo_disguise) {
      constexpr std::string_view kDisguise = "@0$3";
      constexpr std::string_view kMeant = "aose";
      if (const size_t at = kDisguise.find(c); at != std::string_view::npos) c = kMeant[at];
    }
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalpha(byte) || byte >= 0x80) bare += absl::ascii_tolower(byte);
  }
  return bare;
}

bool IsCommon(std::string_view password) {
  for (const bool undo : {false, true}) {
    const std::string bare = Bare(password, undo);
    if (std::find(kWeakWords.begin(), kWeakWords.end(), bare) != kWeakWords.end()) return true;
  }
  return false;
}

bool Contains(std::string_view password, std::string_view login) {
  if (login.size() < kLoginLengthMin) return false;
  return absl::AsciiStrToLower(std::string(password))
             .find(absl::AsciiStrToLower(std::string(login))) != std::string::npos;
}

bool HasControl(std::string_view password) {
  return std::any_of(password.begin(), password.end(),
                     [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

}  // namespace

absl::Status WeakPassword(std::string_view rule, std::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::WEAK_PASSWORD, sentence,
                   {{"rule", std::string(rule)}});
}

absl::Status CheckPassword(std::string_view password, std::string_view login) {
  if (!IsUtf8(password) || HasControl(password))
    return WeakPassword("CHARACTERS", "密码里有不能使用的字符，请换一个。");
  const size_t length = CodePoints(password);
  if (length < kPasswordMin || length > kPasswordMax) {
    return WeakPassword("LENGTH", absl::StrCat("密码应为 ", kPasswordMin, " 至 ", kPasswordMax,
                                               " 个字符，现为 ", length, " 个。"));
  }
  if (ClassesOf(password) < kClassesMin) {
    return WeakPassword("CLASSES", "密码应至少包含小写字母、大写字母、数字、其他符号中的三类。");
  }
  if (Contains(password, login)) return WeakPassword("LOGIN", "密码里不能包含登录名，请换一个。");
  if (IsCommon(password)) return WeakPassword("COMMON", "这个密码太常见，容易被猜到，请换一个。");
  return absl::OkStatus();
}

std::string NewPassword() {
  // Nothing that could be read as something else.
  constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  constexpr int kGroups = 4;
  constexpr int kGroupLength = 4;
  for (;;) {
    std::string password;
    while (password.size() < kGroups * (kGroupLength + 1) - 1) {
      if (password.size() % (kGroupLength + 1) == kGroupLength) {
        password += '-';
        continue;
      }
      const auto byte = static_cast<unsigned char>(access::RandomBytes(1)[0]);
      // A remainder would prefer the first characters.
      if (byte < 256 / kAlphabet.size() * kAlphabet.size())
        password += kAlphabet[byte % kAlphabet.size()];
    }
    if (CheckPassword(password, "").ok()) return password;
  }
}

}  // namespace hotline::identity
