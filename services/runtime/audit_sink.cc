#include "services/runtime/audit_sink.h"

#include <chrono>

#include "proto/cc/text.h"
#include "proto/cc/time.h"

namespace hotline::runtime {
namespace {

constexpr size_t kAddressLengthMax = 200;

LogTime Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// What can't be stored as text is named as that: nothing that a caller sends may spoil a record.
std::string Storable(const std::string& text, size_t length) {
  return IsUtf8(text) ? std::string(Prefix(text, length)) : "(not UTF-8)";
}

std::string AddressOf(const Caller& caller) {
  if (caller.edge_address.empty()) return Storable(caller.address, kAddressLengthMax);
  return Storable(caller.edge_address + " via " + caller.address, kAddressLengthMax);
}

std::string CredentialOf(const Caller& caller) {
  return caller.principal == nullptr ? std::string() : caller.principal->credential();
}

}  // namespace

audit::v1::AuditEvent EventOf(const Call& call, audit::v1::AuditEvent::Kind kind) {
  audit::v1::AuditEvent event;
  event.set_kind(kind);
  *event.mutable_event_time() = ToTimestamp(Now());
  event.set_actor(Storable(call.caller.actor, kAddressLengthMax));
  event.set_address(AddressOf(call.caller));
  event.set_rpc(std::string(call.rpc));
  event.set_call_id(call.request_id);
  event.set_credential(CredentialOf(call.caller));
  return event;
}

store::v1::Origin OriginOf(const Call& call) {
  store::v1::Origin origin;
  origin.set_address(AddressOf(call.caller));
  origin.set_credential(CredentialOf(call.caller));
  origin.set_rpc(std::string(call.rpc));
  origin.set_call_id(call.request_id);
  return origin;
}

}  // namespace hotline::runtime
