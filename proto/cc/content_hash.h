// Hashes of what is approved: equal content, equal hash, on every channel and in every process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline {

// The 32 raw bytes of SHA-256 (FIPS 180-4).
std::string Sha256(std::string_view bytes);

// Lower-case hex.
std::string ToHex(std::string_view bytes);

// Serialises a message that holds no maps: fields in order of their numbers, unknown fields last.
// The same message gives the same bytes in every process of this protobuf version.
std::string SerializeDeterministic(const google::protobuf::Message& message);

// "sha256:" and 64 hex digits over SerializeDeterministic(content).
std::string ContentHash(const knowledge::v1::EntryContent& content);

// The hash of an answer that includes facts: "sha256:" and 64 hex digits over
//   entry_hash LF { name LF version LF value LF }   for each fact, in order of the names,
// with the position at which this version of the fact was written, in decimal, and SaidValue. It is
// `entry_hash` itself when there are none. The facts are all that the online text and its
// translations include, agent notes too: equal on every channel and in every language.
struct HashedFact {
  std::string name;
  int64_t version = 0;
  std::string value;
};
std::string AnswerHash(const std::string& entry_hash, const std::vector<HashedFact>& facts);

// The text that channels serve: `entry.online.content`, or `entry.content` when that is absent
// because equal. Must only be called when `entry.has_online()`.
const knowledge::v1::EntryContent& OnlineContent(const knowledge::v1::Entry& entry);

}  // namespace hotline
