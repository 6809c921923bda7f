// Instants as people in China read them.
#pragma once

#include <string>

#include "google/protobuf/timestamp.pb.h"

namespace hotline::cli {

// "2026-11-26 18:49:38" and "2026-11-26".
std::string LocalTime(const google::protobuf::Timestamp& time);
std::string LocalDate(const google::protobuf::Timestamp& time);

}  // namespace hotline::cli
