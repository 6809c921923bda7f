#include "services/access/directory.h"

#include <utility>

#include "proto/cc/names.h"
#include "services/access/policy.h"

namespace hotline::access {
namespace {

using store::v1::Resource;

// Deeper than any tree that can be written (knowledge/limits.h): ends a ring that should not be.
constexpr int kDepthMax = 64;

class Tree final : public runtime::DepartmentTree {
 public:
  explicit Tree(std::map<std::string, std::string> parents) : parents_(std::move(parents)) {}

  bool Covers(std::string_view above, std::string_view department) const override {
    std::string at(department);
    for (int depth = 0; depth < kDepthMax && !at.empty(); ++depth) {
      if (at == above) return true;
      const auto parent = parents_.find(at);
      at = parent == parents_.end() ? "" : parent->second;
    }
    return false;
  }

 private:
  const std::map<std::string, std::string> parents_;
};

template <typename Map>
const typename Map::mapped_type* Find(const Map& map, std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

template <typename Map>
std::vector<std::string> Members(const Map& map, std::string_view key) {
  const auto found = map.find(key);
  if (found == map.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace

void Directory::Put(const Resource& resource) {
  switch (resource.kind_case()) {
    case Resource::kPerson: {
      Person person = resource.person();
      // Whoever holds a directory needs no hashes; they are read from the store when one signs in.
      person.clear_password_hash();
      person.clear_old_password_hashes();
      Delete(person.name());
      if (!person.issuer_subject().empty())
        subjects_[person.issuer_subject()].insert(person.name());
      people_[person.name()] = std::move(person);
      break;
    }
    case Resource::kAccount:
      accounts_[resource.account().name()] = resource.account();
      break;
    case Resource::kKey:
      keys_[resource.key().name()] = resource.key();
      keys_of_[resource.key().account()].insert(resource.key().name());
      break;
    case Resource::kSession:
      sessions_[resource.session().name()] = resource.session();
      sessions_of_[resource.session().person()].insert(resource.session().name());
      break;
    case Resource::kDepartment:
      PutDepartment(resource.department());
      break;
    default:
      break;
  }
}

void Directory::PutDepartment(const knowledge::v1::Department& department) {
  const auto known = parents_.find(department.name());
  if (known != parents_.end() && known->second == department.parent() && departments_ != nullptr)
    return;
  parents_[department.name()] = department.parent();
  departments_ = std::make_shared<Tree>(parents_);
}

void Directory::Forget(const Person& person) {
  const auto subject = subjects_.find(person.issuer_subject());
  if (subject == subjects_.end()) return;
  subject->second.erase(person.name());
  if (subject->second.empty()) subjects_.erase(subject);
}

void Directory::Delete(std::string_view name) {
  const std::string key(name);
  if (const auto person = people_.find(key); person != people_.end()) {
    Forget(person->second);
    people_.erase(person);
  } else if (const auto session = sessions_.find(key); session != sessions_.end()) {
    sessions_of_[session->second.person()].erase(key);
    sessions_.erase(session);
  } else if (const auto api_key = keys_.find(key); api_key != keys_.end()) {
    keys_of_[api_key->second.account()].erase(key);
    keys_.erase(api_key);
  } else {
    accounts_.erase(key);
  }
}

void Directory::Apply(const store::v1::Change& change) {
  for (const store::v1::Effect& effect : change.effects()) {
    effect.has_put() ? Put(effect.put()) : Delete(effect.delete_name());
  }
}

const Person* Directory::FindPerson(std::string_view name) const { return Find(people_, name); }
const ServiceAccount* Directory::FindAccount(std::string_view name) const {
  return Find(accounts_, name);
}
const ApiKey* Directory::FindKey(std::string_view name) const { return Find(keys_, name); }
const Session* Directory::FindSession(std::string_view name) const { return Find(sessions_, name); }

const Person* Directory::FindSubject(std::string_view issuer_subject) const {
  const auto found = subjects_.find(issuer_subject);
  if (found == subjects_.end() || found->second.size() != 1) return nullptr;
  return FindPerson(*found->second.begin());
}

std::vector<std::string> Directory::SessionsOf(std::string_view person) const {
  return Members(sessions_of_, person);
}

std::vector<std::string> Directory::KeysOf(std::string_view account) const {
  return Members(keys_of_, account);
}

std::vector<std::string> Directory::People() const {
  std::vector<std::string> names;
  for (const auto& [name, person] : people_) names.push_back(name);
  return names;
}

bool Directory::StillLent(const Grant& grant, LogTime now) const {
  if (grant.delegator().empty()) return true;
  const Person* lender = FindPerson(grant.delegator());
  if (lender == nullptr || lender->disabled()) return false;
  for (const Grant& own : lender->grants()) {
    if (own.delegator().empty() && own.role() == grant.role() && !HasEnded(own, now) &&
        Includes(own, grant, departments_.get())) {
      return true;
    }
  }
  return false;
}

std::vector<Grant> Directory::GrantsAt(const Person& person, LogTime now) const {
  std::vector<Grant> grants;
  for (const Grant& grant : person.grants()) {
    if (!HasEnded(grant, now) && StillLent(grant, now)) grants.push_back(grant);
  }
  return grants;
}

Principal Directory::PrincipalOf(const Person& person, LogTime now) const {
  Principal principal;
  principal.set_name(person.name());
  principal.set_display_name(person.display_name());
  principal.set_department(person.department());
  principal.set_etag(person.etag());
  principal.set_must_change_password(person.must_change_password());
  for (Grant& grant : GrantsAt(person, now)) *principal.add_grants() = std::move(grant);
  return principal;
}

Principal Directory::PrincipalOf(const ServiceAccount& account, LogTime now) const {
  Principal principal;
  principal.set_name(account.name());
  principal.set_display_name(account.display_name());
  principal.set_department(account.department());
  principal.set_etag(account.etag());
  *principal.mutable_channels() = account.channels();
  for (const Grant& grant : account.grants()) {
    if (!HasEnded(grant, now)) *principal.add_grants() = grant;
  }
  return principal;
}

bool SessionHolds(const Session& session, const Person& person, LogTime now) {
  if (session.ended() || ToLogTime(session.expire_time()) <= now) return false;
  return !person.has_password_time() ||
         ToLogTime(session.create_time()) >= ToLogTime(person.password_time());
}

bool HasEnded(const Grant& grant, LogTime now) {
  return grant.has_expire_time() && ToLogTime(grant.expire_time()) <= now;
}

}  // namespace hotline::access
