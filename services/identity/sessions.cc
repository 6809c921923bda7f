// Signing in and out: what makes sessions, and what ends them.
#include <algorithm>
#include <utility>

#include <openssl/crypto.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/access/credentials.h"
#include "services/access/permission.h"
#include "services/access/rights.h"
#include "services/identity/field_check.h"
#include "services/identity/grant_rules.h"
#include "services/identity/identity_service.h"
#include "services/identity/limits.h"
#include "services/identity/password_rules.h"
#include "services/runtime/audit_sink.h"

namespace hotline::identity {
namespace {

// The session of the first administrator has this name, so that there is one first in each base.
constexpr char kFirstSession[] = "sessions/bootstrap";
constexpr size_t kPasswordBytesMax = kPasswordMax * 4;
// The actor of what the service does by itself.
constexpr char kServiceActor[] = "kb-identity";

absl::Status SignInRefused() {
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REFUSED,
                   "登录名或密码不正确。");
}

absl::Status SignInLocked(LogTime until, LogTime now) {
  const int64_t wait_s = std::max<int64_t>(1, (until - now + 999'999) / 1'000'000);
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::SIGN_IN_LOCKED,
                   "失败次数过多，登录已暂停，请在 " + std::to_string((wait_s + 59) / 60) +
                       " 分钟后再试，或请管理员重置密码。",
                   {{"wait_s", std::to_string(wait_s)}});
}

absl::Status NotASession() {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "当前不是用登录名和密码登录的会话，无需此操作。",
                   {{"name", ""}, {"state", "NO_SESSION"}});
}

absl::Status AlreadySetUp() {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "已经有管理员，初始化只能做一次；请用已有的管理员登录。",
                   {{"name", "people"}, {"state", "SET_UP"}});
}

bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Log time at which this session's token must have been used again.
LogTime IdleUntil(const v1::Session& session, LogTime now, std::chrono::minutes idle) {
  return std::min<LogTime>(now + std::chrono::microseconds(idle).count(),
                           ToLogTime(session.expire_time()));
}

// The address of the peer without its port: "ipv4:10.0.0.7".
std::string AddressOf(const runtime::Call& call) {
  constexpr size_t kAddressMax = 100;
  return call.caller.address.substr(0, std::min(call.caller.address.rfind(':'), kAddressMax));
}

}  // namespace

absl::StatusOr<v1::SignInResponse> IdentityService::Bootstrap(const Call& call,
                                                              const v1::BootstrapRequest& request) {
  const std::lock_guard one_at_a_time(bootstrap_mutex_);
  if (!BootstrapSecret().has_value()) return AlreadySetUp();
  if (request.secret().empty()) return FieldRequired("secret");
  if (!SameText(request.secret(), bootstrap_secret_)) {
    return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REFUSED,
                     "一次性口令不正确；它在本次启动时打印在控制台上，重启后会更换。");
  }
  v1::Person admin;
  ASSIGN_OR_RETURN(*admin.mutable_name(), NewName(kPeople, request.login(), "login"));
  admin.set_display_name(request.display_name());
  RETURN_IF_ERROR(CheckText("display_name", 1, kDisplayNameMax, admin.mutable_display_name()));
  RETURN_IF_ERROR(CheckPassword(request.password(), request.login()));
  admin.add_grants()->set_role(v1::SYSTEM_ADMIN);
  RETURN_IF_ERROR(SetPassword(request.password(), call, &admin));
  auto response = OpenSession(call, std::move(admin), true, "Bootstrap", kFirstSession);
  // Somebody was first, through another process.
  if (ReasonOf(response.status()) == type::v1::RESOURCE_ALREADY_EXISTS) return AlreadySetUp();
  return response;
}

absl::Status IdentityService::CheckLock(const std::string& login, const v1::Person* person) {
  const LogTime now = guard_.Now();
  if (const auto until = failures_.LockedUntil(login, now); until.has_value())
    return SignInLocked(*until, now);
  // Locked before this process started, or by another one.
  if (person != nullptr && person->has_locked_until() && ToLogTime(person->locked_until()) > now)
    return SignInLocked(ToLogTime(person->locked_until()), now);
  return absl::OkStatus();
}

