#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

class References : public KnowledgeTest {
 protected:
  v1::Department NewDepartment(const std::string& id, const std::string& parent = "") {
    v1::CreateDepartmentRequest request;
    request.set_department_id(id);
    request.mutable_department()->set_display_name("局" + id);
    request.mutable_department()->set_phone("12345");
    request.mutable_department()->set_parent(parent);
    const auto department = service_.CreateDepartment(ACall(), request);
    EXPECT_THAT(department, IsOk());
    return department.ok() ? *department : v1::Department();
  }
  v1::Policy NewPolicy(const std::string& id) {
    v1::CreatePolicyRequest request;
    request.set_policy_id(id);
    request.mutable_policy()->set_title("办法" + id);
    request.mutable_policy()->set_region("440300");
    const auto policy = service_.CreatePolicy(ACall(), request);
    EXPECT_THAT(policy, IsOk());
    return policy.ok() ? *policy : v1::Policy();
  }
};

TEST_F(References, DepartmentsAreCreatedReadListedAndChanged) {
  const v1::Department top = NewDepartment("top");
  NewDepartment("below", "departments/top");
  EXPECT_FALSE(top.consistency_token().empty());
  v1::GetDepartmentRequest get;
  get.set_name("departments/below");
  EXPECT_EQ(service_.GetDepartment(ACall(), get)->parent(), "departments/top");
  v1::ListDepartmentsRequest list;
  EXPECT_EQ(service_.ListDepartments(ACall(), list)->departments_size(), 2);

  v1::UpdateDepartmentRequest update;
  update.mutable_department()->set_name("departments/top");
  update.mutable_department()->set_phone("96888");
  const auto changed = service_.UpdateDepartment(ACall(), update);

  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->phone(), "96888");
  EXPECT_EQ(changed->display_name(), "局top");
  update.mutable_department()->set_etag(top.etag());
  EXPECT_THAT(service_.UpdateDepartment(ACall(), update), HasReason(type::v1::ETAG_MISMATCH));
  update.mutable_department()->clear_etag();
  update.mutable_update_mask()->add_paths("update_time");
  EXPECT_THAT(service_.UpdateDepartment(ACall(), update), HasReason(type::v1::INVALID_FIELD_MASK));
}

TEST_F(References, DepartmentsFormNoCircle) {
  NewDepartment("a");
  NewDepartment("b", "departments/a");
  v1::UpdateDepartmentRequest update;
  update.mutable_department()->set_name("departments/a");
  update.mutable_department()->set_parent("departments/b");
  EXPECT_THAT(service_.UpdateDepartment(ACall(), update), HasReason(type::v1::REFERENCE_CONFLICT));
  update.mutable_department()->set_parent("departments/a");
  EXPECT_THAT(service_.UpdateDepartment(ACall(), update), HasReason(type::v1::FIELD_INVALID));
  update.mutable_department()->set_parent("departments/none");
  EXPECT_THAT(service_.UpdateDepartment(ACall(), update), HasReason(type::v1::REFERENCE_CONFLICT));
}

TEST_F(References, PoliciesAreCreatedReadListedAndChanged) {
  const v1::Policy policy = NewPolicy("a");
  NewPolicy("b");
  EXPECT_EQ(policy.status(), v1::Policy::VALID);
  v1::UpdatePolicyRequest update;
  update.mutable_policy()->set_name("policies/a");
  update.mutable_policy()->set_etag(policy.etag());
  update.mutable_policy()->set_status(v1::Policy::REPLACED);
  update.mutable_policy()->set_replaced_by("policies/b");

  const auto changed = service_.UpdatePolicy(ACall(), update);

  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->title(), "办法a");
  v1::GetPolicyRequest get;
  get.set_name("policies/a");
  EXPECT_EQ(service_.GetPolicy(ACall(), get)->replaced_by(), "policies/b");
  EXPECT_EQ(service_.ListPolicies(ACall(), {})->policies_size(), 2);
  update.mutable_policy()->set_etag(changed->etag());
  update.mutable_policy()->set_replaced_by("policies/none");
  EXPECT_THAT(service_.UpdatePolicy(ACall(), update), HasReason(type::v1::REFERENCE_CONFLICT));
  update.mutable_policy()->set_name("policies/none");
  EXPECT_THAT(service_.UpdatePolicy(ACall(), update), HasReason(type::v1::RESOURCE_NOT_FOUND));
  update.mutable_policy()->set_name("departments/a");
  EXPECT_THAT(service_.UpdatePolicy(ACall(), update), HasReason(type::v1::INVALID_NAME));
}

}  // namespace
}  // namespace hotline::knowledge
