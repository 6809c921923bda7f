#include "tests/bench/entry_places.h"

#include <algorithm>
#include <cstdlib>

#include "proto/cc/text.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

constexpr size_t kNameMin = 2;
constexpr size_t kNameMax = 12;  // characters of the longest name looked for
constexpr size_t kPhoneDigitsMin = 7;

// The columns of a line "110101,"东城区",1101,11".
std::vector<std::string> Columns(const std::string& line) {
  std::vector<std::string> columns(1);
  for (const char c : line) {
    if (c == ',') {
      columns.emplace_back();
    } else if (c != '"' && c != '\r') {
      columns.back() += c;
    }
  }
  return columns;
}

std::vector<std::vector<std::string>> Table(const std::string& path) {
  std::vector<std::vector<std::string>> table;
  const auto lines = ReadLines(path);
  for (size_t i = 1; i < lines.size(); ++i) table.push_back(Columns(lines[i]));
  return table;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t Varied(const std::string& digits, size_t percent, EntryRandom& random) {
  const size_t value = std::strtoul(digits.c_str(), nullptr, 10);
  return std::max<size_t>(1, value * random.Between(100 - percent, 100 + percent) / 100);
}

// A number of the text, as it is elsewhere; what follows it says what it is.
std::string OtherNumber(const std::string& digits, std::string_view rest, EntryRandom& random) {
  constexpr size_t kAmountPercent = 30;
  const auto followed = [&](std::string_view unit) { return rest.substr(0, unit.size()) == unit; };
  if (digits.size() >= kPhoneDigitsMin) return random.Digits(digits.size());
  if (followed("元") || followed("万元")) {
    return std::to_string(Varied(digits, kAmountPercent, random));
  }
  if (followed("个工作日") || followed("日内")) return std::to_string(random.Between(1, 60));
  if (followed("号") && digits.size() <= 3) return std::to_string(random.Between(1, 999));
  if (followed("年") && digits.size() == 4) return std::to_string(random.Between(2008, 2025));
  return digits;
}

}  // namespace

Places Places::Read(const std::string& folder) {
  Places places;
  std::unordered_map<std::string, std::string> provinces;
  std::unordered_map<std::string, std::string> cities;
  std::unordered_map<std::string, uint32_t> areas;
  const auto name = [&](const std::string& text, Level level) {
    if (CodePoints(text) >= kNameMin) places.names_.emplace(text, level);
  };
  for (const auto& row : Table(folder + "/division_provinces.csv")) {
    provinces[row[0]] = row.at(1);
    name(row[1], Level::kProvince);
  }
  for (const auto& row : Table(folder + "/division_cities.csv")) {
    const bool of_province = row.at(1) == "市辖区" || row[1] == "县";
    cities[row[0]] = of_province ? provinces[row.at(2)] : row[1];
    if (!of_province) name(row[1], Level::kCity);
  }
  for (const auto& row : Table(folder + "/division_areas.csv")) {
    areas[row[0]] = static_cast<uint32_t>(places.areas_.size());
    places.areas_.push_back({provinces[row.at(3)], cities[row.at(2)], row.at(1), row[0]});
    name(row[1], Level::kArea);
  }
  for (const auto& row : Table(folder + "/division_streets.csv")) {
    const auto at = areas.find(row.at(2));
    if (at != areas.end()) places.by_street_.push_back(at->second);
  }
  for (const char* city : {"台北市", "高雄市"}) name(city, Level::kCity);
  name("西地省", Level::kProvince);
  return places;
}

const Place& Places::Draw(EntryRandom& random) const { return areas_[random.Of(by_street_)]; }

size_t Places::NameAt(std::string_view text, Level* level) const {
  size_t length = Prefix(text, kNameMax).size();
  for (size_t characters = std::min(kNameMax, CodePoints(text.substr(0, length)));
       characters >= kNameMin; --characters) {
    length = Prefix(text, characters).size();
    const auto at = names_.find(std::string(text.substr(0, length)));
    if (at == names_.end()) continue;
    *level = at->second;
    return length;
  }
  return 0;
}

std::string Places::Moved(std::string_view text, const Place& place, EntryRandom& random) const {
  std::string moved;
  moved.reserve(text.size());
  size_t at = 0;
  while (at < text.size()) {
    if (IsDigit(text[at])) {
      const size_t begin = at;
      while (at < text.size() && IsDigit(text[at])) ++at;
      moved += OtherNumber(std::string(text.substr(begin, at - begin)), text.substr(at), random);
      continue;
    }
    Level level{};
    const size_t length = NameAt(text.substr(at), &level);
    if (length > 0) {
      moved += level == Level::kProvince ? place.province
               : level == Level::kCity   ? place.city
                                         : place.area;
      at += length;
      continue;
    }
    const size_t one = std::max<size_t>(1, Prefix(text.substr(at), 1).size());
    moved += text.substr(at, one);
    at += one;
  }
  return moved;
}

}  // namespace hotline::bench
