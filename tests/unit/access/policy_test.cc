// The table of rights: complete, closed by default, and with three powers that stay apart.
#include "services/access/policy.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/answer/v1/open_data_service.pb.h"
#include "hotline/audit/v1/audit_service.pb.h"
#include "hotline/identity/v1/identity_service.pb.h"
#include "hotline/insight/v1/correction_service.pb.h"
#include "hotline/insight/v1/event_service.pb.h"
#include "hotline/insight/v1/gap_service.pb.h"
#include "hotline/insight/v1/privacy_service.pb.h"
#include "hotline/insight/v1/quality_service.pb.h"
#include "hotline/insight/v1/reading_service.pb.h"
#include "hotline/insight/v1/receipt_service.pb.h"
#include "hotline/insight/v1/usage_service.pb.h"
#include "hotline/knowledge/v1/check_service.pb.h"
#include "hotline/knowledge/v1/fact_service.pb.h"
#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "hotline/knowledge/v1/review_service.pb.h"
#include "hotline/knowledge/v1/sheet_service.pb.h"
#include "hotline/knowledge/v1/synonym_service.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::access {
namespace {

using google::protobuf::FileDescriptor;
using identity::v1::Grant;

// Every file of the contract that has services. A new one belongs here.
std::vector<const FileDescriptor*> ServiceFiles() {
  return {answer::v1::AskRequest::descriptor()->file(),
          answer::v1::GetOpenSnapshotRequest::descriptor()->file(),
          audit::v1::ListAuditRecordsRequest::descriptor()->file(),
          identity::v1::SignInRequest::descriptor()->file(),
          insight::v1::ReportCorrectionRequest::descriptor()->file(),
          insight::v1::MarkMajorEventRequest::descriptor()->file(),
          insight::v1::ReportGapRequest::descriptor()->file(),
          insight::v1::MaskTextRequest::descriptor()->file(),
          insight::v1::MeasureQualityRequest::descriptor()->file(),
          insight::v1::RecordUseRequest::descriptor()->file(),
          insight::v1::CreateReceiptRequest::descriptor()->file(),
          insight::v1::ReportFeedbackRequest::descriptor()->file(),
          knowledge::v1::CheckContentRequest::descriptor()->file(),
          knowledge::v1::GetFactRequest::descriptor()->file(),
          knowledge::v1::GetEntryRequest::descriptor()->file(),
          knowledge::v1::SubmitEntryRequest::descriptor()->file(),
          knowledge::v1::ImportSheetRequest::descriptor()->file(),
          knowledge::v1::GetSynonymSetRequest::descriptor()->file(),
          store::v1::CommitRequest::descriptor()->file()};
}

std::vector<std::string> Methods() {
  std::vector<std::string> methods;
  for (const FileDescriptor* file : ServiceFiles()) {
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m)
        methods.push_back("/" + service->full_name() + "/" + service->method(m)->name());
    }
  }
  return methods;
}

std::vector<Permission> All() {
  std::vector<Permission> all;
  for (int i = 0; i < kPermissionCount; ++i) all.push_back(static_cast<Permission>(i));
  return all;
}

// Departments of which each one's parent is the name without its last part: a.b is below a.
class Dotted final : public runtime::DepartmentTree {
 public:
  bool Covers(std::string_view above, std::string_view department) const override {
    return department == above || (department.substr(0, above.size()) == above &&
                                   department.substr(above.size(), 1) == ".");
  }
};

TEST(PolicyTest, EveryMethodOfTheContractHasARule) {
  const auto methods = Methods();
  EXPECT_GT(methods.size(), 80U);
  for (const std::string& method : methods)
    EXPECT_NE(FindRule(method), nullptr) << method << " has no rule in services/access/policy.cc";
}

TEST(PolicyTest, AMethodWithoutARuleIsRefusedAndARuleThatAsksForRightsNamesThem) {
  EXPECT_EQ(FindRule("/hotline.knowledge.v1.KnowledgeService/DropEverything"), nullptr);
  for (const std::string& method : Methods()) {
    const RpcRule* rule = FindRule(method);
    ASSERT_NE(rule, nullptr) << method;
    const bool asks = rule->who == RpcRule::Who::kAnyOf || rule->who == RpcRule::Who::kInside;
    EXPECT_EQ(asks, !rule->any_of.empty()) << method;
  }
}

