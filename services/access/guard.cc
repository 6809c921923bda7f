#include "services/access/guard.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/credentials.h"

namespace hotline::access {
namespace {

using runtime::AccessMode;
using runtime::BootTime;
using runtime::Scope;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Who = RpcRule::Who;

constexpr milliseconds kRetryPause{50};
constexpr std::chrono::seconds kLoadDeadline{60};
constexpr std::chrono::seconds kConfirmDeadline{2};
// Well within kStaleMax, so that several may be lost.
constexpr std::chrono::seconds kConfirmEvery{1};
constexpr int kPasswordDaysDefault = 90;
constexpr std::string_view kAnonymous = "anonymous";

absl::Status SignInRequired() {
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED,
                   "请先登录；如果已经登录过，登录可能已失效，请重新登录。");
}

absl::Status NotAllowed(const runtime::Call& call, std::string_view sentence) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED, sentence,
                   {{"rpc", std::string(call.rpc)}, {"permission", ""}, {"roles", ""}});
}

absl::Status RightsNotKnown() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "暂时无法核实身份和权限，请稍后重试。");
}

absl::Status RightsChanged() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "您的权限或资料有变动，连接已断开，请重新连接。");
}

// The first check, before the handler's own: may this caller do such a thing at all?
absl::Status CheckRule(const RpcRule& rule, const runtime::Call& call) {
  switch (rule.who) {
    case Who::kAnyone:
    case Who::kPublic:
    case Who::kSelf:
      return absl::OkStatus();
    case Who::kSignedIn:
      return RequireSignedIn(call);
    case Who::kInside:
    case Who::kAnyOf:
      return RequireAnyOf(call, rule.any_of);
    case Who::kNobody:
      break;
  }
  return NotAllowed(call, "这个接口只供服务之间使用，任何人员和账号都不能直接调用。");
}

}  // namespace

Guard::Guard(const config::v1::AccessConfig& config, AccessMode mode, MakeStore make_store,
             const runtime::Clock& clock, Options options)
    : mode_(mode),
      password_max_(config.password_days_max() > 0 ? config.password_days_max()
                                                   : kPasswordDaysDefault),
      make_store_(std::move(make_store)),
      clock_(clock),
      options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<Guard>> Guard::Start(const config::v1::AccessConfig& config,
                                                    MakeStore make_store,
                                                    const runtime::Clock& clock, Options options) {
  ASSIGN_OR_RETURN(const AccessMode mode, runtime::AccessModeOf(config));
  std::unique_ptr<Guard> guard(
      new Guard(config, mode, std::move(make_store), clock, std::move(options)));
  ASSIGN_OR_RETURN(guard->jwt_, JwtVerifier::Make(config));
  guard->thread_ = std::thread([raw = guard.get()] { raw->Run(); });
  return guard;
}

absl::StatusOr<std::unique_ptr<Guard>> Guard::Start(const config::v1::AccessConfig& config,
                                                    storage::Store& store,
                                                    const runtime::Clock& clock, Options options) {
  const auto same = [&store] {
    return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), &store);
  };
  return Start(config, same, clock, std::move(options));
}

