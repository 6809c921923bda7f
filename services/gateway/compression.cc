#include "services/gateway/compression.h"

#include <algorithm>

#include <zlib.h>

#include "absl/strings/numbers.h"

#include "proto/cc/errors.h"
#include "services/gateway/exchange.h"

namespace hotline::gateway {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipBits = kWindowBits + 16;
constexpr int kMemoryLevel = 8;
constexpr int kQuickLevel = 4;
constexpr size_t kStepBytes = 64 * 1024;

int WindowBits(Coding coding) { return coding == Coding::kGzip ? kGzipBits : kWindowBits; }

// The weight of "gzip;q=0.5"; 1 when there is none, 0 when it cannot be read.
double WeightOf(std::string_view parameters) {
  const size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return 1;
  double weight = 0;
  const std::string text(Trim(parameters.substr(q + 2, parameters.find(';', q) - q - 2)));
  return absl::SimpleAtod(text, &weight) && weight >= 0 && weight <= 1 ? weight : 0;
}

absl::Status NotOfThisCoding() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
                   "压缩过的内容无法解开，请检查 Content-Encoding 与内容是否一致。",
                   {{"field", "content-encoding"}});
}

absl::Status TooLarge(size_t bytes_max) {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                   "解压后的请求超过上限 " + std::to_string(bytes_max) + " 字节，请缩短后再发。",
                   {{"limit", std::to_string(bytes_max)}});
}

z_stream Over(std::string_view bytes) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  return stream;
}

}  // namespace

std::string_view CodingName(Coding coding) { return coding == Coding::kGzip ? "gzip" : "deflate"; }

std::optional<Coding> CodingNamed(std::string_view name) {
  if (name == "gzip" || name == "x-gzip") return Coding::kGzip;
  if (name == "deflate") return Coding::kDeflate;
  return std::nullopt;
}

std::optional<Coding> Negotiate(std::string_view accept_encoding) {
  double gzip = -1;  // not named
  double deflate = -1;
  double any = 0;
  for (std::string_view rest = accept_encoding; !rest.empty();) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    const size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view name = Trim(item.substr(0, semicolon));
    const double weight = WeightOf(item.substr(semicolon));
    if (name == "gzip" || name == "x-gzip") gzip = weight;
    if (name == "deflate") deflate = weight;
    if (name == "*") any = weight;
  }
  if (gzip < 0) gzip = any;
  if (deflate < 0) deflate = any;
  if (gzip <= 0 && deflate <= 0) return std::nullopt;
  return gzip >= deflate ? Coding::kGzip : Coding::kDeflate;
}

bool IsCompressible(std::string_view content_type) {
  const std::string_view type = Trim(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type == "application/json" || type == "application/proto" ||
         type == "application/manifest+json" || type == "image/svg+xml";
}

std::string Compress(Coding coding, std::string_view bytes, Effort effort) {
  z_stream stream = Over(bytes);
  const int level = effort == Effort::kBest ? Z_BEST_COMPRESSION : kQuickLevel;
  deflateInit2(&stream, level, Z_DEFLATED, WindowBits(coding), kMemoryLevel, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, stream.avail_in), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);  // all of it: there is room for the worst case
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

absl::StatusOr<std::string> Decompress(Coding coding, std::string_view bytes, size_t bytes_max) {
  z_stream stream = Over(bytes);
  if (inflateInit2(&stream, WindowBits(coding)) != Z_OK) return NotOfThisCoding();
  std::string result;
  int outcome = Z_OK;
  while (outcome == Z_OK && result.size() <= bytes_max) {
    const size_t have = result.size();
    result.resize(have + std::min(kStepBytes, bytes_max + 1 - have));
    stream.next_out = reinterpret_cast<Bytef*>(result.data() + have);
    stream.avail_out = static_cast<uInt>(result.size() - have);
    outcome = inflate(&stream, Z_NO_FLUSH);
    result.resize(result.size() - stream.avail_out);
    if (outcome == Z_BUF_ERROR) break;  // cut off
  }
  const bool whole = outcome == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (result.size() > bytes_max) return TooLarge(bytes_max);
  if (!whole) return NotOfThisCoding();
  return result;
}

}  // namespace hotline::gateway
