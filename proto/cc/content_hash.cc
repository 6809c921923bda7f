#include "proto/cc/content_hash.h"

#include <openssl/sha.h>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace hotline {

std::string Sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string ToHex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string SerializeDeterministic(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

std::string ContentHash(const knowledge::v1::EntryContent& content) {
  return "sha256:" + ToHex(Sha256(SerializeDeterministic(content)));
}

std::string AnswerHash(const std::string& entry_hash, const std::vector<HashedFact>& facts) {
  if (facts.empty()) return entry_hash;
  std::string bytes = entry_hash + '\n';
  for (const HashedFact& fact : facts) {
    bytes += fact.name + '\n' + std::to_string(fact.version) + '\n' + fact.value + '\n';
  }
  return "sha256:" + ToHex(Sha256(bytes));
}

const knowledge::v1::EntryContent& OnlineContent(const knowledge::v1::Entry& entry) {
  return entry.online().has_content() ? entry.online().content() : entry.content();
}

}  // namespace hotline
