// search and assist: finding, with what it can tell about itself.
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <mutex>
#include <thread>

#include <unistd.h>

#include "clients/cli/context.h"
#include "clients/cli/reading_options.h"
#include "proto/cc/text.h"

namespace hotline::cli {
namespace {

using answer::v1::AnswerService;
using answer::v1::AssistRequest;
using answer::v1::AssistResponse;
using answer::v1::Facet;
using answer::v1::Highlight;
using answer::v1::SearchHit;

// What stands around a mark: bold where somebody looks, signs where the output goes elsewhere.
struct MarkSigns {
  std::string begin = isatty(STDOUT_FILENO) != 0 ? "\033[1;33m" : "«";
  std::string end = isatty(STDOUT_FILENO) != 0 ? "\033[0m" : "»";
};

// `text` with the marks of one field; positions count code points.
std::string Marked(const std::string& text, const SearchHit& hit, Highlight::Field field) {
  static const MarkSigns kSigns;
  std::string marked;
  size_t done = 0;
  for (const Highlight& highlight : hit.highlights()) {
    if (highlight.field() != field) continue;
    const size_t begin = Prefix(text, static_cast<size_t>(highlight.begin())).size();
    const size_t end = Prefix(text, static_cast<size_t>(highlight.end())).size();
    marked += text.substr(done, begin - done) + kSigns.begin + text.substr(begin, end - begin) +
              kSigns.end;
    done = end;
  }
  return marked + text.substr(done);
}

void PrintExplanation(const SearchHit& hit) {
  if (!hit.has_explanation()) return;
  std::cout << "   " << hit.explanation().summary() << "\n   得分 " << std::setprecision(4)
            << hit.score() << "：";
  for (const auto& factor : hit.explanation().factors()) {
    std::cout << " " << factor.name() << "=" << factor.value();
  }
  std::cout << "\n";
}

void PrintHits(const google::protobuf::RepeatedPtrField<SearchHit>& hits) {
  int number = 0;
  for (const SearchHit& hit : hits) {
    std::cout << ++number << ". " << Marked(hit.question(), hit, Highlight::QUESTION) << "  ("
              << hit.entry() << ", " << hit.region() << ")\n";
    if (!hit.matched_question().empty() && !hit.highlights().empty()) {
      std::cout << "   问法：" << Marked(hit.matched_question(), hit, Highlight::MATCHED_QUESTION)
                << "\n";
    }
    std::cout << "   " << Marked(hit.snippet(), hit, Highlight::SNIPPET) << "\n";
    PrintExplanation(hit);
  }
}

void PrintReading(const answer::v1::QueryReading& reading) {
  for (const auto& part : reading.parts()) {
    std::cout << "（" << part.value() << "：" << part.meaning() << "）\n";
  }
}

void PrintFacets(const answer::v1::SearchResponse& reply) {
  static const char* const kTitles[] = {"", "区划", "类目", "承办单位", "性质"};
  for (const Facet& facet : reply.facets()) {
    std::cout << "\n[" << kTitles[facet.field()] << "]\n";
    for (const auto& value : facet.values()) {
      std::cout << "  " << value.count() << "  " << value.display_name();
      if (value.value() != value.display_name()) std::cout << "  (" << value.value() << ")";
      std::cout << "\n";
    }
  }
}

// The options of `kbctl search`.
struct SearchOptions {
  ReadingOptions reading;
  std::string query;
  int size = 10;
  std::string category;
  std::string department;
  std::string kind;
  std::vector<std::string> facets;
  bool highlight = false;
  bool explain = false;
};

absl::StatusOr<answer::v1::SearchRequest> RequestOf(const SearchOptions& options) {
  answer::v1::SearchRequest request;
  request.set_query(options.query);
  request.set_page_size(options.size);
  request.set_category(options.category);
  request.set_department(options.department);
  request.set_highlight(options.highlight);
  request.set_explain(options.explain);
  if (!options.kind.empty()) {
    ASSIGN_OR_RETURN(const auto kind,
                     ParseEnum<knowledge::v1::EntryKind>(knowledge::v1::EntryKind_descriptor(),
                                                         options.kind, "kind"));
    request.set_kind(kind);
  }
  for (const std::string& name : options.facets) {
    ASSIGN_OR_RETURN(const auto field,
                     ParseEnum<Facet::Field>(Facet::Field_descriptor(), name, "facets"));
    request.add_facets(field);
  }
  RETURN_IF_ERROR(options.reading.Fill(request));
  return request;
}

absl::Status Search(Context& context, const SearchOptions& options) {
  ASSIGN_OR_RETURN(const auto request, RequestOf(options));
  ASSIGN_OR_RETURN(const auto reply, context.client().Search(request));
  if (context.json) {
    PrintJson(context, reply);
    return absl::OkStatus();
  }
  PrintReading(reply.reading());
  PrintHits(reply.hits());
  if (reply.hits().empty()) std::cout << "没有找到。\n";
  PrintFacets(reply);
  return absl::OkStatus();
}

void AddSearch(CLI::App& app, Context& context) {
  auto options = std::make_shared<SearchOptions>();
  auto* command = AddCommand(app, context, "search", "按相关程度查找知识条目",
                             [&context, options] { return Search(context, *options); });
  command
      ->add_option("query", options->query,
                   "查找内容；“…”必须原样出现，空格后的 -词 或 NOT 词 不得出现")
      ->required();
  command->add_option("-n,--number", options->size, "条数")->capture_default_str();
  command->add_option("--category", options->category, "类目");
  command->add_option("--department", options->department, "承办单位 departments/…");
  command->add_option("--kind", options->kind, "材料性质：FAQ、GUIDE …");
  command->add_option("--facets", options->facets, "分面计数：region,category,department,kind")
      ->delimiter(',');
  command->add_flag("--highlight", options->highlight, "标出命中的文字");
  command->add_flag("--explain", options->explain, "说明为什么查到、为什么排在这里");
  options->reading.AddTo(command);
}

// --- assist
// -------------------------------------------------------------------------------------------------

void PrintList(const Context& context, const AssistResponse& list) {
  if (context.json) {
    PrintJson(context, list);
    return;
  }
  std::cout << "—— 第 " << list.utterance() << " 句 · 把握 " << std::setprecision(2)
            << list.confidence() << " · 查的是：" << list.query() << "\n";
  PrintHits(list.hits());
  if (list.hits().empty()) std::cout << "（暂无合适的条目）\n";
  std::cout << std::flush;
}

// Says one line by `say`, as it grows by `step` characters when that is not 0; ends at the first
// false.
bool Speak(int64_t number, const std::string& line, size_t step,
           const std::function<bool(const AssistRequest::Utterance&)>& say) {
  AssistRequest::Utterance utterance;
  utterance.set_number(number);
  const std::string agent = "坐席：";
  const bool by_agent = line.starts_with(agent);
  utterance.set_speaker(by_agent ? AssistRequest::Utterance::AGENT
                                 : AssistRequest::Utterance::CALLER);
  const std::string text = by_agent ? line.substr(agent.size()) : line;
  const size_t length = CodePoints(text);
  for (size_t end = step; step > 0 && end < length; end += step) {
    utterance.set_text(std::string(Prefix(text, end)));
    if (!say(utterance)) return false;
  }
  utterance.set_text(text);
  utterance.set_final(true);
  return say(utterance);
}

// Says each line of a stream by `say`. Returns the number of the last.
int64_t SpeakAll(std::istream& lines, size_t step,
                 const std::function<bool(const AssistRequest::Utterance&)>& say) {
  std::string line;
  int64_t number = 0;
  while (std::getline(lines, line)) {
    if (!IsUtf8(line)) line = "";
    if (!Speak(++number, line, step, say)) break;
  }
  return number;
}

// The options of `kbctl assist`.
struct AssistOptions {
  ReadingOptions reading;
  int size = 5;
  size_t step = 0;
  std::string input = "-";
  std::string conversation;
  bool follow = false;
};

// A conversation of the server, as this console follows it.
class FollowedConversation {
 public:
  FollowedConversation(Context& context, const answer::v1::FollowAssistRequest& request)
      : context_(context) {
    context.client().SetUp(call_, false);
    stream_ = context.client().stub<AnswerService::Stub>().FollowAssist(&call_, request);
    printer_ = std::thread([this] { PrintAll(); });
  }
  ~FollowedConversation() {
    if (printer_.joinable()) printer_.join();
  }