Guard::~Guard() {
  {
    const std::unique_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// --- who calls

absl::Status Guard::Identify(std::string_view authorization, runtime::Call* call) const {
  const RpcRule* rule = FindRule(call->rpc);
  if (rule == nullptr) return NotAllowed(*call, "这个接口没有开放。");
  if (authorization.empty()) return Anonymous(*rule, call);
  const std::optional<std::string_view> token = BearerToken(authorization);
  if (!token.has_value()) return SignInRequired();
  const std::shared_lock lock(mutex_);
  if (!Known()) return RightsNotKnown();
  std::shared_ptr<const Principal> principal = Recognise(*token);
  if (principal == nullptr) return SignInRequired();
  call->caller.actor = principal->name();
  call->caller.principal = std::move(principal);
  call->caller.departments = directory_.departments();
  return CheckRule(*rule, *call);
}

absl::Status Guard::Anonymous(const RpcRule& rule, runtime::Call* call) const {
  runtime::Caller& caller = call->caller;
  if (mode_ == AccessMode::kOpen && caller.scope == Scope::kInternal) return absl::OkStatus();
  if (rule.who == Who::kInside && caller.scope == Scope::kInternal) return absl::OkStatus();
  // A name that nobody has shown to be theirs must not stand in any record.
  caller.actor = std::string(kAnonymous);
  caller.scope = Scope::kPublic;
  if (rule.who == Who::kAnyone || rule.who == Who::kPublic) return absl::OkStatus();
  if (rule.who == Who::kNobody || mode_ == AccessMode::kOpen)
    return NotAllowed(*call, "此操作只供热线内部使用。");
  return SignInRequired();
}

std::shared_ptr<const Principal> Guard::Recognise(std::string_view token) const {
  const LogTime now = NowLocked();
  if (auto principal = BySession(token, now); principal != nullptr) return principal;
  if (auto principal = ByKey(token, now); principal != nullptr) return principal;
  return ByJwt(token, now);
}

std::shared_ptr<const Principal> Guard::BySession(std::string_view token, LogTime now) const {
  const std::optional<SessionToken> parsed = ParseSessionToken(token);
  if (!parsed.has_value()) return nullptr;
  const Session* session = directory_.FindSession(parsed->session);
  if (session == nullptr || !SealIsGood(*parsed, *session) || parsed->idle_until <= now)
    return nullptr;
  const Person* person = directory_.FindPerson(session->person());
  if (person == nullptr || person->disabled() || !SessionHolds(*session, *person, now))
    return nullptr;
  auto principal = std::make_shared<Principal>(PrincipalOf(*person, now));
  principal->set_credential(session->name());
  principal->set_credential_etag(session->etag());
  return principal;
}

std::shared_ptr<const Principal> Guard::ByKey(std::string_view token, LogTime now) const {
  const std::optional<KeyToken> parsed = ParseKeyToken(token);
  if (!parsed.has_value()) return nullptr;
  const ApiKey* key = directory_.FindKey(parsed->key);
  if (key == nullptr || !SecretIsGood(*parsed, *key) || key->revoked() ||
      ToLogTime(key->expire_time()) <= now) {
    return nullptr;
  }
  const ServiceAccount* account = directory_.FindAccount(key->account());
  if (account == nullptr || account->disabled()) return nullptr;
  auto principal = std::make_shared<Principal>(directory_.PrincipalOf(*account, now));
  principal->set_credential(key->name());
  principal->set_credential_etag(key->etag());
  return principal;
}

std::shared_ptr<const Principal> Guard::ByJwt(std::string_view token, LogTime now) const {
  if (jwt_ == nullptr || std::count(token.begin(), token.end(), '.') != 2) return nullptr;
  const std::string subject = jwt_->SubjectOf(token, now);
  const Person* person = subject.empty() ? nullptr : directory_.FindSubject(subject);
  if (person == nullptr || person->disabled()) return nullptr;
  auto principal = std::make_shared<Principal>(directory_.PrincipalOf(*person, now));
  // Whoever signs in elsewhere has no password here that could be too old.
  principal->set_must_change_password(false);
  return principal;
}

Principal Guard::PrincipalOf(const Person& person, LogTime now) const {
  Principal principal = directory_.PrincipalOf(person, now);
  const LogTime longest = std::chrono::microseconds(password_max_).count();
  if (person.has_password_time() && now - ToLogTime(person.password_time()) >= longest)
    principal.set_must_change_password(true);
  return principal;
}

std::optional<Principal> Guard::PrincipalNamed(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  if (const Person* person = directory_.FindPerson(name); person != nullptr) {
    if (person->disabled()) return std::nullopt;
    return PrincipalOf(*person, NowLocked());
  }
  const ServiceAccount* account = directory_.FindAccount(name);
  if (account == nullptr || account->disabled()) return std::nullopt;
  return directory_.PrincipalOf(*account, NowLocked());
}

absl::Status Guard::StillGood(const runtime::Caller& caller) const {
  const Principal& principal = *caller.principal;
  const std::shared_lock lock(mutex_);
  if (!Known()) return RightsNotKnown();
  const LogTime now = NowLocked();
  if (CollectionOf(principal.credential()) == kSessions) {
    const Session* session = directory_.FindSession(principal.credential());
    const Person* person = directory_.FindPerson(principal.name());
    if (session == nullptr || person == nullptr || !SessionHolds(*session, *person, now))
      return SignInRequired();
  } else if (CollectionOf(principal.credential()) == kKeys) {
    const ApiKey* key = directory_.FindKey(principal.credential());
    if (key == nullptr || key->revoked() || ToLogTime(key->expire_time()) <= now)
      return SignInRequired();
  }
  const auto ended = [now](const Grant& grant) { return HasEnded(grant, now); };
  if (std::any_of(principal.grants().begin(), principal.grants().end(), ended))
    return RightsChanged();
  if (const Person* person = directory_.FindPerson(principal.name()); person != nullptr) {
    if (person->disabled()) return SignInRequired();
    return person->etag() == principal.etag() ? absl::OkStatus() : RightsChanged();
  }
  const ServiceAccount* account = directory_.FindAccount(principal.name());
  if (account == nullptr || account->disabled()) return SignInRequired();
  return account->etag() == principal.etag() ? absl::OkStatus() : RightsChanged();
}

// --- what is known

bool Guard::Known() const {
  return loaded_ && confirmed_once_ && clock_.Boot() - confirmed_ <= kStaleMax;
}

LogTime Guard::NowLocked() const {
  // Log time goes on between two words of the store.
  return log_time_ + std::max(BootTime(0), clock_.Boot() - heard_).count();
}

LogTime Guard::Now() const {
  const std::shared_lock lock(mutex_);
  return NowLocked();
}

absl::Status Guard::AwaitReady(storage::Deadline deadline) const {
  std::shared_lock lock(mutex_);
  if (changed_.wait_until(lock, deadline, [&] { return stopping_ || Known(); }) && !stopping_)
    return absl::OkStatus();
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "等待身份数据就绪超时，请检查存储服务。");
}

absl::Status Guard::AwaitRevision(int64_t kb_revision, storage::Deadline deadline) const {
  std::shared_lock lock(mutex_);
  const auto latest = std::min(deadline, steady_clock::now() + std::chrono::hours(24));
  const bool reached = changed_.wait_until(
      lock, latest, [&] { return stopping_ || (loaded_ && applied_ >= kb_revision); });
  if (reached && !stopping_) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "修改已经保存，但未能在时限内确认它已生效，请稍后查看。");
}

