// What the directory makes of the base: grants that hold, departments that nest.
#include "services/access/directory.h"

#include "tests/unit/access/access_world.h"

namespace hotline::access {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr LogTime kNow = 1'800'000'000'000'000;

Person PersonOf(const std::string& id, std::initializer_list<Grant> grants) {
  Person person;
  person.set_name("people/" + id);
  for (const Grant& grant : grants) *person.add_grants() = grant;
  return person;
}

store::v1::Resource Wrap(const Person& person) {
  store::v1::Resource resource;
  *resource.mutable_person() = person;
  return resource;
}

Grant Lent(Role role, const std::string& by, LogTime until = kNow + 1) {
  Grant grant;
  grant.set_role(role);
  grant.set_delegator(by);
  *grant.mutable_expire_time() = ToTimestamp(until);
  return grant;
}

Grant Own(Role role) {
  Grant grant;
  grant.set_role(role);
  return grant;
}

TEST(DirectoryTest, AGrantEndsAtItsInstant) {
  Directory directory;
  const Person person = PersonOf("li", {Lent(identity::v1::EDITOR, "")});

  EXPECT_THAT(directory.GrantsAt(person, kNow), SizeIs(1));
  EXPECT_THAT(directory.GrantsAt(person, kNow + 1), IsEmpty());
}

TEST(DirectoryTest, WhatWasLentEndsWithTheLendersOwnRight) {
  Directory directory;
  Person lender = PersonOf("wang", {Own(identity::v1::PUBLISHER)});
  const Person borrower = PersonOf("li", {Lent(identity::v1::PUBLISHER, "people/wang")});
  EXPECT_THAT(directory.GrantsAt(borrower, kNow), IsEmpty()) << "a lender who is not there";

  directory.Put(Wrap(lender));
  EXPECT_THAT(directory.GrantsAt(borrower, kNow), SizeIs(1));

  lender.set_disabled(true);
  directory.Put(Wrap(lender));
  EXPECT_THAT(directory.GrantsAt(borrower, kNow), IsEmpty()) << "a lender who was disabled";

  lender.set_disabled(false);
  *lender.mutable_grants(0) = Lent(identity::v1::PUBLISHER, "people/zhao");
  directory.Put(Wrap(lender));
  EXPECT_THAT(directory.GrantsAt(borrower, kNow), IsEmpty()) << "a right that is lent itself";
}

TEST(DirectoryTest, DepartmentsNestAndMove) {
  Directory directory;
  knowledge::v1::Department department;
  const auto put = [&](const std::string& name, const std::string& parent) {
    department.set_name(name);
    department.set_parent(parent);
    directory.Put(testing::ResourceOf(department));
  };
  put("departments/city", "");
  put("departments/bureau", "departments/city");
  put("departments/office", "departments/bureau");
  EXPECT_TRUE(directory.departments()->Covers("departments/city", "departments/office"));
  EXPECT_FALSE(directory.departments()->Covers("departments/office", "departments/city"));

  put("departments/office", "");

  EXPECT_FALSE(directory.departments()->Covers("departments/city", "departments/office"));
}

TEST(DirectoryTest, ASubjectOfTwoPeopleIsNobody) {
  Directory directory;
  Person one = PersonOf("li", {});
  one.set_issuer_subject("u1");
  directory.Put(Wrap(one));
  ASSERT_NE(directory.FindSubject("u1"), nullptr);

  Person other = PersonOf("wang", {});
  other.set_issuer_subject("u1");
  directory.Put(Wrap(other));
  EXPECT_EQ(directory.FindSubject("u1"), nullptr);

  other.clear_issuer_subject();
  directory.Put(Wrap(other));
  ASSERT_NE(directory.FindSubject("u1"), nullptr);
  EXPECT_EQ(directory.FindSubject("u1")->name(), "people/li");
  EXPECT_EQ(directory.FindSubject(""), nullptr);
}

TEST(DirectoryTest, HashesOfPasswordsAreNotKept) {
  Directory directory;
  Person person = PersonOf("li", {});
  person.set_password_hash("$argon2id$…");
  person.add_old_password_hashes("$argon2id$…");

  directory.Put(Wrap(person));

  EXPECT_TRUE(directory.FindPerson("people/li")->password_hash().empty());
  EXPECT_TRUE(directory.FindPerson("people/li")->old_password_hashes().empty());
}

}  // namespace
}  // namespace hotline::access
