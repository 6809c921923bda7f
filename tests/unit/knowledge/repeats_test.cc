// Idempotency: for every mutating method a repeated request_id returns the first outcome, has no
// second effect, and is refused for another request.
#include <functional>

#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using google::protobuf::Message;

// One mutating method: makes its request on a fresh base, calls it, and makes another request of
// the same type.
struct Method {
  std::string name;
  std::function<std::string(KnowledgeService&, const std::string& request_id, bool other)>
      call;  // reply's bytes
};

std::string Bytes(const absl::StatusOr<v1::Entry>& reply) {
  return reply.ok() ? reply->SerializeAsString()
                    : type::v1::ErrorReason_Name(ReasonOf(reply.status()));
}
std::string Bytes(const absl::StatusOr<v1::Release>& reply) {
  return reply.ok() ? reply->SerializeAsString()
                    : type::v1::ErrorReason_Name(ReasonOf(reply.status()));
}
std::string Bytes(const absl::StatusOr<v1::Department>& reply) {
  return reply.ok() ? reply->SerializeAsString()
                    : type::v1::ErrorReason_Name(ReasonOf(reply.status()));
}
std::string Bytes(const absl::StatusOr<v1::Policy>& reply) {
  return reply.ok() ? reply->SerializeAsString()
                    : type::v1::ErrorReason_Name(ReasonOf(reply.status()));
}
std::string Bytes(absl::StatusOr<v1::Recall> reply) {
  if (!reply.ok()) return type::v1::ErrorReason_Name(ReasonOf(reply.status()));
  reply->clear_receipt();  // as of now, by design
  return reply->SerializeAsString();
}

v1::Entry Read(KnowledgeService& service, const std::string& name) {
  v1::GetEntryRequest request;
  request.set_name(name);
  return *service.GetEntry(ACall(), request);
}

v1::EntryContent SoundContent() { return AnEntry().Build().content(); }

// Etags of the state that the first call saw are remembered by what the requests were made from:
// see Prepared.
struct Prepared {
  std::string draft_etag;
  std::string online_etag;
  v1::Release release;
};
Prepared prepared;

void Prepare(KnowledgeService& service) {
  for (const char* id : {"draft", "online"}) {
    v1::CreateEntryRequest create;
    create.set_entry_id(id);
    *create.mutable_entry()->mutable_content() = SoundContent();
    ASSERT_THAT(service.CreateEntry(ACall(), create), IsOk());
  }
  v1::PublishEntryRequest publish;
  publish.set_name("entries/online");
  publish.set_etag(Read(service, "entries/online").etag());
  ASSERT_THAT(service.PublishEntry(ACall(), publish), IsOk());
  v1::CreateDepartmentRequest department;
  department.set_department_id("d");
  department.mutable_department()->set_display_name("局");
  ASSERT_THAT(service.CreateDepartment(ACall(), department), IsOk());
  v1::CreatePolicyRequest policy;
  policy.set_policy_id("p");
  policy.mutable_policy()->set_title("办法");
  policy.mutable_policy()->set_region("440300");
  ASSERT_THAT(service.CreatePolicy(ACall(), policy), IsOk());
  v1::CreateReleaseRequest release;
  release.mutable_release()->set_title("变更集");
  auto& item = *release.mutable_release()->add_items();
  item.set_action(v1::Release::Item::PUBLISH);
  item.set_target("entries/draft");
  const auto composed = service.CreateRelease(ACall(), release);
  ASSERT_THAT(composed, IsOk());
  prepared = {Read(service, "entries/draft").etag(), Read(service, "entries/online").etag(),
              *composed};
}

