// People, accounts, keys, sessions and departments as the base has them at one position. Pure; one
// thread at a time.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hotline/identity/v1/identity.pb.h"
#include "hotline/store/v1/change.pb.h"
#include "proto/cc/time.h"
#include "services/runtime/call.h"

namespace hotline::access {

using identity::v1::ApiKey;
using identity::v1::Grant;
using identity::v1::Person;
using identity::v1::Principal;
using identity::v1::ServiceAccount;
using identity::v1::Session;

class Directory {
 public:
  // Takes over what one resource is from now on; kinds that say nothing about rights are ignored.
  void Put(const store::v1::Resource& resource);
  void Delete(std::string_view name);
  void Apply(const store::v1::Change& change);

  // Null when there is none. Password hashes are not kept here.
  const Person* FindPerson(std::string_view name) const;
  const ServiceAccount* FindAccount(std::string_view name) const;
  const ApiKey* FindKey(std::string_view name) const;
  const Session* FindSession(std::string_view name) const;
  // The person whom the issuer of single sign-on calls so; null when it is nobody or several.
  const Person* FindSubject(std::string_view issuer_subject) const;

  std::vector<std::string> SessionsOf(std::string_view person) const;
  std::vector<std::string> KeysOf(std::string_view account) const;
  std::vector<std::string> People() const;
  bool has_people() const { return !people_.empty(); }
  const std::shared_ptr<const runtime::DepartmentTree>& departments() const { return departments_; }

  // The grants that hold at `now`: without those that ended, and those lent by somebody who no
  // longer has the right (or who is disabled).
  std::vector<Grant> GrantsAt(const Person& person, LogTime now) const;

  // Who a person or an account is at `now`; the credential is left to the caller.
  Principal PrincipalOf(const Person& person, LogTime now) const;
  Principal PrincipalOf(const ServiceAccount& account, LogTime now) const;

 private:
  void PutDepartment(const knowledge::v1::Department& department);
  void Forget(const Person& person);
  bool StillLent(const Grant& grant, LogTime now) const;

  std::map<std::string, Person, std::less<>> people_;
  std::map<std::string, ServiceAccount, std::less<>> accounts_;
  std::map<std::string, ApiKey, std::less<>> keys_;
  std::map<std::string, Session, std::less<>> sessions_;
  std::map<std::string, std::set<std::string>, std::less<>> sessions_of_;
  std::map<std::string, std::set<std::string>, std::less<>> keys_of_;
  std::map<std::string, std::set<std::string>, std::less<>> subjects_;
  std::map<std::string, std::string> parents_;  // of departments
  std::shared_ptr<const runtime::DepartmentTree> departments_;
};

// Whether a session holds at `now`, whatever its token: not ended, not too old, and opened after
// the newest change of the password.
bool SessionHolds(const Session& session, const Person& person, LogTime now);

// True when the grant has ended at `now`.
bool HasEnded(const Grant& grant, LogTime now);

}  // namespace hotline::access
