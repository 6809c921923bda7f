// Everything that the write path serves, built once: for kb-knowledge and for kb-server.
#pragma once

#include <memory>
#include <vector>

#include "hotline/config/v1/config.pb.h"
#include "services/knowledge/checks/check_grpc.h"
#include "services/knowledge/checks/gates.h"
#include "services/knowledge/gate.h"
#include "services/knowledge/grpc_adapter.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/ledger_grpc.h"
#include "services/knowledge/options.h"
#include "services/knowledge/release_scheduler.h"
#include "services/knowledge/review_grpc.h"
#include "services/knowledge/review_service.h"
#include "services/knowledge/sheets/sheet_grpc.h"
#include "services/knowledge/sheets/sheet_service.h"
#include "services/knowledge/synonym_grpc.h"
#include "services/knowledge/task_sweeper.h"
#include "services/runtime/runtime.h"
#include "storage/store.h"

namespace grpc {
class Service;
}

namespace hotline::knowledge {

// The services of the room and their adapters. Add a new one here and nowhere else.
class WritePath final {
 public:
  // `store`, `runtime` and `ranker` must outlive this, and this the server that serves it. `ranker`
  // is the answer service of this process; null: the one at knowledge.answer_address, if any.
  WritePath(const config::v1::KnowledgeConfig& config, storage::Store& store,
            runtime::Runtime& runtime, QuestionRanker* ranker = nullptr);
  WritePath(const WritePath&) = delete;
  WritePath& operator=(const WritePath&) = delete;

  // What a server is to serve.
  std::vector<grpc::Service*> services();

  KnowledgeService& knowledge() { return knowledge_; }
  ReviewService& reviews() { return reviews_; }
  checks::Gates& gates() { return gates_; }

 private:
  const std::unique_ptr<QuestionRanker> remote_ranker_;
  checks::Gates gates_;
  checks::CheckGrpc checks_grpc_;
  const Options options_;
  KnowledgeService knowledge_;
  KnowledgeGrpc knowledge_grpc_;
  ReviewService reviews_;
  ReviewGrpc reviews_grpc_;
  FactService facts_;
  FactServiceGrpc facts_grpc_;
  TaskService tasks_;
  TaskServiceGrpc tasks_grpc_;
  SynonymService synonyms_;
  SynonymServiceGrpc synonyms_grpc_;
  sheets::SheetService sheets_;
  sheets::SheetGrpc sheets_grpc_;
  // Last: their threads use the others.
  ReleaseScheduler scheduler_;
  TaskSweeper sweeper_;
};

}  // namespace hotline::knowledge
