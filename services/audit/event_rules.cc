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

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using runtime::Call;
using v1::AuditEvent;

constexpr std::array kServices = {
    "hotline.knowledge.v1.KnowledgeService", "hotline.knowledge.v1.ReviewService",
    "hotline.knowledge.v1.CheckService",     "hotline.knowledge.v1.FactService",
    "hotline.knowledge.v1.TaskService",      "hotline.knowledge.v1.SheetService",
    "hotline.knowledge.v1.SynonymService",   "hotline.answer.v1.AnswerService",
    "hotline.audit.v1.AuditService"};

// Reads of the write path that show no text, state or history of an entry; and of the read path,
// what is looked at while somebody types or speaks, and ranks, which name questions of the caller's
// own.
constexpr std::array<std::string_view, 19> kNotRecorded = {
    "GetWriteOutcome", "GetDepartment", "ListDepartments", "GetPolicy",      "ListPolicies",
    "GetFact",         "ListFacts",     "GetCalendar",     "AddWorkingDays", "GetTermList",
    "ListTermLists",   "GetSynonymSet", "ListSynonymSets", "CheckContent",   "Suggest",
    "RankQuestions",   "Assist",        "AddUtterances",   "FollowAssist"};
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

bool HasSet(const Message& message, const FieldDescriptor* field) {
  return field != nullptr && message.GetReflection()->HasField(message, field);
}

const FieldDescriptor* EnumField(const Descriptor& message, const char* name) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  const bool sound = field != nullptr && !field->is_repeated() &&
                     field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  return sound ? field : nullptr;
}

const FieldDescriptor* SingularField(const Descriptor& message, const char* name) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  return field != nullptr && !field->is_repeated() ? field : nullptr;
}

std::vector<const FieldDescriptor*> NameFieldsOf(const Descriptor& message) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.type() == FieldDescriptor::TYPE_STRING && Holds(kNameFields, field.name())) {
      fields.push_back(&field);
    }
  }
  return fields;
}

// Names are of letters, digits and these; what a citizen typed into a field of names is none, and
// what is recorded stays.
bool IsNameText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_' || c == '.';
  });
}

// Collects names, each once.
class NameCollector {
 public:
  bool full() const { return names_.size() >= static_cast<size_t>(kNamesMax); }
  void Read(const Message& message, const std::vector<const FieldDescriptor*>& fields) {
    const auto& reflection = *message.GetReflection();
    std::string scratch;
    for (const FieldDescriptor* field : fields) {
      if (!field->is_repeated()) {
        Add(reflection.GetStringReference(message, field, &scratch));
        continue;
      }
      const int count = std::min(reflection.FieldSize(message, field), kNamesMax);
      for (int i = 0; i < count; ++i) {
        Add(reflection.GetRepeatedStringReference(message, field, i, &scratch));
      }
    }
  }
  std::vector<std::string> Take() { return std::move(names_); }

 private:
  void Add(const std::string& name) {
    const bool is_name = name.find('/') != std::string::npos && name.size() <= kNameLengthMax;
    if (full() || !is_name || !IsNameText(name) || Holds(names_, name)) return;
    names_.push_back(name);
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
  if (event.names().empty() && name != metadata.end() && IsNameText(name->second)) {
    event.add_names(std::string(Prefix(name->second, kNameLengthMax)));
  }
  return event;
}

}  // namespace

NamePlan::NamePlan(const Descriptor& message) : type_(&message), texts_(NameFieldsOf(message)) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field.is_map()) continue;
    std::vector<const FieldDescriptor*> inside = NameFieldsOf(*field.message_type());
    if (!inside.empty()) inside_.emplace_back(&field, std::move(inside));
  }
}

std::vector<std::string> NamePlan::Read(const Message& message) const {
  if (message.GetDescriptor() != type_) return {};
  const auto& reflection = *message.GetReflection();
  NameCollector collector;
  collector.Read(message, texts_);
  for (const auto& [field, texts] : inside_) {
    if (!field->is_repeated()) {
      if (reflection.HasField(message, field)) {
        collector.Read(reflection.GetMessage(message, field), texts);
      }
      continue;
    }
    const int count = reflection.FieldSize(message, field);
    for (int i = 0; i < count && !collector.full(); ++i) {
      collector.Read(reflection.GetRepeatedMessage(message, field, i), texts);
    }
  }
  return collector.Take();
}

std::vector<std::string> NamesIn(const Message& message) {
  return NamePlan(*message.GetDescriptor()).Read(message);
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
  const Descriptor& request = *method.input_type();
  Rule rule{.request = &request,
            .channel = EnumField(request, "channel"),
            .as_of_kb_revision = SingularField(request, "as_of_kb_revision"),
            .as_of_time = SingularField(request, "as_of_time"),
            .names_of_request = NamePlan(request),
            .names_of_reply = NamePlan(*method.output_type())};
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

// True when the request asks for what only agents see, or for how something was.
bool EventRules::AsksForInternal(const Rule& rule, const Message& request) {
  const bool agent = rule.channel != nullptr && request.GetReflection()->GetEnumValue(
                                                    request, rule.channel) == type::v1::AGENT;
  return agent || HasSet(request, rule.as_of_kb_revision) || HasSet(request, rule.as_of_time);
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
  if (request->GetDescriptor() != rule.request) return std::nullopt;
  if (rule.by_channel && !AsksForInternal(rule, *request)) return std::nullopt;
  std::vector<std::string> names;
  if (rule.kind != AuditEvent::AUDIT_READ) {
    if (reply != nullptr) names = rule.names_of_reply.Read(*reply);
    if (names.empty()) names = rule.names_of_request.Read(*request);
  }
  // A question that found no answer has shown nothing.
  if (names.empty() && !rule.even_empty) return std::nullopt;
  AuditEvent event = runtime::EventOf(call, rule.kind);
  AddNames(names, event);
  return event;
}

}  // namespace hotline::audit
