// Signed lines as a server makes them, with a key of the tests.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include <sodium.h>

#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"

#include "clients/mirror/verified_lines.h"
#include "proto/cc/content_hash.h"

namespace hotline::mirror {

using answer::v1::OpenDataLine;
using answer::v1::OpenEntry;

inline OpenEntry AnOpenEntry(const std::string& id, int64_t revision, const std::string& question,
                             const std::string& text) {
  OpenEntry entry;
  entry.set_name("entries/" + id);
  entry.set_revision(revision);
  entry.set_question(question);
  entry.add_blocks()->set_text(text);
  entry.set_html("<p>" + text + "</p>");
  entry.set_content_hash("sha256:" + ToHex(Sha256(text)));
  entry.mutable_owner()->set_department("departments/rsj");
  entry.mutable_owner()->set_display_name("人社局");
  entry.mutable_owner()->set_phone("12333");
  return entry;
}

// Snapshot or changes, to be tampered with before they are signed or after.
class Lines {
 public:
  static Lines Snapshot(const std::string& timeline = "t") {
    Lines lines;
    OpenDataLine line;
    line.mutable_begin()->set_kind(OpenDataLine::Begin::SNAPSHOT);
    line.mutable_begin()->set_timeline_id(timeline);
    return lines.Add(line);
  }
  static Lines Changes(int64_t after, const std::string& timeline = "t") {
    Lines lines;
    OpenDataLine line;
    line.mutable_begin()->set_kind(OpenDataLine::Begin::CHANGES);
    line.mutable_begin()->set_timeline_id(timeline);
    line.mutable_begin()->set_after_kb_revision(after);
    *line.mutable_begin()->mutable_after_time() = TimeOf(after);
    return lines.Add(line);
  }
  Lines& Put(const OpenEntry& entry) {
    OpenDataLine line;
    *line.mutable_entry() = entry;
    return Add(line);
  }
  Lines& Remove(const std::string& id) {
    OpenDataLine line;
    line.set_removed("entries/" + id);
    return Add(line);
  }
  Lines& Owner(const std::string& department, const std::string& phone) {
    OpenDataLine line;
    line.mutable_owner()->set_department(department);
    line.mutable_owner()->set_display_name("人社局");
    line.mutable_owner()->set_phone(phone);
    return Add(line);
  }
  Lines& End(int64_t kb_revision, int64_t count) {
    OpenDataLine line;
    line.mutable_end()->set_kb_revision(kb_revision);
    *line.mutable_end()->mutable_log_time() = TimeOf(kb_revision);
    line.mutable_end()->set_entry_count(count);
    return Add(line);
  }
  std::vector<std::string>& text() { return text_; }

  answer::v1::OpenDataSignature Sign() const {
    std::string all;
    for (const std::string& line : text_) all += line + "\n";
    answer::v1::OpenDataSignature signature;
    signature.set_sha256(Sha256(all));
    const std::string message = "koujing-open-data-1\n" + ToHex(signature.sha256()) + "\n";
    std::string bytes(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(bytes.data()), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         Keys().secret.data());
    signature.set_signature(bytes);
    return signature;
  }

  // As they arrive: `text` may have been changed since it was signed.
  static absl::StatusOr<LineSet> Read(const std::vector<std::string>& text,
                                      const answer::v1::OpenDataSignature& signature) {
    LineReader reader;
    for (const std::string& line : text) reader.Add(line);
    return reader.Finish(signature, PublicKey());
  }
  absl::StatusOr<LineSet> Read() const { return Read(text_, Sign()); }

  static std::string PublicKey() {
    const auto& key = Keys().open;
    return {key.begin(), key.end()};
  }

 private:
  struct KeyPair {
    std::vector<unsigned char> open = std::vector<unsigned char>(crypto_sign_PUBLICKEYBYTES);
    std::vector<unsigned char> secret = std::vector<unsigned char>(crypto_sign_SECRETKEYBYTES);
  };
  static const KeyPair& Keys() {
    static const KeyPair kKeys = [] {
      KeyPair pair;
      if (sodium_init() < 0) std::abort();
      crypto_sign_keypair(pair.open.data(), pair.secret.data());
      return pair;
    }();
    return kKeys;
  }
  static google::protobuf::Timestamp TimeOf(int64_t kb_revision) {
    return google::protobuf::util::TimeUtil::SecondsToTimestamp(1'700'000'000 + kb_revision);
  }
  Lines& Add(const OpenDataLine& line) {
    std::string json;
    (void)google::protobuf::util::MessageToJsonString(line, &json);
    text_.push_back(json);
    return *this;
  }

  std::vector<std::string> text_;
};

}  // namespace hotline::mirror