  // Waits until an utterance was read and, for a while after the last message, nothing came; or
  // until the stream ended.
  void AwaitQuietAfter(int64_t utterance) {
    constexpr std::chrono::milliseconds kQuiet{1'000};
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return ended_ || read_ >= utterance; });
    for (int64_t seen = -1; !ended_ && seen != messages_;) {
      seen = messages_;
      told_.wait_for(lock, kQuiet, [&] { return ended_ || seen != messages_; });
    }
  }
  void Stop() { call_.TryCancel(); }
  // Waits until the stream has ended.
  absl::Status Finish() {
    printer_.join();
    return FromGrpcStatus(stream_->Finish());
  }

 private:
  void PrintAll() {
    AssistResponse list;
    while (stream_->Read(&list)) {
      if (!context_.json) PrintSaid(list);
      PrintList(context_, list);
      const std::lock_guard lock(mutex_);
      ++messages_;
      read_ = list.utterance();
      told_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    told_.notify_all();
  }
  static void PrintSaid(const AssistResponse& list) {
    for (const auto& said : list.utterances()) {
      std::cout << (said.speaker() == AssistRequest::Utterance::AGENT ? "坐席：" : "来电：")
                << said.text() << (said.final() ? "" : " …") << "\n";
    }
  }

  Context& context_;
  grpc::ClientContext call_;
  std::unique_ptr<grpc::ClientReader<AssistResponse>> stream_;
  std::thread printer_;
  std::mutex mutex_;
  std::condition_variable told_;
  int64_t messages_ = 0;
  int64_t read_ = 0;
  bool ended_ = false;
};

// Feeds a conversation of the server and follows it; with --follow, follows only.
absl::Status Converse(Context& context, const AssistOptions& options, std::istream& lines) {
  answer::v1::FollowAssistRequest request;
  request.set_conversation(options.conversation);
  RETURN_IF_ERROR(options.reading.Fill(*request.mutable_start()));
  request.mutable_start()->set_page_size(options.size);
  FollowedConversation followed(context, request);
  if (options.follow) return followed.Finish();
  absl::Status said = absl::OkStatus();
  const int64_t last = SpeakAll(lines, options.step, [&](const auto& utterance) {
    answer::v1::AddUtterancesRequest add;
    add.set_conversation(options.conversation);
    *add.add_utterances() = utterance;
    said = context.client().Call(&AnswerService::Stub::AddUtterances, add).status();
    return said.ok();
  });
  if (said.ok()) followed.AwaitQuietAfter(last);
  followed.Stop();
  const absl::Status ended = followed.Finish();
  if (!said.ok()) return said;
  return ended.code() == absl::StatusCode::kCancelled ? absl::OkStatus() : ended;
}

absl::Status Assist(Context& context, const AssistOptions& options) {
  std::ifstream file;
  if (options.follow && options.conversation.empty()) return FieldRequired("conversation");
  if (options.input != "-") {
    file.open(options.input);
    if (!file) return FieldInvalid("input", options.input, "文件打不开，请检查路径。");
  }
  std::istream& lines = options.input == "-" ? std::cin : file;
  if (!options.conversation.empty()) return Converse(context, options, lines);
  AssistRequest request;
  RETURN_IF_ERROR(options.reading.Fill(*request.mutable_start()));
  request.mutable_start()->set_page_size(options.size);
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  const auto stream = context.client().stub<AnswerService::Stub>().Assist(&call);
  std::thread printer([&] {
    AssistResponse list;
    while (stream->Read(&list)) PrintList(context, list);
  });
  if (stream->Write(request)) {
    SpeakAll(lines, options.step, [&](const auto& utterance) {
      AssistRequest said;
      *said.mutable_utterance() = utterance;
      return stream->Write(said);
    });
  }
  stream->WritesDone();
  printer.join();
  return FromGrpcStatus(stream->Finish());
}

void AddAssist(CLI::App& app, Context& context) {
  auto options = std::make_shared<AssistOptions>();
  auto* command =
      AddCommand(app, context, "assist", "随谈话推荐条目：一行一句，“坐席：”开头的是坐席说的",
                 [&context, options] { return Assist(context, *options); });
  command->add_option("--input", options->input, "谈话记录的文件；- = 标准输入")
      ->capture_default_str();
  command->add_option("-n,--number", options->size, "条数")->capture_default_str();
  command->add_option("--partials", options->step,
                      "模拟边说边识别：每句按这么多字逐步送出；0 = 整句");
  command->add_option("--conversation", options->conversation,
                      "通话编号：把谈话送进服务端的这次通话，并像坐席界面那样跟看");
  command->add_flag("--follow", options->follow, "只跟看 --conversation 指定的通话，不送谈话");
  options->reading.AddTo(command);
}

}  // namespace

void AddSearchCommands(CLI::App& app, Context& context) {
  AddSearch(app, context);
  AddAssist(app, context);
}

}  // namespace hotline::cli
