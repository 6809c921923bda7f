#include "clients/mirror/verified_lines.h"

#include <utility>

#include <sodium.h>

#include "google/protobuf/util/json_util.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline::mirror {
namespace {

using answer::v1::OpenDataLine;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A server that is newer than this program may say more of an entry.
bool Parse(const std::string& json, OpenDataLine& line) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(json, &line, options).ok();
}

}  // namespace

absl::Status Untrusted(std::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::BAD_FILE, sentence);
}

absl::StatusOr<std::string> ParsePublicKey(const std::string& hex) {
  std::string key(crypto_sign_PUBLICKEYBYTES, '\0');
  size_t length = 0;
  const bool good = sodium_hex2bin(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                                   hex.data(), hex.size(), nullptr, &length, nullptr) == 0 &&
                    hex.size() == 2 * key.size() && length == key.size();
  if (!good) return FieldInvalid("key", hex, "公钥应为 64 个十六进制数字。");
  return key;
}

struct LineReader::State {
  crypto_hash_sha256_state hash{};
  std::vector<std::string> lines;
};

LineReader::LineReader() : state_(new State) { crypto_hash_sha256_init(&state_->hash); }
LineReader::~LineReader() = default;

void LineReader::Add(std::string line) {
  crypto_hash_sha256_update(&state_->hash, Bytes(line), line.size());
  crypto_hash_sha256_update(&state_->hash, Bytes("\n"), 1);
  state_->lines.push_back(std::move(line));
}

absl::StatusOr<LineSet> LineReader::Finish(const answer::v1::OpenDataSignature& signature,
                                           std::string_view public_key) {
  std::string sha256(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state_->hash, reinterpret_cast<unsigned char*>(sha256.data()));
  const std::string text = "koujing-open-data-1\n" + ToHex(sha256) + "\n";
  const bool signed_by_key = public_key.size() == crypto_sign_PUBLICKEYBYTES &&
                             signature.signature().size() == crypto_sign_BYTES &&
                             crypto_sign_verify_detached(Bytes(signature.signature()), Bytes(text),
                                                         text.size(), Bytes(public_key)) == 0;
  if (!signed_by_key) {
    return Untrusted("签名不对：内容被改动过，或不是这把密钥签的。已全部丢弃，镜像没有变。");
  }
  LineSet set;
  const size_t count = state_->lines.size();
  for (size_t i = 0; i < count; ++i) {
    OpenDataLine line;
    // One at a time: a snapshot is large.
    const std::string json = std::exchange(state_->lines[i], std::string());
    const bool read = !json.empty() && json.find('\n') == std::string::npos && Parse(json, line);
    const bool placed = read && line.has_begin() == (i == 0) && line.has_end() == (i == count - 1);
    if (!placed) return Untrusted("开放数据的格式不对，请升级 kbctl。镜像没有变。");
    if (line.has_begin()) {
      set.begin = std::move(*line.mutable_begin());
    } else if (line.has_end()) {
      set.end = std::move(*line.mutable_end());
    } else {
      set.lines.push_back(std::move(line));
    }
  }
  if (count < 2) return Untrusted("开放数据的格式不对，请升级 kbctl。镜像没有变。");
  return set;
}

}  // namespace hotline::mirror
