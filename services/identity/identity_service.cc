#include "services/identity/identity_service.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/credentials.h"
#include "services/identity/field_check.h"
#include "services/identity/limits.h"

namespace hotline::identity {
namespace {

template <typename Value, typename Number>
void Override(Value& value, Number configured) {
  if (configured > 0) value = Value(configured);
}

// Random, in the form of a UUID.
std::string NewUuid() {
  const std::string bytes = access::RandomBytes(16);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == 6) byte = static_cast<unsigned char>((byte & 0x0FU) | 0x40U);
    if (i == 8) byte = static_cast<unsigned char>((byte & 0x3FU) | 0x80U);
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

// 32 hexadecimal-like characters in groups, easy to copy from a console.
std::string NewSecret() { return access::RandomId("kj") + "-" + access::RandomId("x").substr(2); }

}  // namespace

IdentityService::Options OptionsOf(const config::v1::AccessConfig& config) {
  IdentityService::Options options;
  Override(options.session_idle, config.session_idle_min());
  Override(options.session_max, config.session_max_min());
  Override(options.failures_max, config.sign_in_failures_max());
  Override(options.lock, config.sign_in_lock_min());
  return options;
}

IdentityService::IdentityService(storage::Store& store, const access::Guard& guard, Options options)
    : store_(store),
      guard_(guard),
      options_(std::move(options)),
      writer_(store, NewUuid),
      hasher_(options_.hashing),
      failures_(options_.failures_max, std::chrono::microseconds(options_.lock).count(),
                kCountedLoginsMax),
      bootstrap_secret_(NewSecret()) {}

std::optional<std::string> IdentityService::BootstrapSecret() const {
  const bool somebody = guard_.Read([](const access::Directory& d) { return d.has_people(); });
  return somebody ? std::nullopt : std::optional(bootstrap_secret_);
}

absl::StatusOr<store::v1::Resource> IdentityService::Get(const std::string& name,
                                                         storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(storage::Versioned versioned, store_.Get(name, 0, deadline));
  return std::move(versioned.resource);
}

absl::StatusOr<v1::Person> IdentityService::GetPersonNamed(const std::string& name,
                                                           storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(store::v1::Resource resource, Get(name, deadline));
  return std::move(*resource.mutable_person());
}

absl::StatusOr<access::Written> IdentityService::Write(const Call& call,
                                                       const google::protobuf::Message& request,
                                                       const access::WriteOptions& options,
                                                       const access::Writer::Compose& compose) {
  ASSIGN_OR_RETURN(access::Written written, writer_.Write(call, request, options, compose));
  RETURN_IF_ERROR(guard_.AwaitRevision(written.position.kb_revision, call.deadline));
  return written;
}

absl::StatusOr<v1::Person> IdentityService::ChangePerson(const Call& call,
                                                         const google::protobuf::Message& request,
                                                         const PersonChange& change) {
  const auto compose = [&](const std::string&) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(v1::Person person, GetPersonNamed(change.name, call.deadline));
    RETURN_IF_ERROR(CheckEtag(person.name(), change.etag, person.etag()));
    access::Draft draft;
    draft.preconditions.push_back(access::MustHaveEtag(person.name(), person.etag()));
    draft.puts.emplace_back();
    RETURN_IF_ERROR(change.change(&person, &draft));
    *draft.puts.front().mutable_person() = std::move(person);
    return draft;
  };
  const access::WriteOptions options{
      .action = change.action, .conflict_attempts = change.etag.empty() ? kConflictAttemptsMax : 1};
  ASSIGN_OR_RETURN(access::Written written, Write(call, request, options, compose));
  return WithToken(std::move(*written.resource.mutable_person()), written.position);
}

v1::Person Shown(v1::Person person) {
  person.clear_password_hash();
  person.clear_old_password_hashes();
  return person;
}

v1::ApiKey Shown(v1::ApiKey key) {
  key.clear_secret_hash();
  return key;
}

v1::Session Shown(v1::Session session) {
  session.clear_token_key();
  return session;
}

}  // namespace hotline::identity