// --- the feed

void Guard::Run() {
  store_ = make_store_();
  while (Pause(milliseconds(0))) {
    if (jwt_ != nullptr) Report(jwt_trouble_, "sign-on keys not read", jwt_->Refresh());
    bool loaded = false;
    {
      const std::shared_lock lock(mutex_);
      loaded = loaded_;
    }
    absl::Status status = loaded ? Follow() : Load();
    if (status.ok()) status = Confirm();
    Report(trouble_, "identities not followed", status);
    if (status.ok()) continue;
    const bool lost_thread = status.code() == absl::StatusCode::kDataLoss ||
                             status.code() == absl::StatusCode::kOutOfRange ||
                             status.code() == absl::StatusCode::kFailedPrecondition;
    if (lost_thread) Forget();
    Pause(kRetryPause);
  }
}

absl::Status Guard::Load() {
  Directory directory;
  storage::Position position;
  for (const auto collection : {kDepartments, kPeople, kAccounts, kKeys, kSessions}) {
    store::v1::ListResourcesRequest request;
    request.set_collection(std::string(collection));
    request.set_page_size(storage::kPageSizeMax);
    for (bool more = true; more;) {
      request.set_kb_revision(position.kb_revision);
      ASSIGN_OR_RETURN(const storage::ResourcePage page,
                       store_->List(request, steady_clock::now() + kLoadDeadline));
      // The first page pins the position of all others.
      if (position.timeline_id.empty()) position = page.position;
      if (page.position.timeline_id != position.timeline_id)
        return absl::DataLossError("the base was replaced");
      for (const storage::Versioned& versioned : page.resources) directory.Put(versioned.resource);
      more = page.more && !page.resources.empty();
      if (more) request.set_after_name(hotline::NameOf(page.resources.back().resource));
      if (!Pause(milliseconds(0))) return absl::OkStatus();
    }
  }
  // The store's time; what came since is read by Follow().
  ASSIGN_OR_RETURN(const storage::FeedBatch batch,
                   store_->ReadChanges(position.kb_revision, steady_clock::now() + kLoadDeadline));
  const std::unique_lock lock(mutex_);
  directory_ = std::move(directory);
  timeline_id_ = position.timeline_id;
  applied_ = position.kb_revision;
  log_time_ = batch.log_time;
  heard_ = clock_.Boot();
  loaded_ = true;
  confirmed_once_ = false;
  return absl::OkStatus();
}

