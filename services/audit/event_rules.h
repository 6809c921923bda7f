// Which calls must be recorded although they changed nothing, and what is recorded of them. Free of
// threads and stores.
//
//  * Refusals: PERMISSION_DENIED and UNAUTHENTICATED, GATE_BLOCKED, BAD_FILE. SIGN_IN_REFUSED and
//    SIGN_IN_LOCKED are sign-ins that failed, under the login name that was typed as far as that
//    cannot be a password in the wrong field.
//  * Reads of what is not public: every method of the write path that gives out texts, states or
//    histories of entries, except those in the table of event_rules.cc; of the read path those on
//    the AGENT channel and those as of an earlier date. A read that found nothing is none.
//  * Exports of entries, and every read of the audit.
//
// A new method of the write path that only reads is recorded without anybody having to think of it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "hotline/audit/v1/audit.pb.h"
#include "services/runtime/call.h"

namespace hotline::audit {

// Where a type of message names resources, found once: a lookup by name for every call would be
// felt by those who wait for the reply. Names are what fields called name, names, entry, before and
// after hold, in the message and in the messages right inside it.
class NamePlan {
 public:
  NamePlan() = default;
  explicit NamePlan(const google::protobuf::Descriptor& message);

  // The names in a message of that type, each once, at most kNamesMax; none for another type.
  std::vector<std::string> Read(const google::protobuf::Message& message) const;

 private:
  using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

  const google::protobuf::Descriptor* type_ = nullptr;
  Fields texts_;
  std::vector<std::pair<const google::protobuf::FieldDescriptor*, Fields>> inside_;
};

// Thread-safe; immutable once made.
class EventRules {
 public:
  // Of the services whose descriptors are linked into this process.
  EventRules();

  // The event of a call as AuditSink::Observe was told of it; nullopt when there is nothing to
  // record.
  std::optional<v1::AuditEvent> EventFor(const runtime::Call& call,
                                         const google::protobuf::Message* request,
                                         const google::protobuf::Message* reply,
                                         const absl::Status& status) const;

 private:
  struct Rule {
    v1::AuditEvent::Kind kind = v1::AuditEvent::INTERNAL_READ;
    bool by_channel = false;  // only on the AGENT channel, or as of an earlier date
    bool even_empty = false;  // also when no resource was named
    const google::protobuf::Descriptor* request = nullptr;
    // Fields of the request; null where it has none.
    const google::protobuf::FieldDescriptor* channel = nullptr;
    const google::protobuf::FieldDescriptor* as_of_kb_revision = nullptr;
    const google::protobuf::FieldDescriptor* as_of_time = nullptr;
    NamePlan names_of_request;
    NamePlan names_of_reply;
  };

  void AddService(const std::string& name);
  static bool AsksForInternal(const Rule& rule, const google::protobuf::Message& request);
  static std::optional<Rule> RuleOf(const google::protobuf::MethodDescriptor& method);

  std::map<std::string, Rule, std::less<>> rules_;  // by "/package.Service/Method"
};

// The names in any message.
std::vector<std::string> NamesIn(const google::protobuf::Message& message);

}  // namespace hotline::audit
