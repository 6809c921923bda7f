#include "services/knowledge/write_path.h"

namespace hotline::knowledge {

namespace {

// Gates and ranking are asked when there are any.
Options OptionsOf(const config::v1::KnowledgeConfig& config) {
  return {.stages = StagesOf(config), .gates_enforced = config.gates() != "off"};
}

}  // namespace

WritePath::WritePath(const config::v1::KnowledgeConfig& config, storage::Store& store,
                     runtime::Runtime& runtime)
    : options_(OptionsOf(config)),
      knowledge_(store, options_),
      knowledge_grpc_(knowledge_, runtime),
      reviews_(store, options_),
      reviews_grpc_(reviews_, runtime),
      facts_(store),
      facts_grpc_(facts_, runtime),
      tasks_(store),
      tasks_grpc_(tasks_, runtime),
      scheduler_(store, knowledge_, runtime.logger()),
      sweeper_(store) {
  sweeper_.Start({.trouble = [&logger = runtime.logger()](const absl::Status& status) {
    logger.Warn("tasks not swept", {{"detail", std::string(status.message())}});
  }});
}

std::vector<grpc::Service*> WritePath::services() {
  return {&knowledge_grpc_, &reviews_grpc_, &facts_grpc_, &tasks_grpc_};
}

}  // namespace hotline::knowledge
