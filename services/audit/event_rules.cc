#include "services/audit/event_rules.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.pb.h"

#include "hotline/type/v1/channel.pb.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/audit/pending_events.h"
#include "services/runtime/audit_sink.h"

namespace hotline::audit {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using runtime::Call;
using v1::AuditEvent;

constexpr std::array kServices = {
    "hotline.knowledge.v1.KnowledgeService", "hotline.knowledge.v1.ReviewService",
    "hotline.knowledge.v1.CheckService",     "hotline.knowledge.v1.FactService",
    "hotline.knowledge.v1.TaskService",      "hotline.knowledge.v1.SheetService",
    "hotline.answer.v1.AnswerService",       "hotline.audit.v1.AuditService"};

// Reads of the write path that show no text, state or history of an entry; and of the read path,
// what is looked at while typing, and ranks, which name questions of the caller's own.
constexpr std::array<std::string_view, 14> kNotRecorded = {
    "GetWriteOutcome", "GetDepartment", "ListDepartments", "GetPolicy",      "ListPolicies",
    "GetFact",         "ListFacts",     "GetCalendar",     "AddWorkingDays", "GetTermList",
    "ListTermLists",   "CheckContent",  "Suggest",         "RankQuestions"};
constexpr std::array<std::string_view, 5> kNameFields = {"name", "names", "entry", "before",
                                                         "after"};
constexpr size_t kNameLengthMax = 200;
constexpr size_t kLoginLengthMax = 63;

template <typename Table>
bool Holds(const Table& table, std::string_view word) {
  return std::find(table.begin(), table.end(), word) != table.end();
}

bool IsRead(const MethodDescriptor& method) {
  const std::string& name = method.name();
  return method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS ||
         name.starts_with("Get") || name.starts_with("List") || name.starts_with("Export");
}

bool IsSignIn(ErrorReason reason) {
  return reason == type::v1::SIGN_IN_REFUSED || reason == type::v1::SIGN_IN_LOCKED;
}

bool IsRefusal(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return status.code() == absl::StatusCode::kPermissionDenied ||
         status.code() == absl::StatusCode::kUnauthenticated || reason == type::v1::GATE_BLOCKED ||
         reason == type::v1::BAD_FILE;
}

// True when the request asks for what only agents see, or for how something was.
bool AsksForInternal(const Message& request) {
  const auto& fields = *request.GetDescriptor();
  const auto& reflection = *request.GetReflection();
  const FieldDescriptor* channel = fields.FindFieldByName("channel");
  if (channel != nullptr && channel->cpp_type() == FieldDescriptor::CPPTYPE_ENUM &&
      reflection.GetEnumValue(request, channel) == type::v1::AGENT) {
    return true;
  }
  for (const char* name : {"as_of_kb_revision", "as_of_time"}) {
    const FieldDescriptor* as_of = fields.FindFieldByName(name);
    if (as_of != nullptr && reflection.HasField(request, as_of)) return true;
  }
  return false;
}

class NameCollector {
 public:
  void Visit(const Message& message, int depth) {
    const auto& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (names_.size() >= static_cast<size_t>(kNamesMax)) return;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        if (Holds(kNameFields, field->name())) VisitText(message, *field);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth > 0) {
        VisitInside(message, *field, depth - 1);
      }
    }
  }
  std::vector<std::string> Take() { return std::move(names_); }

 private:
  void VisitText(const Message& message, const FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    std::string scratch;
    if (!field.is_repeated()) return Add(reflection.GetStringReference(message, &field, &scratch));
    const int count = std::min(reflection.FieldSize(message, &field), kNamesMax);
    for (int i = 0; i < count; ++i) {
      Add(reflection.GetRepeatedStringReference(message, &field, i, &scratch));
    }
  }
  void VisitInside(const Message& message, const FieldDescriptor& field, int depth) {
    const auto& reflection = *message.GetReflection();
    if (!field.is_repeated()) return Visit(reflection.GetMessage(message, &field), depth);
    const int count = reflection.FieldSize(message, &field);
    for (int i = 0; i < count && names_.size() < static_cast<size_t>(kNamesMax); ++i) {
      Visit(reflection.GetRepeatedMessage(message, &field, i), depth);
    }
  }
  void Add(const std::string& name) {
    const bool is_name = name.find('/') != std::string::npos && name.size() <= kNameLengthMax;
    if (!is_name || !IsUtf8(name) || Holds(names_, name)) return;
    if (names_.size() < static_cast<size_t>(kNamesMax)) names_.push_back(name);
  }

  std::vector<std::string> names_;
};

