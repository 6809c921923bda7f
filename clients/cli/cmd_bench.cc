// bench: the load that a server bears, with closed-loop callers; figures to compare within one run
// only.
#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "clients/cli/context.h"
#include "clients/cli/line_reader.h"
#include "proto/cc/text.h"

namespace hotline::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct BenchArguments {
  std::string what = "ask";
  std::string queries;
  int seconds = 5;
  int callers = 8;
  std::string channel = "WEB";
};

constexpr size_t kQueriesMax = 100'000;

struct Load {
  std::vector<std::string> queries;
  std::vector<std::string> names;
};

absl::StatusOr<Load> Gather(Context& context, const BenchArguments& arguments) {
  Load load;
  knowledge::v1::ListEntriesRequest request;
  request.set_page_size(1000);
  request.set_state(knowledge::v1::Entry::PUBLISHED);
  ASSIGN_OR_RETURN(
      const auto page,
      context.client().Call(&knowledge::v1::KnowledgeService::Stub::ListEntries, request));
  for (const auto& entry : page.entries()) {
    load.names.push_back(entry.name());
    load.queries.push_back(entry.content().question());
  }
  if (load.names.empty()) return FieldInvalid("server", "", "知识库里没有已发布的条目，请先导入。");
  if (arguments.queries.empty()) return load;
  load.queries.clear();
  ASSIGN_OR_RETURN(const auto reader, LineReader::Open(arguments.queries));
  std::string line;
  while (load.queries.size() < kQueriesMax) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(line));
    if (!more) break;
    if (!line.empty()) load.queries.push_back(line.substr(0, line.find('\t')));
  }
  if (load.queries.empty()) return FieldInvalid("queries", arguments.queries, "文件里没有查询。");
  return load;
}

absl::Status CallOnce(client::Client& client, const BenchArguments& arguments,
                      type::v1::Channel channel, const Load& load, size_t i) {
  if (arguments.what == "get") {
    answer::v1::GetAnswerRequest request;
    request.set_name(load.names[i % load.names.size()]);
    request.set_channel(channel);
    return client.GetAnswer(request).status();
  }
  const std::string& query = load.queries[i % load.queries.size()];
  if (arguments.what == "search") {
    answer::v1::SearchRequest request;
    request.set_query(query);
    request.set_channel(channel);
    return client.Search(request).status();
  }
  if (arguments.what == "suggest") {
    answer::v1::SuggestRequest request;
    request.set_text(std::string(Prefix(query, 3)));
    request.set_channel(channel);
    return client.Suggest(request).status();
  }
  answer::v1::AskRequest request;
  request.set_question(query);
  request.set_channel(channel);
  return client.Ask(request).status();
}

struct Caller {
  std::vector<double> milliseconds;
  int64_t errors = 0;
  absl::Status first_error;
};

void RunCaller(const Context& context, const BenchArguments& arguments, type::v1::Channel channel,
               const Load& load, size_t start, SteadyClock::time_point end, Caller& result) {
  const auto client = client::Client::Connect({.address = context.server, .actor = "bench"});
  for (size_t i = start; SteadyClock::now() < end; ++i) {
    const auto begin = SteadyClock::now();
    const absl::Status status = CallOnce(*client, arguments, channel, load, i);
    result.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
    if (status.ok() || absl::IsNotFound(status)) continue;
    if (result.errors++ == 0) result.first_error = status;
  }
}

absl::Status Bench(Context& context, const BenchArguments& arguments) {
  ASSIGN_OR_RETURN(const auto channel, ParseChannel(arguments.channel));
  ASSIGN_OR_RETURN(const Load load, Gather(context, arguments));
  std::vector<Caller> callers(static_cast<size_t>(arguments.callers));
  std::vector<std::thread> threads;
  const auto end = SteadyClock::now() + std::chrono::seconds(arguments.seconds);
  for (size_t i = 0; i < callers.size(); ++i) {
    threads.emplace_back(
        [&, i] { RunCaller(context, arguments, channel, load, i * 7919, end, callers[i]); });
  }
  for (auto& thread : threads) thread.join();
  std::vector<double> all;
  int64_t errors = 0;
  for (const auto& caller : callers) {
    all.insert(all.end(), caller.milliseconds.begin(), caller.milliseconds.end());
    errors += caller.errors;
    if (!caller.first_error.ok() && errors == caller.errors)
      std::cerr << caller.first_error.message() << "\n";
  }
  if (all.empty()) return absl::OkStatus();
  std::sort(all.begin(), all.end());
  const auto at = [&](double share) {
    return all[static_cast<size_t>(share * static_cast<double>(all.size() - 1))];
  };
  std::cout << arguments.what << ": "
            << static_cast<int64_t>(static_cast<double>(all.size()) / arguments.seconds)
            << " calls/s, " << arguments.callers << " callers, p50 " << at(0.5) << " ms, p99 "
            << at(0.99) << " ms, max " << all.back() << " ms, errors " << errors << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddBenchCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<BenchArguments>();
  auto* command = AddCommand(app, context, "bench", "压测（只对本机或测试环境使用）",
                             [=, &context] { return Bench(context, *arguments); });
  command->add_option("what", arguments->what, "get、ask、search、suggest")
      ->check(CLI::IsMember({"get", "ask", "search", "suggest"}));
  command->add_option("--queries", arguments->queries, "查询文件，每行一个；默认用条目的标准问");
  command->add_option("--seconds", arguments->seconds, "时长")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  command->add_option("--callers", arguments->callers, "并发数")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("-c,--channel", arguments->channel, "渠道")->capture_default_str();
}

}  // namespace hotline::cli