void IdentityService::CountFailure(const std::string& login, const v1::Person* person) {
  const LogTime now = guard_.Now();
  if (!failures_.Fail(login, now) || person == nullptr) return;
  // The caller does not wait for the write: it would tell that this name exists.
  const LogTime until = now + std::chrono::microseconds(options_.lock).count();
  options_.later([&store = store_, locked = *person, until]() mutable {
    store::v1::CommitRequest commit;
    commit.set_request_id(access::RandomId("lock"));
    commit.set_request_fingerprint(Sha256(commit.request_id()));
    commit.set_actor(kServiceActor);
    commit.set_action("LockPerson");
    *commit.add_preconditions() = access::MustHaveEtag(locked.name(), locked.etag());
    *locked.mutable_locked_until() = ToTimestamp(until);
    *commit.add_effects()->mutable_put()->mutable_person() = std::move(locked);
    // Somebody who changes the person right now wins; the lock in memory holds in any case.
    store.Commit(commit, std::chrono::steady_clock::now() + std::chrono::seconds(5)).IgnoreError();
  });
}

absl::StatusOr<v1::SignInResponse> IdentityService::SignIn(const Call& call,
                                                           const v1::SignInRequest& request) {
  if (request.login().empty()) return FieldRequired("login");
  if (request.password().empty()) return FieldRequired("password");
  // What no name or password can be is refused without work; it says nothing about anybody.
  if (!IsId(request.login()) || request.password().size() > kPasswordBytesMax)
    return SignInRefused();
  std::optional<v1::Person> person;
  auto found = GetPersonNamed(MakeName(kPeople, request.login()), call.deadline);
  if (found.ok()) person = *std::move(found);
  if (!found.ok() && found.status().code() != absl::StatusCode::kNotFound) return found.status();
  const v1::Person* known = person.has_value() ? &*person : nullptr;
  RETURN_IF_ERROR(CheckLock(request.login(), known));
  // The same work whether there is such a person or not.
  ASSIGN_OR_RETURN(const bool matches,
                   hasher_.Matches(request.password(),
                                   known == nullptr ? "" : known->password_hash(), call.deadline));
  if (!matches) {
    CountFailure(request.login(), known);
    return SignInRefused();
  }
  if (person->disabled()) return SignInRefused();
  failures_.Forget(request.login());
  return OpenSession(call, *std::move(person), false, "SignIn",
                     MakeName(kSessions, access::RandomId("s")));
}

v1::Session IdentityService::NewSession(const Call& call, const v1::Person& person,
                                        const std::string& name) const {
  v1::Session session;
  session.set_name(name);
  session.set_person(person.name());
  session.set_address(AddressOf(call));
  session.set_token_key(access::RandomBytes(access::kSecretBytes));
  *session.mutable_expire_time() =
      ToTimestamp(guard_.Now() + std::chrono::microseconds(options_.session_max).count());
  return session;
}

