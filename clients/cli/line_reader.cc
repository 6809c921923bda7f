#include "clients/cli/line_reader.h"

#include <filesystem>
#include <vector>

#include <zstd.h>

#include "proto/cc/errors.h"

namespace hotline::cli {
namespace {
constexpr size_t kReadBytes = 256U << 10U;
}  // namespace

struct LineReader::Decoder {
  ZSTD_DStream* stream = ZSTD_createDStream();
  std::vector<char> input = std::vector<char>(kReadBytes);
  std::vector<char> output = std::vector<char>(ZSTD_DStreamOutSize());
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { ZSTD_freeDStream(stream); }
};

absl::StatusOr<std::unique_ptr<LineReader>> LineReader::Open(const std::string& path) {
  auto reader = std::unique_ptr<LineReader>(new LineReader);
  reader->file_ = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (reader->file_ == nullptr) {
    return FieldInvalid("file", path, "打不开文件 " + path + "，请检查路径和权限。");
  }
  std::error_code error;
  const auto size = path == "-" ? 0 : std::filesystem::file_size(path, error);
  reader->bytes_total_ = error ? 0 : size;
  if (path.ends_with(".zst")) reader->decoder_ = std::make_unique<Decoder>();
  return reader;
}

LineReader::~LineReader() {
  if (file_ != nullptr && file_ != stdin) std::fclose(file_);
}

absl::Status LineReader::Fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  if (decoder_ == nullptr) {
    const size_t before = buffer_.size();
    buffer_.resize(before + kReadBytes);
    const size_t count = std::fread(buffer_.data() + before, 1, kReadBytes, file_);
    buffer_.resize(before + count);
    bytes_read_ += count;
    end_ = count == 0;
    return absl::OkStatus();
  }
  const size_t count = std::fread(decoder_->input.data(), 1, kReadBytes, file_);
  bytes_read_ += count;
  end_ = count == 0;
  ZSTD_inBuffer in{decoder_->input.data(), count, 0};
  while (in.pos < in.size) {
    ZSTD_outBuffer out{decoder_->output.data(), decoder_->output.size(), 0};
    const size_t result = ZSTD_decompressStream(decoder_->stream, &out, &in);
    if (ZSTD_isError(result) != 0) {
      return MakeError(absl::StatusCode::kDataLoss, type::v1::MALFORMED_ROW,
                       "压缩文件已损坏，请重新获取后再试；已导入的行不受影响。");
    }
    buffer_.append(decoder_->output.data(), out.pos);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> LineReader::Next(std::string& line) {
  line.clear();
  bool any = false;
  while (true) {
    const size_t newline = buffer_.find('\n', at_);
    const size_t stop = newline == std::string::npos ? buffer_.size() : newline;
    any = any || stop > at_ || newline != std::string::npos;
    if (line.size() < kLineBytesMax)
      line.append(buffer_, at_, std::min(stop - at_, kLineBytesMax - line.size()));
    at_ = newline == std::string::npos ? buffer_.size() : newline + 1;
    if (newline != std::string::npos) return true;
    if (end_) return any;
    RETURN_IF_ERROR(Fill());
  }
}

}  // namespace hotline::cli
