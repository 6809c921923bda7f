// kb-eval: puts any corpus into a fresh instance, the way every base gets its rows, and judges any
// query file against it. docs/evaluation.md tells the files and the formulas.
//
// Exit code 0: judged; 1: a file or the service failed; 2: wrong arguments.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "proto/cc/errors.h"
#include "tests/eval/corpus_file.h"
#include "tests/eval/instance.h"
#include "tests/eval/judge.h"
#include "tests/eval/report.h"

namespace hotline::eval {
namespace {

struct Arguments {
  std::string corpus;
  std::vector<std::string> queries;
  std::string only_ids;
  std::string unanswerable;
  size_t limit = 0;
  JudgeOptions judge;
  bool json = false;
};

struct QueryFile {
  std::string name;
  std::vector<Query> queries;
};

// "NAME=FILE" or "FILE", whose name is then the path. A path that exists is a path, whatever it has
// in it.
absl::StatusOr<QueryFile> OpenQueries(const std::string& argument, bool unanswerable,
                                      size_t limit) {
  std::string name = argument;
  std::string path = argument;
  const size_t at = argument.find('=');
  if (at != std::string::npos && !std::filesystem::exists(argument)) {
    name = argument.substr(0, at);
    path = argument.substr(at + 1);
  }
  ASSIGN_OR_RETURN(auto queries, unanswerable ? ReadUnanswerable(path) : ReadQueries(path));
  if (limit > 0 && queries.size() > limit) queries.resize(limit);
  return QueryFile{std::move(name), std::move(queries)};
}

void CountMissing(const std::vector<QueryFile>& files, Report& report) {
  std::set<std::string> missing;
  for (const QueryFile& file : files) {
    for (const Query& query : file.queries) {
      for (const auto& [id, grade] : query.grades) {
        if (grade > 0 && report.import.ids.count(id) == 0) missing.insert(id);
      }
    }
  }
  report.missing_ids = missing.size();
  if (!missing.empty()) report.first_missing_id = *missing.begin();
}

// Files are read before the server starts: what is wrong with them is told at once.
absl::StatusOr<Report> Run(const Arguments& arguments) {
  std::vector<QueryFile> files;
  for (const std::string& argument : arguments.queries) {
    ASSIGN_OR_RETURN(auto file, OpenQueries(argument, false, arguments.limit));
    files.push_back(std::move(file));
  }
  std::optional<QueryFile> unanswerable;
  if (!arguments.unanswerable.empty()) {
    ASSIGN_OR_RETURN(unanswerable, OpenQueries(arguments.unanswerable, true, arguments.limit));
  }
  std::set<std::string> only;
  if (!arguments.only_ids.empty()) {
    ASSIGN_OR_RETURN(only, ReadIds(arguments.only_ids));
  }
  ASSIGN_OR_RETURN(
      CorpusFile corpus,
      CorpusFile::Open(arguments.corpus, arguments.only_ids.empty() ? nullptr : &only));
  ASSIGN_OR_RETURN(const auto instance, Instance::Start());
  Report report{.corpus = arguments.corpus};
  ASSIGN_OR_RETURN(report.import, instance->Import(corpus));
  if (report.import.accepted == 0) {
    return FieldInvalid(
        "corpus", arguments.corpus,
        arguments.corpus + " 没有一行入库，无从判断" +
            (report.import.first_refusals.empty() ? "。"
                                                  : "；" + report.import.first_refusals.front()));
  }
  CountMissing(files, report);
  for (const QueryFile& file : files) {
    ASSIGN_OR_RETURN(auto set,
                     JudgeQueries(instance->client(), file.name, file.queries, arguments.judge));
    report.sets.push_back(std::move(set));
  }
  if (unanswerable.has_value()) {
    ASSIGN_OR_RETURN(report.unanswerable, JudgeQueries(instance->client(), unanswerable->name,
                                                       unanswerable->queries, {.ask = true}));
  }
  report.resident_bytes = instance->resident_bytes();
  report.disk_bytes = instance->disk_bytes();
  return report;
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"把语料装入一个全新的实例，逐条检索并评判。", "kb-eval"};
  app.add_option("--corpus", arguments.corpus, "语料：JSONL，可为 .zst")->required();
  app.add_option("--queries", arguments.queries,
                 "问题文件：问题<TAB>条目编号[,…][<TAB>等级]；可写 名称=文件；可多次给出");
  app.add_option("--only-ids", arguments.only_ids, "只装入这个文件所列编号的行，每行一个");
  app.add_option("--unanswerable", arguments.unanswerable,
                 "库中没有答案的问题，每行一个；统计误答");
  app.add_option("--limit", arguments.limit, "每个文件只用前 N 个问题；0 为全部");
  app.add_option("--relevant-grade", arguments.judge.relevant_grade,
                 "有等级时，达到这个等级算正确（nDCG 用全部等级）")
      ->check(CLI::Range(1, kGradeMax))
      ->capture_default_str();
  app.add_flag("--ask", arguments.judge.ask, "同时提问（Ask），统计作答率与准确率");
  app.add_flag("--json", arguments.json, "输出一个 JSON 对象");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (arguments.queries.empty() && arguments.unanswerable.empty()) {
    std::cerr << "请用 --queries 或 --unanswerable 给出问题文件。\n";
    return 2;
  }
  const auto report = Run(arguments);
  if (!report.ok()) {
    std::cerr << "kb-eval：" << report.status().message() << "\n";
    return 1;
  }
  std::cout << (arguments.json ? ToJson(*report) : ToText(*report)) << std::flush;
  return 0;
}

}  // namespace
}  // namespace hotline::eval

int main(int argc, char** argv) { return hotline::eval::Main(argc, argv); }