// Opens a session in one Change, with the person when it is new or `changed`. Sessions of the
// person that are over are forgotten in the same Change, and the oldest one where there are too
// many.
absl::StatusOr<v1::SignInResponse> IdentityService::OpenSession(const Call& call, v1::Person person,
                                                                bool changed,
                                                                const std::string& action,
                                                                const std::string& name) {
  const LogTime now = guard_.Now();
  store::v1::CommitRequest commit;
  commit.set_request_id(access::RandomId("session"));
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  commit.set_actor(person.name());
  commit.set_action(action);
  *commit.mutable_origin() = runtime::OriginOf(call);
  *commit.add_preconditions() = access::MustBeAbsent(name);
  *commit.add_preconditions() = person.etag().empty()
                                    ? access::MustBeAbsent(person.name())
                                    : access::MustHaveEtag(person.name(), person.etag());
  v1::Session session = NewSession(call, person, name);
  const auto old = guard_.Read([&](const access::Directory& directory) {
    std::vector<std::pair<LogTime, std::string>> live;
    std::vector<std::string> over;
    for (const std::string& one : directory.SessionsOf(person.name())) {
      const v1::Session* known = directory.FindSession(one);
      if (one == kFirstSession) continue;  // it says that the base was set up
      // With a new password all others are over, also one of this very instant.
      if (!changed && access::SessionHolds(*known, person, now)) {
        live.emplace_back(ToLogTime(known->create_time()), one);
      } else {
        over.push_back(one);
      }
    }
    std::sort(live.begin(), live.end());
    for (size_t i = 0; i + kSessionsPerPersonMax <= live.size(); ++i)
      over.push_back(live[i].second);
    return over;
  });
  *commit.add_effects()->mutable_put()->mutable_session() = session;
  if (changed) *commit.add_effects()->mutable_put()->mutable_person() = person;
  const int needed = commit.effects_size();
  for (const std::string& one : old) commit.add_effects()->set_delete_name(one);
  auto response = store_.Commit(commit, call.deadline);
  if (!response.ok() && ReasonOf(response.status()) == type::v1::REFERENCE_CONFLICT) {
    // Another sign-in of the same person tidied up first.
    while (commit.effects_size() > needed) commit.mutable_effects()->RemoveLast();
    response = store_.Commit(commit, call.deadline);
  }
  RETURN_IF_ERROR(response.status());
  RETURN_IF_ERROR(guard_.AwaitRevision(response->kb_revision(), call.deadline));
  return ReplyFor(session, EncodeToken({response->timeline_id(), response->kb_revision()}));
}

v1::SignInResponse IdentityService::ReplyFor(const v1::Session& session,
                                             const std::string& token_position) const {
  v1::SignInResponse response;
  const LogTime idle_until = IdleUntil(session, guard_.Now(), options_.session_idle);
  response.set_token(access::SealSessionToken(session, idle_until));
  *response.mutable_idle_time() = ToTimestamp(idle_until);
  *response.mutable_expire_time() = session.expire_time();
  response.set_consistency_token(token_position);
  if (auto principal = guard_.PrincipalNamed(session.person()); principal.has_value())
    *response.mutable_principal() = *std::move(principal);
  return response;
}

absl::StatusOr<v1::Session> IdentityService::CallersSession(const Call& call) const {
  const v1::Principal* principal = call.caller.principal.get();
  if (principal == nullptr || CollectionOf(principal->credential()) != kSessions)
    return NotASession();
  ASSIGN_OR_RETURN(store::v1::Resource resource, Get(principal->credential(), call.deadline));
  return std::move(*resource.mutable_session());
}

absl::StatusOr<v1::SignInResponse> IdentityService::RefreshSession(
    const Call& call, const v1::RefreshSessionRequest&) {
  ASSIGN_OR_RETURN(const v1::Session session, CallersSession(call));
  return ReplyFor(session, "");
}

absl::StatusOr<v1::Session> IdentityService::End(const Call& call, v1::Session session,
                                                 const std::string& reason) {
  store::v1::CommitRequest commit;
  commit.set_request_id(access::RandomId("end"));
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  commit.set_actor(call.caller.actor);
  commit.set_action("EndSession");
  *commit.mutable_origin() = runtime::OriginOf(call);
  *commit.add_preconditions() = access::MustHaveEtag(session.name(), session.etag());
  session.set_ended(true);
  session.set_end_reason(reason);
  *commit.add_effects()->mutable_put()->mutable_session() = session;
  ASSIGN_OR_RETURN(store::v1::CommitResponse response,
                   access::CommitUnderRights(store_, call, &commit));
  RETURN_IF_ERROR(guard_.AwaitRevision(response.kb_revision(), call.deadline));
  return std::move(*response.mutable_resources(0)->mutable_session());
}

absl::StatusOr<v1::SignOutResponse> IdentityService::SignOut(const Call& call,
                                                             const v1::SignOutRequest&) {
  ASSIGN_OR_RETURN(v1::Session session, CallersSession(call));
  RETURN_IF_ERROR(End(call, std::move(session), "sign-out").status());
  return v1::SignOutResponse();
}

