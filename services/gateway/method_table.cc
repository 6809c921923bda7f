#include "services/gateway/method_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "google/protobuf/descriptor.pb.h"

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;

const FieldDescriptor* Int64Field(const Descriptor& message, const char* name) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  const bool fits = field != nullptr && !field->is_repeated() &&
                    field->cpp_type() == FieldDescriptor::CPPTYPE_INT64;
  return fits ? field : nullptr;
}

const FieldDescriptor* ChannelField(const Descriptor& message) {
  const FieldDescriptor* field = message.FindFieldByName(kChannelField);
  const bool fits = field != nullptr && !field->is_repeated() && field->enum_type() != nullptr &&
                    field->enum_type()->full_name() == kChannelType;
  return fits ? field : nullptr;
}

const FieldDescriptor* FreshnessField(const Descriptor& message) {
  const FieldDescriptor* field = message.FindFieldByName(kFreshnessField);
  const bool fits = field != nullptr && !field->is_repeated() && field->message_type() != nullptr &&
                    field->message_type()->full_name() == kFreshnessType;
  return fits ? field : nullptr;
}

bool HasSecret(const Descriptor& message) {
  return std::any_of(std::begin(kSecretFields), std::end(kSecretFields),
                     [&](const char* name) { return message.FindFieldByName(name) != nullptr; });
}

void DescribeSession(const MethodDescriptor& descriptor, Method& method) {
  const std::string& reply = descriptor.output_type()->full_name();
  method.ends_session = reply == kSessionEndReply;
  if (reply != kSessionReply) return;
  method.token = descriptor.output_type()->FindFieldByName(kTokenField);
  method.signs_in = descriptor.input_type()->FindFieldByName(kLoginField) != nullptr;
}

Method Describe(const MethodDescriptor& descriptor) {
  Method method;
  method.path = "/" + descriptor.service()->full_name() + "/" + descriptor.name();
  method.descriptor = &descriptor;
  method.input = MessageFactory::generated_factory()->GetPrototype(descriptor.input_type());
  method.output = MessageFactory::generated_factory()->GetPrototype(descriptor.output_type());
  method.server_streaming = descriptor.server_streaming();
  method.client_streaming = descriptor.client_streaming();
  method.side_effect_free =
      descriptor.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS;
  method.event_id = Int64Field(*descriptor.output_type(), kEventIdField);
  method.resume = Int64Field(*descriptor.input_type(), kResumeField);
  method.channel = ChannelField(*descriptor.input_type());
  method.freshness = FreshnessField(*descriptor.output_type());
  method.secret_reply = HasSecret(*descriptor.output_type());
  DescribeSession(descriptor, method);
  return method;
}

}  // namespace

absl::Status MethodTable::Add(const std::string& name, bool is_public) {
  const auto* service = DescriptorPool::generated_pool()->FindServiceByName(name);
  if (service == nullptr) {
    return FieldInvalid("gateway.services", name,
                        "没有这个服务，请写全名，例如 hotline.answer.v1.AnswerService。");
  }
  for (int i = 0; i < service->method_count(); ++i) {
    Method method = Describe(*service->method(i));
    method.is_public = is_public;
    std::string path = method.path;
    methods_.insert_or_assign(std::move(path), std::move(method));
  }
  return absl::OkStatus();
}

absl::StatusOr<MethodTable> MethodTable::Of(const std::vector<std::string>& for_public,
                                            const std::vector<std::string>& for_staff) {
  MethodTable table;
  for (const std::string& name : for_staff) RETURN_IF_ERROR(table.Add(name, false));
  for (const std::string& name : for_public) RETURN_IF_ERROR(table.Add(name, true));
  return table;
}

const Method* MethodTable::Find(std::string_view path) const {
  const auto found = methods_.find(std::string(path));
  return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace hotline::gateway
