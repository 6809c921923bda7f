#include "clients/mirror/page.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace hotline::mirror {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {
    {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};

void AppendCodePoint(std::string& text, long code) {
  if (code <= 0 || code > 0x10FFFF || U_IS_SURROGATE(code)) return;
  std::array<char, 4> bytes{};
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, static_cast<UChar32>(code));
  text.append(bytes.data(), static_cast<size_t>(length));
}

// The text of `html` with its entities put in; what is none stays.
std::string Unescaped(std::string_view html) {
  constexpr size_t kEntityMax = 10;
  std::string text;
  for (size_t at = 0; at < html.size(); ++at) {
    const size_t end = html[at] == '&' ? html.substr(at, kEntityMax).find(';') : html.npos;
    if (end == html.npos) {
      text += html[at];
      continue;
    }
    const std::string name(html.substr(at + 1, end - 1));
    if (name.size() > 1 && name[0] == '#') {
      const bool hex = name[1] == 'x' || name[1] == 'X';
      AppendCodePoint(text, std::strtol(name.c_str() + (hex ? 2 : 1), nullptr, hex ? 16 : 10));
    } else {
      const auto known =
          std::ranges::find(kEntities, name, [](const auto& one) { return one.first; });
      if (known == kEntities.end()) {
        text += html[at];
        continue;
      }
      text += known->second;
    }
    at += end;
  }
  return text;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// One tag: from behind its `<` to its `>`.
struct Tag {
  std::string name;  // lower case; "/p" of an end
  Mark mark;
};

bool IsBlank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// Reads the tag that begins behind `at` (at a '<') and moves `at` behind its '>'.
Tag ReadTag(std::string_view html, size_t& at) {
  Tag tag;
  ++at;
  const size_t begin = at;
  while (at < html.size() && !IsBlank(html[at]) && html[at] != '>') ++at;
  tag.name = Lower(html.substr(begin, at - begin));
  while (at < html.size() && html[at] != '>') {
    if (IsBlank(html[at]) || html[at] == '/') {
      ++at;
      continue;
    }
    const size_t name_begin = at;
    while (at < html.size() && !IsBlank(html[at]) && html[at] != '=' && html[at] != '>') ++at;
    const std::string name = Lower(html.substr(name_begin, at - name_begin));
    while (at < html.size() && IsBlank(html[at])) ++at;
    std::string_view value;
    if (at < html.size() && html[at] == '=') {
      ++at;
      while (at < html.size() && IsBlank(html[at])) ++at;
      const char quote = at < html.size() ? html[at] : '\0';
      const size_t value_begin = quote == '"' || quote == '\'' ? ++at : at;
      while (at < html.size() &&
             (quote == '"' || quote == '\'' ? html[at] != quote
                                            : !IsBlank(html[at]) && html[at] != '>')) {
        ++at;
      }
      value = html.substr(value_begin, at - value_begin);
      if (at < html.size() && html[at] == quote) ++at;
    } else if (at == name_begin) {
      ++at;  // a stray sign
    }
    if (name == "data-koujing-entry") tag.mark.entry = Unescaped(value);
    if (name == "data-koujing-hash") tag.mark.hash = Unescaped(value);
  }
  if (at < html.size()) ++at;
  return tag;
}

// Moves `at` behind what `end` ends, in lower case.
void Skip(const std::string& lower, std::string_view end, size_t& at) {
  const size_t found = lower.find(end, at);
  at = found == std::string::npos ? lower.size() : found + end.size();
}

}  // namespace

std::string Squeeze(std::string_view text) {
  std::string squeezed;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    const int32_t begin = at;
    UChar32 code = 0;
    U8_NEXT(bytes, at, length, code);
    if (code >= 0 && u_isalnum(code) != 0) {
      squeezed += text.substr(static_cast<size_t>(begin), static_cast<size_t>(at - begin));
    }
  }
  return squeezed;
}

Page ReadPage(std::string_view html) {
  Page page;
  const std::string lower = Lower(html);
  std::string text;
  for (size_t at = 0; at < html.size();) {
    const size_t open = std::min(html.find('<', at), html.size());
    text += Unescaped(html.substr(at, open - at));
    at = open;
    if (at == html.size()) break;
    if (html.substr(at).starts_with("<!--")) {
      Skip(lower, "-->", at);
      continue;
    }
    const char next = at + 1 < html.size() ? html[at + 1] : ' ';
    if (std::isalpha(static_cast<unsigned char>(next)) == 0 && next != '/' && next != '!') {
      text += html[at++];  // a sign, no tag
      continue;
    }
    Tag tag = ReadTag(html, at);
    text += ' ';
    if (!tag.mark.entry.empty()) page.marks.push_back(std::move(tag.mark));
    if (tag.name == "script") Skip(lower, "</script", at);
    if (tag.name == "style") Skip(lower, "</style", at);
  }
  page.text = Squeeze(text);
  return page;
}

}  // namespace hotline::mirror
