// Where a process hands in what must be recorded although it changed nothing: refusals, sign-ins
// that failed, reads of what is not public. What did change something is recorded by its Change
// (store/v1/change.proto, Origin).
//
// The frame shows every call to the sink when it ends (streams: when they open, and when they
// fail), so no handler can forget to, and none has to do anything. services/audit/event_rules.h
// says what becomes an event. Who knows more than the frame can see may record by itself:
//
//   audit::v1::AuditEvent event = EventOf(call, audit::v1::AuditEvent::REFUSAL);
//   event.set_reason(type::v1::ErrorReason_Name(type::v1::NOT_ALLOWED));
//   event.add_names("entries/…");
//   if (call.audit != nullptr) call.audit->Record(std::move(event));
#pragma once

#include "absl/status/status.h"
#include "google/protobuf/message.h"

#include "hotline/audit/v1/audit.pb.h"
#include "hotline/store/v1/change.pb.h"
#include "services/runtime/call.h"

namespace hotline::runtime {

// Thread-safe. Both methods return at once, whatever becomes of the store: they are in the path of
// reads.
class AuditSink {
 public:
  AuditSink() = default;
  AuditSink(const AuditSink&) = delete;
  AuditSink& operator=(const AuditSink&) = delete;
  virtual ~AuditSink() = default;

  // Takes one event.
  virtual void Record(audit::v1::AuditEvent event) = 0;

  // Takes what must be recorded of a call. Called by the frame alone. `request` is null where there
  // is none yet (bidirectional streams), `reply` for streams and for errors. Events of sign-ins
  // that failed are made of the request, so nothing has to be recorded beside.
  virtual void Observe(const Call& call, const google::protobuf::Message* request,
                       const google::protobuf::Message* reply, const absl::Status& status) = 0;
};

// An event about a call, now: time, actor, address, rpc, call id and credential are filled in.
audit::v1::AuditEvent EventOf(const Call& call, audit::v1::AuditEvent::Kind kind);

// Where a write comes from: for CommitRequest.origin.
store::v1::Origin OriginOf(const Call& call);

}  // namespace hotline::runtime
