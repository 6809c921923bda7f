#include "services/knowledge/write_path.h"

namespace hotline::knowledge {

WritePath::WritePath(const config::v1::KnowledgeConfig&, storage::Store& store,
                     runtime::Runtime& runtime)
    : knowledge_(store),
      knowledge_grpc_(knowledge_, runtime),
      facts_(store),
      facts_grpc_(facts_, runtime),
      tasks_(store),
      tasks_grpc_(tasks_, runtime),
      sweeper_(store) {
  sweeper_.Start({.trouble = [&logger = runtime.logger()](const absl::Status& status) {
    logger.Warn("tasks not swept", {{"detail", std::string(status.message())}});
  }});
}

std::vector<grpc::Service*> WritePath::services() {
  return {&knowledge_grpc_, &facts_grpc_, &tasks_grpc_};
}

}  // namespace hotline::knowledge
