#include "services/knowledge/write_path.h"

namespace hotline::knowledge {

WritePath::WritePath(const config::v1::KnowledgeConfig&, storage::Store& store,
                     runtime::Runtime& runtime)
    : knowledge_(store),
      knowledge_grpc_(knowledge_, runtime),
      sheets_(store),
      sheets_grpc_(sheets_, runtime) {}

std::vector<grpc::Service*> WritePath::services() { return {&knowledge_grpc_, &sheets_grpc_}; }

}  // namespace hotline::knowledge
