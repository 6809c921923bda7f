// Everything that the write path serves, built once: for kb-knowledge and for kb-server.
#pragma once

#include <memory>
#include <vector>

#include "hotline/config/v1/config.pb.h"
#include "services/knowledge/grpc_adapter.h"
#include "services/knowledge/knowledge_service.h"
#include "services/runtime/runtime.h"
#include "storage/store.h"

namespace hotline::knowledge {

// The services of the room and their adapters. Add a new one here and nowhere else.
class WritePath final {
 public:
  // `store` and `runtime` must outlive this, and this the server that serves it.
  WritePath(const config::v1::KnowledgeConfig& config, storage::Store& store,
            runtime::Runtime& runtime);
  WritePath(const WritePath&) = delete;
  WritePath& operator=(const WritePath&) = delete;

  // What a server is to serve.
  std::vector<grpc::Service*> services();

  KnowledgeService& knowledge() { return knowledge_; }

 private:
  KnowledgeService knowledge_;
  KnowledgeGrpc knowledge_grpc_;
};

}  // namespace hotline::knowledge
