// Hashes of what is approved: equal content, equal hash, on every channel and in every process.
#pragma once

#include <string>
#include <string_view>

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

// The text that channels serve: `entry.online.content`, or `entry.content` when that is absent
// because equal. Must only be called when `entry.has_online()`.
const knowledge::v1::EntryContent& OnlineContent(const knowledge::v1::Entry& entry);

}  // namespace hotline