void AddNames(const std::vector<std::string>& names, AuditEvent& event) {
  for (const std::string& name : names) event.add_names(name);
}

// The login name of a request to sign in, or "". People type passwords into the wrong field, and
// what is recorded stays: so only what can be none is taken, as a password has three kinds of
// characters.
std::string LoginIn(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("login");
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING || field->is_repeated()) {
    return "";
  }
  const std::string login = request.GetReflection()->GetString(request, field);
  const bool plain = std::all_of(login.begin(), login.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  return plain && login.size() <= kLoginLengthMax ? login : "";
}

AuditEvent RefusalOf(const Call& call, const Message* request, const absl::Status& status) {
  const bool sign_in = IsSignIn(ReasonOf(status));
  AuditEvent event =
      runtime::EventOf(call, sign_in ? AuditEvent::SIGN_IN_FAILURE : AuditEvent::REFUSAL);
  event.set_reason(type::v1::ErrorReason_Name(ReasonOf(status)));
  const std::string login = sign_in && request != nullptr ? LoginIn(*request) : "";
  if (!login.empty()) event.set_actor(login);
  if (request != nullptr) AddNames(NamesIn(*request), event);
  const ErrorMetadata metadata = MetadataOf(status);
  const auto name = metadata.find("name");
  if (event.names().empty() && name != metadata.end() && IsUtf8(name->second)) {
    event.add_names(std::string(Prefix(name->second, kNameLengthMax)));
  }
  return event;
}

}  // namespace

std::vector<std::string> NamesIn(const Message& message) {
  NameCollector collector;
  collector.Visit(message, 1);
  return collector.Take();
}

EventRules::EventRules() {
  for (const char* service : kServices) AddService(service);
}

void EventRules::AddService(const std::string& name) {
  // A service that is not linked in can't be served by this process.
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
  for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
    const MethodDescriptor& method = *service->method(i);
    if (const auto rule = RuleOf(method)) rules_["/" + name + "/" + method.name()] = *rule;
  }
}

std::optional<EventRules::Rule> EventRules::RuleOf(const MethodDescriptor& method) {
  if (!IsRead(method) || Holds(kNotRecorded, method.name())) return std::nullopt;
  const std::string& service = method.service()->full_name();
  Rule rule{.request = method.input_type()};
  if (service == "hotline.audit.v1.AuditService") {
    rule.kind = AuditEvent::AUDIT_READ;
    rule.even_empty = true;
  } else if (method.name().starts_with("Export")) {
    rule.kind = AuditEvent::EXPORT;
    rule.even_empty = true;
  } else {
    rule.by_channel = service == "hotline.answer.v1.AnswerService";
    rule.even_empty = method.server_streaming();
  }
  return rule;
}

std::optional<AuditEvent> EventRules::EventFor(const Call& call, const Message* request,
                                               const Message* reply,
                                               const absl::Status& status) const {
  if (!status.ok()) {
    if (!IsRefusal(status)) return std::nullopt;
    return RefusalOf(call, request, status);
  }
  const auto found = rules_.find(call.rpc);
  if (found == rules_.end() || request == nullptr) return std::nullopt;
  const Rule& rule = found->second;
  if (rule.by_channel && !AsksForInternal(*request)) return std::nullopt;
  std::vector<std::string> names;
  if (rule.kind != AuditEvent::AUDIT_READ) {
    if (reply != nullptr) names = NamesIn(*reply);
    if (names.empty()) names = NamesIn(*request);
  }
  // A question that found no answer has shown nothing.
  if (names.empty() && !rule.even_empty) return std::nullopt;
  AuditEvent event = runtime::EventOf(call, rule.kind);
  AddNames(names, event);
  return event;
}

}  // namespace hotline::audit
