#include "services/access/policy.h"

#include <array>
#include <cstdint>
#include <unordered_map>

#include "proto/cc/regions.h"

namespace hotline::access {
namespace {

using enum Permission;
using P = Permission;

constexpr uint32_t Bit(P permission) { return 1U << static_cast<unsigned>(permission); }

template <typename... Ps>
constexpr uint32_t Set(Ps... permissions) {
  return (0U | ... | Bit(permissions));
}

struct RoleRow {
  Role role;
  std::string_view word;
  uint32_t permissions;
};

constexpr uint32_t kReads = Set(kReadEntries, kReadInternal);

// Roles. What no role has, nobody may do.
constexpr std::array kRoles = {
    RoleRow{identity::v1::VIEWER, "查看", kReads},
    RoleRow{identity::v1::AGENT, "坐席", Set(kReadInternal)},
    RoleRow{identity::v1::EDITOR, "采编", kReads | Set(kWriteEntries)},
    RoleRow{identity::v1::REVIEWER, "审核", kReads | Set(kReviewEntries)},
    RoleRow{identity::v1::PUBLISHER, "发布", kReads | Set(kPublish, kRecall, kExport, kWriteTerms)},
    RoleRow{identity::v1::DEPARTMENT_ADMIN, "部门管理员",
            kReads | Set(kWriteLedgers, kWriteTerms, kManageIdentities)},
    RoleRow{identity::v1::AUDITOR, "审计员", kReads | Set(kReadAudit, kExport)},
    RoleRow{identity::v1::SYSTEM_ADMIN, "系统管理员",
            Set(kManageDepartments, kManageIdentities, kManageAccounts)},
    RoleRow{identity::v1::CHANNEL_SERVICE, "渠道服务", Set()},
    RoleRow{
        identity::v1::MIGRATOR, "迁移",
        Set(kReadEntries, kWriteEntries, kWriteLedgers, kWriteTerms, kManageDepartments, kMigrate)},
};

struct PermissionRow {
  P permission;
  std::string_view name;
  std::string_view word;
};

constexpr std::array<PermissionRow, kPermissionCount> kPermissions = {{
    {kReadEntries, "READ_ENTRIES", "查看知识条目"},
    {kReadInternal, "READ_INTERNAL", "查看内部口径"},
    {kWriteEntries, "WRITE_ENTRIES", "采编"},
    {kReviewEntries, "REVIEW_ENTRIES", "审核"},
    {kPublish, "PUBLISH", "发布"},
    {kRecall, "RECALL", "召回"},
    {kWriteLedgers, "WRITE_LEDGERS", "维护台账"},
    {kWriteTerms, "WRITE_TERMS", "维护用语表"},
    {kMigrate, "MIGRATE", "迁移已审定的知识"},
    {kExport, "EXPORT", "批量导出"},
    {kManageDepartments, "MANAGE_DEPARTMENTS", "管理部门与日历"},
    {kManageIdentities, "MANAGE_IDENTITIES", "管理人员"},
    {kReadAudit, "READ_AUDIT", "查看审计"},
    {kManageAccounts, "MANAGE_ACCOUNTS", "管理服务账号与运维"},
}};

using Who = RpcRule::Who;

struct RuleRow {
  std::string_view rpc;
  Who who;
  uint32_t any_of = 0;  // in the order of the enum; the first one is what messages name
};

// RPCs. A method that is not here is refused.
constexpr RuleRow kRules[] = {
    {"/hotline.answer.v1.AnswerService/Ask", Who::kPublic},
    {"/hotline.answer.v1.AnswerService/Search", Who::kPublic},
    {"/hotline.answer.v1.AnswerService/Suggest", Who::kPublic},
    {"/hotline.answer.v1.AnswerService/GetAnswer", Who::kPublic},
    {"/hotline.answer.v1.AnswerService/BatchGetAnswers", Who::kPublic},
    {"/hotline.answer.v1.AnswerService/WatchAnswers", Who::kPublic},
    {"/hotline.answer.v1.AnswerService/RankQuestions", Who::kInside, Set(kReadEntries)},
    {"/hotline.answer.v1.AnswerService/Assist", Who::kInside, Set(kReadInternal)},
    {"/hotline.answer.v1.AnswerService/AddUtterances", Who::kInside, Set(kReadInternal)},
    // What citizens say: nobody without a credential, from wherever.
    {"/hotline.answer.v1.AnswerService/FollowAssist", Who::kAnyOf, Set(kReadInternal)},

    {"/hotline.answer.v1.OpenDataService/ListOpenEntries", Who::kPublic},
    {"/hotline.answer.v1.OpenDataService/GetOpenSnapshot", Who::kPublic},
    {"/hotline.answer.v1.OpenDataService/GetOpenChanges", Who::kPublic},
    {"/hotline.answer.v1.OpenDataService/GetOpenDataKey", Who::kPublic},

    {"/hotline.audit.v1.AuditService/ListAuditRecords", Who::kAnyOf, Set(kReadAudit)},
    {"/hotline.audit.v1.AuditService/ExportAudit", Who::kAnyOf, Set(kReadAudit)},

    {"/hotline.identity.v1.IdentityService/Bootstrap", Who::kAnyone},
    {"/hotline.identity.v1.IdentityService/SignIn", Who::kAnyone},
    {"/hotline.identity.v1.IdentityService/RefreshSession", Who::kSelf},
    {"/hotline.identity.v1.IdentityService/SignOut", Who::kSelf},
    {"/hotline.identity.v1.IdentityService/ChangePassword", Who::kSelf},
    {"/hotline.identity.v1.IdentityService/GetSelf", Who::kSelf},
    {"/hotline.identity.v1.IdentityService/ExplainAccess", Who::kSignedIn},
    {"/hotline.identity.v1.IdentityService/GetPerson", Who::kSignedIn},  // oneself
    {"/hotline.identity.v1.IdentityService/ListPeople", Who::kAnyOf,
     Set(kManageIdentities, kReadAudit)},
    {"/hotline.identity.v1.IdentityService/CreatePerson", Who::kAnyOf, Set(kManageIdentities)},
    {"/hotline.identity.v1.IdentityService/UpdatePerson", Who::kAnyOf, Set(kManageIdentities)},
    {"/hotline.identity.v1.IdentityService/ResetPassword", Who::kAnyOf, Set(kManageIdentities)},
    {"/hotline.identity.v1.IdentityService/DelegateRole", Who::kSignedIn},  // one's own right
    {"/hotline.identity.v1.IdentityService/GetServiceAccount", Who::kAnyOf,
     Set(kManageAccounts, kReadAudit)},
    {"/hotline.identity.v1.IdentityService/ListServiceAccounts", Who::kAnyOf,
     Set(kManageAccounts, kReadAudit)},
    {"/hotline.identity.v1.IdentityService/CreateServiceAccount", Who::kAnyOf,
     Set(kManageAccounts)},
    {"/hotline.identity.v1.IdentityService/UpdateServiceAccount", Who::kAnyOf,
     Set(kManageAccounts)},
    {"/hotline.identity.v1.IdentityService/ListApiKeys", Who::kAnyOf,
     Set(kManageAccounts, kReadAudit)},
    {"/hotline.identity.v1.IdentityService/CreateApiKey", Who::kAnyOf, Set(kManageAccounts)},
    {"/hotline.identity.v1.IdentityService/RevokeApiKey", Who::kAnyOf, Set(kManageAccounts)},
    {"/hotline.identity.v1.IdentityService/ListSessions", Who::kSignedIn},  // one's own
    {"/hotline.identity.v1.IdentityService/EndSession", Who::kSignedIn},    // one's own

    {"/hotline.insight.v1.ReceiptService/CreateReceipt", Who::kPublic},
    {"/hotline.insight.v1.ReceiptService/GetReceipt", Who::kPublic},
    {"/hotline.insight.v1.ReceiptService/ListReceipts", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.ReceiptService/ListRecallReceipts", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.GapService/ReportGap", Who::kAnyOf, Set(kReadInternal)},
    {"/hotline.insight.v1.GapService/GetGap", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.GapService/ListGaps", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.GapService/AssignGap", Who::kAnyOf,
     Set(kPublish, kReviewEntries, kWriteLedgers)},
    {"/hotline.insight.v1.GapService/MergeGaps", Who::kAnyOf,
     Set(kPublish, kReviewEntries, kWriteLedgers)},
    {"/hotline.insight.v1.GapService/CloseGap", Who::kAnyOf, Set(kWriteEntries, kPublish)},
    {"/hotline.insight.v1.GapService/GetGapFigures", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.CorrectionService/ReportCorrection", Who::kPublic},
    {"/hotline.insight.v1.CorrectionService/GetCorrectionStatus", Who::kPublic},
    {"/hotline.insight.v1.CorrectionService/GetCorrection", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.CorrectionService/ListCorrections", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.CorrectionService/CloseCorrection", Who::kAnyOf,
     Set(kWriteEntries, kPublish)},
    {"/hotline.insight.v1.UsageService/ReportFeedback", Who::kPublic},
    {"/hotline.insight.v1.UsageService/RecordAsks", Who::kInside, Set(kMigrate)},
    {"/hotline.insight.v1.UsageService/ListHotQuestions", Who::kPublic},
    {"/hotline.insight.v1.UsageService/ListRisingQuestions", Who::kAnyOf, Set(kReadInternal)},
    {"/hotline.insight.v1.UsageService/WatchRisingQuestions", Who::kAnyOf, Set(kReadInternal)},
    {"/hotline.insight.v1.UsageService/GetEntryUsage", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.EventService/MarkMajorEvent", Who::kAnyOf, Set(kPublish, kWriteLedgers)},
    {"/hotline.insight.v1.EventService/GetMajorEvent", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.EventService/ListMajorEvents", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.EventService/CompleteStep", Who::kAnyOf, Set(kPublish, kWriteEntries)},
    {"/hotline.insight.v1.EventService/CloseMajorEvent", Who::kAnyOf, Set(kPublish, kWriteLedgers)},
    {"/hotline.insight.v1.ReadingService/CreateSubscription", Who::kSignedIn},
    {"/hotline.insight.v1.ReadingService/ListSubscriptions", Who::kSignedIn},
    {"/hotline.insight.v1.ReadingService/DeleteSubscription", Who::kSignedIn},
    {"/hotline.insight.v1.ReadingService/RecordUse", Who::kAnyOf, Set(kReadInternal)},
    {"/hotline.insight.v1.ReadingService/ListReadingItems", Who::kSignedIn},
    {"/hotline.insight.v1.ReadingService/AcknowledgeItems", Who::kSignedIn},
    {"/hotline.insight.v1.ReadingService/GetReadingShare", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.ReadingService/WatchChanges", Who::kAnyOf,
     Set(kReadEntries, kReadInternal)},
    {"/hotline.insight.v1.ReadingService/GetSigningKey", Who::kPublic},
    {"/hotline.insight.v1.ReadingService/CreateWebhook", Who::kAnyOf, Set(kManageAccounts)},
    {"/hotline.insight.v1.ReadingService/ListWebhooks", Who::kAnyOf,
     Set(kManageAccounts, kReadAudit)},
    {"/hotline.insight.v1.ReadingService/UpdateWebhook", Who::kAnyOf, Set(kManageAccounts)},
    {"/hotline.insight.v1.ReadingService/DeleteWebhook", Who::kAnyOf, Set(kManageAccounts)},
    {"/hotline.insight.v1.QualityService/MeasureQuality", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.QualityService/GetQualityReport", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.QualityService/ListQualityReports", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.QualityService/ListQualityFindings", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.insight.v1.QualityService/ExportQualityReport", Who::kAnyOf,
     Set(kReadEntries, kExport)},
    {"/hotline.insight.v1.PrivacyService/MaskText", Who::kInside, Set(kReadInternal)},
    {"/hotline.insight.v1.PrivacyService/ListRetentionRuns", Who::kAnyOf,
     Set(kReadAudit, kManageAccounts)},

    {"/hotline.knowledge.v1.KnowledgeService/GetEntry", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/ListEntries", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/CreateEntry", Who::kAnyOf, Set(kWriteEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/UpdateEntry", Who::kAnyOf, Set(kWriteEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/PublishEntry", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/RetireEntry", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/RecallEntry", Who::kAnyOf, Set(kRecall)},
    {"/hotline.knowledge.v1.KnowledgeService/SetEntryVariant", Who::kAnyOf,
     Set(kWriteEntries, kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/GetEntryRevision", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/ListEntryRevisions", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/DiffEntryRevisions", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/GetRelease", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/ListReleases", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/CreateRelease", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/UpdateRelease", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/RehearseRelease", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/PublishRelease", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/ScheduleRelease", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/CancelRelease", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/RollBackRelease", Who::kAnyOf, Set(kPublish)},
    {"/hotline.knowledge.v1.KnowledgeService/ListReferrers", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/GetRecall", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/ListRecalls", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/GetDepartment", Who::kSignedIn},
    {"/hotline.knowledge.v1.KnowledgeService/ListDepartments", Who::kSignedIn},
    {"/hotline.knowledge.v1.KnowledgeService/CreateDepartment", Who::kAnyOf,
     Set(kManageDepartments)},
    {"/hotline.knowledge.v1.KnowledgeService/UpdateDepartment", Who::kAnyOf,
     Set(kManageDepartments)},
    {"/hotline.knowledge.v1.KnowledgeService/GetPolicy", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/ListPolicies", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.KnowledgeService/CreatePolicy", Who::kAnyOf, Set(kWriteLedgers)},
    {"/hotline.knowledge.v1.KnowledgeService/UpdatePolicy", Who::kAnyOf, Set(kWriteLedgers)},
    {"/hotline.knowledge.v1.KnowledgeService/ImportEntries", Who::kAnyOf,
     Set(kWriteEntries, kMigrate)},
    {"/hotline.knowledge.v1.KnowledgeService/ExportEntries", Who::kAnyOf, Set(kExport)},
    {"/hotline.knowledge.v1.KnowledgeService/GetWriteOutcome", Who::kSignedIn},

    {"/hotline.knowledge.v1.ReviewService/SubmitEntry", Who::kAnyOf, Set(kWriteEntries)},
    {"/hotline.knowledge.v1.ReviewService/TakeBackEntry", Who::kAnyOf, Set(kWriteEntries)},
    {"/hotline.knowledge.v1.ReviewService/ReviewEntry", Who::kAnyOf, Set(kReviewEntries)},
    {"/hotline.knowledge.v1.ReviewService/CommentEntry", Who::kAnyOf,
     Set(kWriteEntries, kReviewEntries, kPublish)},
    {"/hotline.knowledge.v1.ReviewService/ListReviewQueue", Who::kAnyOf,
     Set(kReviewEntries, kReadEntries)},
    {"/hotline.knowledge.v1.ReviewService/ProposeHoldingAnswer", Who::kAnyOf,
     Set(kPublish, kWriteEntries)},
    {"/hotline.knowledge.v1.ReviewService/ConfirmHoldingAnswer", Who::kAnyOf, Set(kPublish)},

    {"/hotline.knowledge.v1.FactService/GetFact", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.FactService/ListFacts", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.FactService/CreateFact", Who::kAnyOf, Set(kWriteLedgers)},
    {"/hotline.knowledge.v1.FactService/UpdateFact", Who::kAnyOf, Set(kWriteLedgers)},
    {"/hotline.knowledge.v1.FactService/DeleteFact", Who::kAnyOf, Set(kWriteLedgers)},
    {"/hotline.knowledge.v1.TaskService/ListTasks", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.TaskService/CloseTask", Who::kAnyOf,
     Set(kWriteEntries, kReviewEntries, kPublish, kWriteLedgers)},
    {"/hotline.knowledge.v1.TaskService/GetCalendar", Who::kSignedIn},
    {"/hotline.knowledge.v1.TaskService/UpdateCalendar", Who::kAnyOf, Set(kManageDepartments)},
    {"/hotline.knowledge.v1.TaskService/AddWorkingDays", Who::kSignedIn},

    {"/hotline.knowledge.v1.CheckService/CheckContent", Who::kAnyOf,
     Set(kReadEntries, kWriteEntries)},
    {"/hotline.knowledge.v1.CheckService/ScanPublished", Who::kInside, Set(kReadEntries)},
    {"/hotline.knowledge.v1.CheckService/MergeEntries", Who::kAnyOf, Set(kPublish, kWriteTerms)},
    {"/hotline.knowledge.v1.CheckService/GetTermList", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.CheckService/ListTermLists", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.CheckService/PutTermList", Who::kAnyOf, Set(kWriteTerms)},
    {"/hotline.knowledge.v1.CheckService/DeleteTermList", Who::kAnyOf, Set(kWriteTerms)},
    {"/hotline.knowledge.v1.CheckService/ListGoldenQuestions", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.CheckService/CreateGoldenQuestion", Who::kAnyOf, Set(kWriteLedgers)},
    {"/hotline.knowledge.v1.CheckService/DeleteGoldenQuestion", Who::kAnyOf, Set(kWriteLedgers)},

    {"/hotline.knowledge.v1.SynonymService/GetSynonymSet", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.SynonymService/ListSynonymSets", Who::kAnyOf, Set(kReadEntries)},
    {"/hotline.knowledge.v1.SynonymService/CreateSynonymSet", Who::kAnyOf, Set(kWriteTerms)},
    {"/hotline.knowledge.v1.SynonymService/UpdateSynonymSet", Who::kAnyOf, Set(kWriteTerms)},
    {"/hotline.knowledge.v1.SynonymService/DeleteSynonymSet", Who::kAnyOf, Set(kWriteTerms)},

    {"/hotline.knowledge.v1.SheetService/ImportSheet", Who::kAnyOf, Set(kWriteEntries, kMigrate)},
    {"/hotline.knowledge.v1.SheetService/ExportSheet", Who::kAnyOf, Set(kExport)},
    {"/hotline.knowledge.v1.SheetService/ImportWholeSheet", Who::kAnyOf,
     Set(kWriteEntries, kMigrate)},

    // The store's door in kb-server. Whoever may commit may do everything, so nobody may.
    {"/hotline.store.v1.StoreService/Commit", Who::kNobody},
    {"/hotline.store.v1.StoreService/GetResource", Who::kNobody},
    {"/hotline.store.v1.StoreService/BatchGetResources", Who::kNobody},
    {"/hotline.store.v1.StoreService/ListResources", Who::kNobody},
    {"/hotline.store.v1.StoreService/ListVersions", Who::kNobody},
    {"/hotline.store.v1.StoreService/GetRequestOutcome", Who::kNobody},
    {"/hotline.store.v1.StoreService/GetRevisionAtTime", Who::kNobody},
    {"/hotline.store.v1.StoreService/FollowChanges", Who::kNobody},
    {"/hotline.store.v1.StoreService/ReadAudit", Who::kNobody},
    {"/hotline.store.v1.StoreService/ReportFollower", Who::kNobody},
    {"/hotline.store.v1.StoreService/ListFollowers", Who::kAnyOf, Set(kReadAudit, kManageAccounts)},
    {"/hotline.store.v1.StoreService/GetStoreStatus", Who::kAnyOf,
     Set(kReadAudit, kManageAccounts)},
    {"/hotline.store.v1.StoreService/GetDigest", Who::kAnyOf, Set(kReadAudit, kManageAccounts)},
    {"/hotline.store.v1.StoreService/VerifyStore", Who::kAnyOf, Set(kReadAudit, kManageAccounts)},
};

std::vector<P> Listed(uint32_t set) {
  std::vector<P> permissions;
  for (const PermissionRow& row : kPermissions) {
    if ((set & Bit(row.permission)) != 0) permissions.push_back(row.permission);
  }
  return permissions;
}

const RoleRow* FindRole(Role role) {
  for (const RoleRow& row : kRoles) {
    if (row.role == role) return &row;
  }
  return nullptr;
}

const PermissionRow& RowOf(P permission) { return kPermissions[static_cast<size_t>(permission)]; }

bool RegionInside(std::string_view region, std::string_view bound) {
  if (bound.empty()) return true;
  return !region.empty() && RegionDistance(region, bound).has_value();
}

// "社会保障" covers "社会保障/社保缴费", not "社会保障卡".
bool CategoryInside(std::string_view category, std::string_view bound) {
  if (bound.empty()) return true;
  if (category.substr(0, bound.size()) != bound) return false;
  return category.size() == bound.size() || bound.back() == '/' || category[bound.size()] == '/';
}

bool DepartmentInside(std::string_view department, std::string_view bound,
                      const runtime::DepartmentTree* departments) {
  if (bound.empty()) return true;
  if (department.empty()) return false;
  return department == bound || (departments != nullptr && departments->Covers(bound, department));
}

}  // namespace

bool RoleAllows(Role role, Permission permission) {
  const RoleRow* row = FindRole(role);
  return row != nullptr && (row->permissions & Bit(permission)) != 0;
}

std::vector<Role> RolesWith(Permission permission) {
  std::vector<Role> roles;
  for (const RoleRow& row : kRoles) {
    if ((row.permissions & Bit(permission)) != 0) roles.push_back(row.role);
  }
  return roles;
}

std::string_view NameOf(Permission permission) { return RowOf(permission).name; }
std::string_view WordOf(Permission permission) { return RowOf(permission).word; }

std::string_view WordOf(Role role) {
  const RoleRow* row = FindRole(role);
  return row == nullptr ? "未知角色" : row->word;
}

const RpcRule* FindRule(std::string_view rpc) {
  static const auto& rules = *[] {
    auto* made = new std::unordered_map<std::string_view, RpcRule>();
    for (const RuleRow& row : kRules) made->emplace(row.rpc, RpcRule{row.who, Listed(row.any_of)});
    return made;
  }();
  const auto found = rules.find(rpc);
  return found == rules.end() ? nullptr : &found->second;
}

bool Reaches(const identity::v1::Grant& grant, const Place& place,
             const runtime::DepartmentTree* departments) {
  return DepartmentInside(place.department, grant.department(), departments) &&
         RegionInside(place.region, grant.region()) &&
         CategoryInside(place.category, grant.category());
}

bool Includes(const identity::v1::Grant& outer, const identity::v1::Grant& inner,
              const runtime::DepartmentTree* departments) {
  return Reaches(outer, {inner.department(), inner.region(), inner.category()}, departments);
}

}  // namespace hotline::access
