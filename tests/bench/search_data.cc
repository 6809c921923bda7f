#include "tests/bench/search_data.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include <zstd.h>

#include <nlohmann/json.hpp>

namespace hotline::bench {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string Unpack(const std::string& packed) {
  std::string out;
  ZSTD_DStream* const stream = ZSTD_createDStream();
  std::vector<char> buffer(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  while (in.pos < in.size) {
    ZSTD_outBuffer chunk{buffer.data(), buffer.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(stream, &chunk, &in)) != 0) break;
    out.append(buffer.data(), chunk.pos);
  }
  ZSTD_freeDStream(stream);
  return out;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string TextOf(const nlohmann::json& row, const char* field) {
  const auto at = row.find(field);
  return at != row.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::vector<std::string> TextsOf(const nlohmann::json& row, const char* field) {
  const auto at = row.find(field);
  return at != row.end() && at->is_array() ? at->get<std::vector<std::string>>()
                                           : std::vector<std::string>();
}

Row ToRow(const nlohmann::json& json, size_t position) {
  Row row{.id = TextOf(json, "id"), .type = TextOf(json, "type"), .document = {}};
  index::IndexDocument& document = row.document;
  document.attributes.key = position;
  row.category = TextOf(json, "category");
  row.department = TextOf(json, "department");
  row.region = TextOf(json, "region_code");
  document.attributes.region = static_cast<uint32_t>(std::strtoul(row.region.c_str(), nullptr, 10));
  if (row.type == "statute") document.tier = index::RankTier::kStatute;
  document.question = TextOf(json, "question");
  document.similar_questions = TextsOf(json, "similar_questions");
  document.keywords = TextsOf(json, "keywords");
  document.answer = TextOf(json, "answer");
  row.text_bytes = document.question.size() + document.answer.size();
  for (const std::string& text : document.similar_questions) row.text_bytes += text.size();
  for (const std::string& text : document.keywords) row.text_bytes += text.size();
  return row;
}

}  // namespace

std::string DataDir() {
  const char* const dir = std::getenv("KOUJING_SHARED_DIR");
  return std::string(dir != nullptr ? dir : KOUJING_DEFAULT_SHARED_DIR) + "/data";
}

std::vector<std::string> ReadLines(const std::string& path) {
  std::string bytes = ReadFile(path);
  if (path.ends_with(".zst")) bytes = Unpack(bytes);
  std::vector<std::string> lines = Split(bytes, '\n');
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  return lines;
}

bool ParseRow(std::string_view line, size_t position, Row& row) {
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return false;
  row = ToRow(json, position);
  return true;
}

std::vector<Row> ReadCorpus(const std::string& path) {
  std::vector<Row> rows;
  for (const std::string& line : ReadLines(path)) {
    Row row;
    if (ParseRow(line, rows.size(), row)) rows.push_back(std::move(row));
  }
  return rows;
}

Row ParseRow(const std::string& line, size_t position) {
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  return json.is_object() ? ToRow(json, position) : Row();
}

std::vector<Judgment> ReadJudgments(const std::string& path) {
  std::vector<Judgment> judgments;
  for (const std::string& line : ReadLines(path)) {
    const std::vector<std::string> fields = Split(line, '\t');
    if (fields.size() >= 2) judgments.push_back({fields[0], Split(fields[1], ',')});
  }
  return judgments;
}

}  // namespace hotline::bench