absl::Status Guard::Follow() {
  // Only this thread writes them.
  ASSIGN_OR_RETURN(const storage::FeedBatch batch,
                   store_->WaitForChanges(applied_, steady_clock::now() + options_.feed_wait));
  if (batch.head.timeline_id != timeline_id_) return absl::DataLossError("another timeline");
  if (batch.head.kb_revision < applied_) return absl::DataLossError("the base went back");
  int64_t expected = applied_;
  for (const store::v1::Change& change : batch.changes) {
    if (change.kb_revision() != ++expected) return absl::DataLossError("a gap in the feed");
  }
  {
    const std::unique_lock lock(mutex_);
    for (const store::v1::Change& change : batch.changes) directory_.Apply(change);
    applied_ = expected;
    log_time_ = std::max(log_time_, batch.log_time);
    heard_ = clock_.Boot();
  }
  changed_.notify_all();
  return absl::OkStatus();
}

// A silent feed may be a dead one: asks the store itself how far it is.
absl::Status Guard::Confirm() {
  const BootTime sent = clock_.Boot();
  const bool due = !confirmed_once_ || sent - confirmed_ >= kConfirmEvery;
  if (!due) return absl::OkStatus();
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status,
                   store_->GetStatus(steady_clock::now() + kConfirmDeadline));
  if (status.timeline_id() != timeline_id_) return absl::DataLossError("another timeline");
  if (status.head_kb_revision() < applied_) return absl::DataLossError("the base went back");
  while (applied_ < status.head_kb_revision()) {
    RETURN_IF_ERROR(Follow());
    if (!Pause(milliseconds(0))) return absl::OkStatus();
  }
  {
    const std::unique_lock lock(mutex_);
    confirmed_ = sent;
    confirmed_once_ = true;
  }
  changed_.notify_all();
  return absl::OkStatus();
}

void Guard::Forget() {
  {
    const std::unique_lock lock(mutex_);
    directory_ = Directory();
    loaded_ = false;
    confirmed_once_ = false;
  }
  store_ = make_store_();
}

bool Guard::Pause(milliseconds time) {
  std::shared_lock lock(mutex_);
  if (time.count() > 0) changed_.wait_for(lock, time, [&] { return stopping_; });
  return !stopping_;
}

void Guard::Report(std::string& last, std::string_view event, const absl::Status& status) {
  const std::string now(status.message());
  if (now == last) return;
  options_.notice(event, status.ok() ? "recovered" : now);
  last = now;
}

Guard::Options LoggingTo(runtime::Logger& logger) {
  Guard::Options options;
  options.notice = [&logger](std::string_view event, std::string_view detail) {
    logger.Warn(event, {{"detail", detail}});
  };
  return options;
}

}  // namespace hotline::access
