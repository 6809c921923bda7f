#include "services/knowledge/write_path.h"

#include "services/knowledge/checks/answer_ranker_grpc.h"
#include "services/runtime/logging.h"

namespace hotline::knowledge {
namespace {

std::unique_ptr<QuestionRanker> RemoteRanker(const config::v1::KnowledgeConfig& config,
                                             const QuestionRanker* local) {
  if (local != nullptr || config.answer_address().empty()) return nullptr;
  return std::make_unique<checks::AnswerRankerGrpc>(config.answer_address());
}

checks::Gates::Notice NoticeTo(runtime::Logger& logger) {
  return [&logger](bool trouble, std::string_view event, std::string_view detail) {
    if (trouble) {
      logger.Warn(event, {{"detail", detail}});
    } else {
      logger.Info(event, {{"detail", detail}});
    }
  };
}

}  // namespace

WritePath::WritePath(const config::v1::KnowledgeConfig& config, storage::Store& store,
                     runtime::Runtime& runtime, QuestionRanker* ranker)
    : remote_ranker_(RemoteRanker(config, ranker)),
      gates_(store, NoticeTo(runtime.logger())),
      checks_grpc_(gates_.service(), runtime),
      options_{.stages = StagesOf(config),
               .gate = &gates_.gate(),
               .ranker = ranker != nullptr ? ranker : remote_ranker_.get(),
               .synonyms = &gates_.synonyms(),
               .gates_enforced = config.gates() != "off",
               .new_id = {}},
      knowledge_(store, options_),
      knowledge_grpc_(knowledge_, runtime),
      reviews_(store, options_),
      reviews_grpc_(reviews_, runtime),
      facts_(store),
      facts_grpc_(facts_, runtime),
      tasks_(store),
      tasks_grpc_(tasks_, runtime),
      synonyms_(store, gates_.synonyms()),
      synonyms_grpc_(synonyms_, runtime),
      sheets_(store),
      sheets_grpc_(sheets_, runtime),
      scheduler_(store, knowledge_, runtime.logger()),
      sweeper_(store) {
  sweeper_.Start({.trouble = [&logger = runtime.logger()](const absl::Status& status) {
    logger.Warn("tasks not swept", {{"detail", std::string(status.message())}});
  }});
}

std::vector<grpc::Service*> WritePath::services() {
  return {&knowledge_grpc_, &reviews_grpc_,  &facts_grpc_, &tasks_grpc_,
          &checks_grpc_,    &synonyms_grpc_, &sheets_grpc_};
}

}  // namespace hotline::knowledge