TEST(PolicyTest, OnlyWhatThePublicDoesAndSignInsWorkWithoutACredential) {
  std::set<std::string> open;
  for (const std::string& method : Methods()) {
    const auto who = FindRule(method)->who;
    if (who == RpcRule::Who::kAnyone || who == RpcRule::Who::kPublic)
      open.insert(method.substr(method.rfind('/') + 1));
  }

  // What may be read, what proves and mends it, and how one signs in.
  EXPECT_THAT(open, ::testing::ElementsAre("Ask", "BatchGetAnswers", "Bootstrap", "CreateReceipt",
                                           "GetAnswer", "GetCorrectionStatus", "GetOpenChanges",
                                           "GetOpenDataKey", "GetOpenSnapshot", "GetReceipt",
                                           "GetSigningKey", "ListHotQuestions", "ListOpenEntries",
                                           "ReportCorrection", "ReportFeedback", "Search", "SignIn",
                                           "Suggest", "WatchAnswers"));
}

TEST(PolicyTest, AConversationIsReadWithACredentialOnlyAndFedByServicesToo) {
  EXPECT_EQ(FindRule("/hotline.answer.v1.AnswerService/FollowAssist")->who, RpcRule::Who::kAnyOf);
  EXPECT_EQ(FindRule("/hotline.answer.v1.AnswerService/AddUtterances")->who, RpcRule::Who::kInside);
}

TEST(PolicyTest, TheStoresDoorIsForNobody) {
  for (const char* method : {"Commit", "ListResources", "GetResource", "FollowChanges",
                             "ListVersions", "BatchGetResources"}) {
    const RpcRule* rule = FindRule("/hotline.store.v1.StoreService/" + std::string(method));
    ASSERT_NE(rule, nullptr) << method;
    EXPECT_EQ(rule->who, RpcRule::Who::kNobody) << method;
  }
}

TEST(PolicyTest, ASystemAdministratorNeitherWritesKnowledgeNorSeesTheAudit) {
  for (const Permission permission :
       {Permission::kWriteEntries, Permission::kReviewEntries, Permission::kPublish,
        Permission::kRecall, Permission::kWriteLedgers, Permission::kWriteTerms,
        Permission::kMigrate, Permission::kReadAudit, Permission::kExport}) {
    EXPECT_FALSE(RoleAllows(identity::v1::SYSTEM_ADMIN, permission)) << NameOf(permission);
  }
}

TEST(PolicyTest, AnAuditorOnlyReads) {
  for (const Permission permission : All()) {
    const bool reads = permission == Permission::kReadAudit ||
                       permission == Permission::kReadEntries ||
                       permission == Permission::kReadInternal || permission == Permission::kExport;
    EXPECT_EQ(RoleAllows(identity::v1::AUDITOR, permission), reads) << NameOf(permission);
  }
}

TEST(PolicyTest, EachPermissionHasARoleAndAName) {
  for (const Permission permission : All()) {
    EXPECT_FALSE(RolesWith(permission).empty()) << NameOf(permission);
    EXPECT_FALSE(NameOf(permission).empty());
    EXPECT_FALSE(WordOf(permission).empty());
  }
  EXPECT_EQ(NameOf(Permission::kPublish), "PUBLISH");
  EXPECT_EQ(NameOf(Permission::kManageAccounts), "MANAGE_ACCOUNTS");
}

TEST(PolicyTest, AGrantReachesWhatIsBelowItsBoundsAndNothingElse) {
  const Dotted tree;
  Grant grant;
  grant.set_department("departments/a");
  grant.set_region("440300");
  grant.set_category("社会保障");

  EXPECT_TRUE(Reaches(grant, {"departments/a", "440300", "社会保障"}, &tree));
  EXPECT_TRUE(Reaches(grant, {"departments/a.b", "440305", "社会保障/社保缴费"}, &tree));
  EXPECT_FALSE(Reaches(grant, {"departments/ab", "440305", "社会保障"}, &tree));
  EXPECT_FALSE(Reaches(grant, {"departments/a", "440000", "社会保障"}, &tree)) << "the province";
  EXPECT_FALSE(Reaches(grant, {"departments/a", "440100", "社会保障"}, &tree)) << "another city";
  EXPECT_FALSE(Reaches(grant, {"departments/a", "440300", "社会保障卡"}, &tree));
}

TEST(PolicyTest, WhatBelongsToNoPlaceIsForGrantsWithoutBounds) {
  Grant bound;
  bound.set_department("departments/a");
  Grant region;
  region.set_region("440300");

  EXPECT_FALSE(Reaches(bound, {}, nullptr));
  EXPECT_FALSE(Reaches(region, {}, nullptr));
  EXPECT_TRUE(Reaches(Grant(), {}, nullptr));
  EXPECT_TRUE(Reaches(Grant(), {"departments/x", "440300", "其他"}, nullptr));
}

}  // namespace
}  // namespace hotline::access