absl::Status IdentityService::SetPassword(const std::string& password, const Call& call,
                                          v1::Person* person) {
  ASSIGN_OR_RETURN(const std::string hash, hasher_.Hash(password, call.deadline));
  if (!person->password_hash().empty()) {
    // Newest first.
    auto& old = *person->mutable_old_password_hashes();
    *old.Add() = person->password_hash();
    std::rotate(old.begin(), old.end() - 1, old.end());
    while (old.size() > kOldPasswordsMax) old.RemoveLast();
  }
  person->set_password_hash(hash);
  person->clear_locked_until();
  person->set_must_change_password(false);
  return absl::OkStatus();
}

absl::StatusOr<v1::SignInResponse> IdentityService::ChangePassword(
    const Call& call, const v1::ChangePasswordRequest& request) {
  if (request.password().empty()) return FieldRequired("password");
  if (request.new_password().empty()) return FieldRequired("new_password");
  ASSIGN_OR_RETURN(const v1::Session session, CallersSession(call));
  ASSIGN_OR_RETURN(v1::Person person, GetPersonNamed(session.person(), call.deadline));
  const std::string login(IdOf(person.name()));
  RETURN_IF_ERROR(CheckLock(login, &person));
  ASSIGN_OR_RETURN(const bool matches,
                   hasher_.Matches(request.password(), person.password_hash(), call.deadline));
  if (!matches) {
    CountFailure(login, &person);
    return SignInRefused();
  }
  RETURN_IF_ERROR(CheckPassword(request.new_password(), login));
  std::vector<std::string> old(person.old_password_hashes().begin(),
                               person.old_password_hashes().end());
  old.insert(old.begin(), person.password_hash());
  for (const std::string& hash : old) {
    ASSIGN_OR_RETURN(const bool again,
                     hasher_.Matches(request.new_password(), hash, call.deadline));
    if (again) {
      return WeakPassword("REUSED", "这个密码最近用过，请换一个没有用过的。");
    }
  }
  RETURN_IF_ERROR(SetPassword(request.new_password(), call, &person));
  failures_.Forget(login);
  // Every session opened before is over by its time; this one begins with the Change.
  return OpenSession(call, std::move(person), true, "ChangePassword",
                     MakeName(kSessions, access::RandomId("s")));
}

absl::StatusOr<v1::ListSessionsResponse> IdentityService::ListSessions(
    const Call& call, const v1::ListSessionsRequest& request) {
  RETURN_IF_ERROR(ParseName(request.person(), kPeople, "person").status());
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const v1::Person person, GetPersonNamed(request.person(), call.deadline));
  if (!MayRead(call, person)) RETURN_IF_ERROR(RequireManaging(call, person));
  const LogTime now = guard_.Now();
  v1::ListSessionsResponse response;
  guard_.Read([&](const access::Directory& directory) {
    for (const std::string& name : directory.SessionsOf(person.name())) {
      const v1::Session* session = directory.FindSession(name);
      if (access::SessionHolds(*session, person, now)) *response.add_sessions() = Shown(*session);
    }
    return 0;
  });
  return response;
}

absl::StatusOr<v1::Session> IdentityService::EndSession(const Call& call,
                                                        const v1::EndSessionRequest& request) {
  RETURN_IF_ERROR(ParseName(request.name(), kSessions, "name").status());
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(store::v1::Resource resource, Get(request.name(), call.deadline));
  const v1::Session& session = resource.session();
  const bool own =
      call.caller.principal != nullptr && call.caller.principal->name() == session.person();
  if (!own) {
    ASSIGN_OR_RETURN(const v1::Person person, GetPersonNamed(session.person(), call.deadline));
    RETURN_IF_ERROR(RequireManaging(call, person));
  }
  if (session.ended()) return Shown(session);
  ASSIGN_OR_RETURN(v1::Session ended,
                   End(call, session, own ? "ended by the person" : "ended by an administrator"));
  return Shown(std::move(ended));
}

}  // namespace hotline::identity