const std::vector<Method>& Methods() {
  static const auto& methods = *new std::vector<Method>{
      {"CreateEntry",
       [](auto& s, const auto& id, bool other) {
         v1::CreateEntryRequest r;
         *r.mutable_entry()->mutable_content() = SoundContent();
         r.set_request_id(id);
         if (other) r.set_entry_id("other");
         return Bytes(s.CreateEntry(ACall(), r));
       }},
      {"UpdateEntry",
       [](auto& s, const auto& id, bool other) {
         v1::UpdateEntryRequest r;
         r.mutable_entry()->set_name("entries/online");
         r.mutable_entry()->set_etag(prepared.online_etag);
         r.mutable_entry()->mutable_content()->set_question(other ? "另问" : "新问");
         r.set_request_id(id);
         return Bytes(s.UpdateEntry(ACall(), r));
       }},
      {"PublishEntry",
       [](auto& s, const auto& id, bool other) {
         v1::PublishEntryRequest r;
         r.set_name(other ? "entries/online" : "entries/draft");
         r.set_etag(prepared.draft_etag);
         r.set_request_id(id);
         return Bytes(s.PublishEntry(ACall(), r));
       }},
      {"RetireEntry",
       [](auto& s, const auto& id, bool other) {
         v1::RetireEntryRequest r;
         r.set_name("entries/online");
         r.set_etag(prepared.online_etag);
         r.set_reason(other ? "另因" : "到期");
         r.set_request_id(id);
         return Bytes(s.RetireEntry(ACall(), r));
       }},
      {"RecallEntry",
       [](auto& s, const auto& id, bool other) {
         v1::RecallEntryRequest r;
         r.set_name("entries/online");
         r.set_reason(other ? "另因" : "有误");
         r.set_request_id(id);
         return Bytes(s.RecallEntry(ACall(), r));
       }},
      {"SetEntryVariant",
       [](auto& s, const auto& id, bool other) {
         v1::SetEntryVariantRequest r;
         r.set_name("entries/online");
         r.mutable_variant()->set_language(type::v1::EN);
         r.mutable_variant()->set_source_revision(1);
         r.mutable_variant()->set_question(other ? "Other?" : "How?");
         *r.mutable_variant()->add_blocks() = SoundContent().blocks(0);
         r.set_etag(prepared.online_etag);
         r.set_request_id(id);
         return Bytes(s.SetEntryVariant(ACall(), r));
       }},
      {"CreateRelease",
       [](auto& s, const auto& id, bool other) {
         v1::CreateReleaseRequest r;
         *r.mutable_release() = prepared.release;
         if (other) r.mutable_release()->set_title("另集");
         r.set_request_id(id);
         return Bytes(s.CreateRelease(ACall(), r));
       }},
      {"PublishRelease",
       [](auto& s, const auto& id, bool other) {
         v1::PublishReleaseRequest r;
         r.set_name(prepared.release.name());
         r.set_etag(other ? "\"9\"" : prepared.release.etag());
         r.set_request_id(id);
         return Bytes(s.PublishRelease(ACall(), r));
       }},
      {"CreateDepartment",
       [](auto& s, const auto& id, bool other) {
         v1::CreateDepartmentRequest r;
         r.mutable_department()->set_display_name(other ? "另局" : "新局");
         r.set_request_id(id);
         return Bytes(s.CreateDepartment(ACall(), r));
       }},
      {"UpdateDepartment",
       [](auto& s, const auto& id, bool other) {
         v1::UpdateDepartmentRequest r;
         r.mutable_department()->set_name("departments/d");
         r.mutable_department()->set_phone(other ? "1" : "2");
         r.set_request_id(id);
         return Bytes(s.UpdateDepartment(ACall(), r));
       }},
      {"CreatePolicy",
       [](auto& s, const auto& id, bool other) {
         v1::CreatePolicyRequest r;
         r.mutable_policy()->set_title(other ? "另" : "新");
         r.mutable_policy()->set_region("440300");
         r.set_request_id(id);
         return Bytes(s.CreatePolicy(ACall(), r));
       }},
      {"UpdatePolicy",
       [](auto& s, const auto& id, bool other) {
         v1::UpdatePolicyRequest r;
         r.mutable_policy()->set_name("policies/p");
         r.mutable_policy()->set_title(other ? "另" : "新");
         r.set_request_id(id);
         return Bytes(s.UpdatePolicy(ACall(), r));
       }},
  };
  return methods;
}

class Repeats : public ::testing::TestWithParam<size_t> {
 protected:
  const std::unique_ptr<storage::Store> owned_store_ = MakeTestStore();
  storage::Store& store_ = *owned_store_;
  KnowledgeService service_{store_};
};

TEST_P(Repeats, ReturnTheFirstOutcomeWithoutASecondEffect) {
  const Method& method = Methods()[GetParam()];
  Prepare(service_);
  const std::string request_id = NewRequestId();
  const int64_t before = store_.GetStatus(ACall().deadline)->head_kb_revision();

  const std::string first = method.call(service_, request_id, false);
  // Somebody else goes on working in between.
  v1::UpdatePolicyRequest more;
  more.mutable_policy()->set_name("policies/p");
  more.mutable_policy()->set_issuer("市政府");
  ASSERT_THAT(service_.UpdatePolicy(ACall(), more), IsOk());
  std::string upper = request_id;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  const std::string second = method.call(service_, upper, false);

  EXPECT_EQ(first, second) << method.name;
  EXPECT_EQ(store_.GetStatus(ACall().deadline)->head_kb_revision(), before + 2)
      << method.name << first;
  EXPECT_EQ(method.call(service_, request_id, true), "REQUEST_ID_REUSED") << method.name;
  EXPECT_EQ(method.call(service_, "not-a-uuid", false), "FIELD_INVALID") << method.name;
}

TEST_P(Repeats, AreResolvedByGetWriteOutcome) {
  const Method& method = Methods()[GetParam()];
  Prepare(service_);
  v1::GetWriteOutcomeRequest ask;
  ask.set_request_id(NewRequestId());
  EXPECT_THAT(service_.GetWriteOutcome(ACall(), ask),
              StatusIs(absl::StatusCode::kNotFound, type::v1::REQUEST_NOT_FOUND));

  method.call(service_, ask.request_id(), false);

  const auto outcome = service_.GetWriteOutcome(ACall(), ask);
  ASSERT_THAT(outcome, IsOk()) << method.name;
  EXPECT_GT(outcome->kb_revision(), 0);
  EXPECT_FALSE(outcome->consistency_token().empty());
  EXPECT_FALSE(outcome->names().empty());
}

INSTANTIATE_TEST_SUITE_P(EveryMutatingMethod, Repeats, ::testing::Range(size_t{0}, size_t{12}),
                         [](const auto& tested) { return Methods()[tested.param].name; });

}  // namespace
}  // namespace hotline::knowledge
