#include "services/access/rights.h"

#include <algorithm>
#include <string>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/directory.h"

namespace hotline::access {
namespace {

using store::v1::CommitRequest;
using store::v1::CommitResponse;
using store::v1::Resource;

// How often the person may change, harmlessly, between a look and the commit.
constexpr int kLooksMax = 5;

absl::Status RightsAreGone(const runtime::Call& call) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                   "提交之前您的权限已被更改，这次修改没有生效。如有疑问请联系管理员。",
                   {{"rpc", std::string(call.rpc)}, {"permission", ""}, {"roles", ""}});
}

absl::Status CredentialIsGone() {
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED,
                   "提交之前您的登录已失效，这次修改没有生效，请重新登录。");
}

// Every grant that the decision may have rested on is still there, word for word.
template <typename Holder>
bool StillGranted(const Principal& principal, const Holder& holder) {
  return std::all_of(principal.grants().begin(), principal.grants().end(), [&](const Grant& grant) {
    return std::any_of(holder.grants().begin(), holder.grants().end(), [&](const Grant& now) {
      return now.SerializeAsString() == grant.SerializeAsString();
    });
  });
}

bool HoldsStill(const Principal& principal, const Resource& resource) {
  if (resource.has_person()) {
    const Person& person = resource.person();
    // A password that was reset ends every session opened before.
    const bool reset = person.must_change_password() && !principal.must_change_password();
    return !person.disabled() && !reset && StillGranted(principal, person);
  }
  return resource.has_account() && !resource.account().disabled() &&
         StillGranted(principal, resource.account());
}

// The etags that a commit rests on.
struct Anchor {
  std::string name;
  std::string etag;
};

class Anchors {
 public:
  explicit Anchors(const Principal& principal) : principal_(principal) {
    anchors_.push_back({principal.name(), principal.etag()});
    if (!principal.credential().empty())
      anchors_.push_back({principal.credential(), principal.credential_etag()});
  }

  void AddTo(CommitRequest* commit) const {
    for (const Anchor& anchor : anchors_) {
      auto* condition = commit->add_preconditions();
      condition->set_name(anchor.name);
      condition->set_etag(anchor.etag);
    }
  }

  void TakeFrom(CommitRequest* commit) const {
    for (size_t i = 0; i < anchors_.size(); ++i) commit->mutable_preconditions()->RemoveLast();
  }

  // Whether a commit was refused because of one of them.
  bool Refused(const absl::Status& status) const {
    if (ReasonOf(status) != type::v1::ETAG_MISMATCH) return false;
    const std::string name = MetadataOf(status)["name"];
    return std::any_of(anchors_.begin(), anchors_.end(),
                       [&](const Anchor& anchor) { return anchor.name == name; });
  }

  // Looks at them as they are now.
  absl::Status Look(storage::Store& store, const runtime::Call& call) {
    std::vector<std::string> names;
    for (const Anchor& anchor : anchors_) names.push_back(anchor.name);
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store.BatchGet(names, 0, call.deadline));
    // Sessions and keys are written once more at most: when they end.
    if (page.resources.size() != anchors_.size()) return CredentialIsGone();
    for (size_t i = 0; i < anchors_.size(); ++i) {
      const std::string etag = MakeEtag(page.resources[i].kb_revision);
      if (i > 0 && etag != anchors_[i].etag) return CredentialIsGone();
      anchors_[i].etag = etag;
    }
    return HoldsStill(principal_, page.resources[0].resource) ? absl::OkStatus()
                                                              : RightsAreGone(call);
  }

 private:
  const Principal& principal_;
  std::vector<Anchor> anchors_;
};

}  // namespace

absl::StatusOr<CommitResponse> CommitUnderRights(storage::Store& store, const runtime::Call& call,
                                                 CommitRequest* commit) {
  if (call.caller.principal == nullptr) return store.Commit(*commit, call.deadline);
  Anchors anchors(*call.caller.principal);
  for (int look = 1;; ++look) {
    anchors.AddTo(commit);
    auto response = store.Commit(*commit, call.deadline);
    anchors.TakeFrom(commit);
    if (response.ok() || !anchors.Refused(response.status())) return response;
    if (look == kLooksMax) return RightsAreGone(call);
    RETURN_IF_ERROR(anchors.Look(store, call));
  }
}

}  // namespace hotline::access
