// synonyms: the words by which texts are found, one by one and as sheets.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include "clients/cli/context.h"
#include "clients/cli/synonym_sheet.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"

namespace hotline::cli {
namespace {

using answer::v1::QueryReading;
using knowledge::v1::SynonymService;
using knowledge::v1::SynonymSet;
using Stub = SynonymService::Stub;

void PrintSet(const SynonymSet& set) {
  std::cout << set.name() << "  " << KindWord(set.kind()) << "  " << JoinWords(set)
            << (set.note().empty() ? "" : "  （" + set.note() + "）") << "\n";
}

// Every set, or every one with the word; in order of their names.
absl::StatusOr<std::vector<SynonymSet>> ReadSets(Context& context, const std::string& word = "") {
  std::vector<SynonymSet> sets;
  knowledge::v1::ListSynonymSetsRequest request;
  request.set_page_size(1'000);
  request.set_word(word);
  do {
    ASSIGN_OR_RETURN(auto page, context.client().Call(&Stub::ListSynonymSets, request));
    for (SynonymSet& set : *page.mutable_synonym_sets()) {
      set.clear_consistency_token();
      sets.push_back(std::move(set));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return sets;
}

void AddReads(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto* get = AddCommand(group, context, "get", "按名称读取", [=, &context] {
    knowledge::v1::GetSynonymSetRequest request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(&Stub::GetSynonymSet, request));
  });
  get->add_option("name", *name, "synonyms/…")->required();
  auto request = std::make_shared<knowledge::v1::ListSynonymSetsRequest>();
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto word = std::make_shared<std::string>();
  auto* list = AddCommand(group, context, "list", "列出", [=, &context]() -> absl::Status {
    request->set_page_size(*page_size);
    request->set_page_token(*page_token);
    request->set_word(*word);
    ASSIGN_OR_RETURN(const auto page, context.client().Call(&Stub::ListSynonymSets, *request));
    if (context.json) {
      PrintJson(context, page);
      return absl::OkStatus();
    }
    for (const SynonymSet& set : page.synonym_sets()) PrintSet(set);
    if (!page.next_page_token().empty()) {
      std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
    }
    return absl::OkStatus();
  });
  list->add_option("--word", *word, "只列有这个词的（不分全半角、大小写、繁简）");
  list->add_option("-n,--page-size", *page_size, "每页组数")->capture_default_str();
  list->add_option("--page-token", *page_token, "翻页标记");
}

struct SetArguments {
  std::string name;
  std::string id;
  std::string kind;
  std::vector<std::string> words;
  std::string note;
  std::string etag;

  void AddTo(CLI::App* command) {
    command->add_option("--kind", kind, "EQUIVALENT、ABBREVIATION、ONE_WAY、TERM");
    command->add_option("--note", note, "说明");
  }
  absl::Status Fill(SynonymSet& set) const {
    if (!kind.empty()) {
      ASSIGN_OR_RETURN(const auto parsed,
                       ParseEnum<SynonymSet::Kind>(SynonymSet::Kind_descriptor(), kind, "kind"));
      set.set_kind(parsed);
    }
    for (const std::string& word : words) set.add_words(word);
    set.set_note(note);
    return absl::OkStatus();
  }
};

void AddWrites(CLI::App& group, Context& context) {
  auto made = std::make_shared<SetArguments>();
  made->kind = "EQUIVALENT";
  auto* create = AddCommand(group, context, "create", "新建一组", [=, &context]() -> absl::Status {
    knowledge::v1::CreateSynonymSetRequest request;
    request.set_set_id(made->id);
    RETURN_IF_ERROR(made->Fill(*request.mutable_synonym_set()));
    return PrintResult(context, context.client().Call(&Stub::CreateSynonymSet, request));
  });
  create->add_option("words", made->words, "词，如 电瓶车 电动自行车")->required();
  create->add_option("--id", made->id, "编号；不写则自动生成");
  made->AddTo(create);
  auto changed = std::make_shared<SetArguments>();
  auto* update = AddCommand(
      group, context, "update", "修改一组：只改写出来的", [=, &context]() -> absl::Status {
        knowledge::v1::UpdateSynonymSetRequest request;
        request.mutable_synonym_set()->set_name(changed->name);
        request.mutable_synonym_set()->set_etag(changed->etag);
        RETURN_IF_ERROR(changed->Fill(*request.mutable_synonym_set()));
        return PrintResult(context, context.client().Call(&Stub::UpdateSynonymSet, request));
      });
  update->add_option("name", changed->name, "synonyms/…")->required();
  update->add_option("words", changed->words, "全部的词；不写则不改");
  update->add_option("--etag", changed->etag, "看到的 etag");
  changed->AddTo(update);
  auto removed = std::make_shared<SetArguments>();
  auto* remove = AddCommand(group, context, "delete", "删除一组", [=, &context] {
    knowledge::v1::DeleteSynonymSetRequest request;
    request.set_name(removed->name);
    request.set_etag(removed->etag);
    return PrintResult(context, context.client().Call(&Stub::DeleteSynonymSet, request));
  });
  remove->add_option("name", removed->name, "synonyms/…")->required();
  remove->add_option("--etag", removed->etag, "看到的 etag");
}

// What sets say the same by: order matters only for the word that comes first.
std::string KeyOf(const SynonymSet& set) {
  std::vector<std::string> words(set.words().begin(), set.words().end());
  const bool first_counts =
      set.kind() == SynonymSet::ABBREVIATION || set.kind() == SynonymSet::ONE_WAY;
  std::sort(words.begin() + (first_counts && !words.empty() ? 1 : 0), words.end());
  std::string key = SynonymSet::Kind_Name(set.kind());
  for (const std::string& word : words) key += "\n" + word;
  return key;
}

bool SaysTheSame(const SynonymSet& a, const SynonymSet& b) {
  return a.note() == b.note() && a.kind() == b.kind() &&
         std::equal(a.words().begin(), a.words().end(), b.words().begin(), b.words().end());
}

// One import: row by row, each its own Change; what is refused stands in nobody's way.
class Import {
 public:
  Import(Context& context, bool dry_run) : context_(context), dry_run_(dry_run) {}

  absl::Status Run(const SynonymSheet& sheet) {
    ASSIGN_OR_RETURN(const std::vector<SynonymSet> sets, ReadSets(context_));
    for (const SynonymSet& set : sets) {
      by_name_[set.name()] = set;
      by_words_[KeyOf(set)] = set.name();
    }
    faults_ = sheet.faults;
    for (const SynonymRow& row : sheet.rows) {
      if (const absl::Status status = Take(row); !status.ok()) {
        if (status.code() == absl::StatusCode::kUnavailable ||
            status.code() == absl::StatusCode::kPermissionDenied ||
            status.code() == absl::StatusCode::kUnauthenticated) {
          return status;  // the next row would fare no better
        }
        faults_.push_back({row.line, std::string(status.message())});
      }
    }
    Print();
    if (faults_.empty()) return absl::OkStatus();
    return FieldInvalid("file", "", std::to_string(faults_.size()) + " 行有误，请改好后再导入。");
  }

 private:
  absl::Status Take(const SynonymRow& row) {
    std::string name = row.set.name();
    if (name.empty()) {
      const auto same = by_words_.find(KeyOf(row.set));
      if (same != by_words_.end()) name = same->second;
    }
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      ++created_;
      return dry_run_ ? absl::OkStatus() : Undone(Create(row.set), &created_);
    }
    if (SaysTheSame(found->second, row.set)) {
      ++unchanged_;
      return absl::OkStatus();
    }
    ++updated_;
    return dry_run_ ? absl::OkStatus() : Undone(Update(row.set, found->second), &updated_);
  }

  // A write that failed does not count.
  static absl::Status Undone(absl::Status status, int* count) {
    if (!status.ok()) --*count;
    return status;
  }

  absl::Status Create(const SynonymSet& set) {
    knowledge::v1::CreateSynonymSetRequest request;
    request.set_set_id(std::string(IdOf(set.name())));
    *request.mutable_synonym_set() = set;
    ASSIGN_OR_RETURN(const SynonymSet made,
                     context_.client().Call(&Stub::CreateSynonymSet, request));
    by_name_[made.name()] = made;
    by_words_[KeyOf(made)] = made.name();
    return absl::OkStatus();
  }

  absl::Status Update(const SynonymSet& set, const SynonymSet& before) {
    knowledge::v1::UpdateSynonymSetRequest request;
    *request.mutable_synonym_set() = set;
    request.mutable_synonym_set()->set_name(before.name());
    request.mutable_synonym_set()->set_etag(before.etag());
    for (const char* path : {"kind", "words", "note"})
      request.mutable_update_mask()->add_paths(path);
    return context_.client().Call(&Stub::UpdateSynonymSet, request).status();
  }

  void Print() {
    std::sort(faults_.begin(), faults_.end(),
              [](const SheetFault& a, const SheetFault& b) { return a.line < b.line; });
    for (const SheetFault& fault : faults_) {
      std::cerr << "第 " << fault.line << " 行：" << fault.message << "\n";
    }
    if (context_.json) {
      std::cout << R"({"created":)" << created_ << R"(,"updated":)" << updated_
                << R"(,"unchanged":)" << unchanged_ << R"(,"failed":)" << faults_.size()
                << R"(,"dryRun":)" << (dry_run_ ? "true" : "false") << "}\n";
      return;
    }
    std::cout << (dry_run_ ? "试运行，没有写入：" : "") << "同义词新建 " << created_ << " 组，修改 "
              << updated_ << " 组，不变 " << unchanged_ << " 组，有误 " << faults_.size()
              << " 行。\n";
  }

  Context& context_;
  const bool dry_run_;
  std::map<std::string, SynonymSet> by_name_;
  std::map<std::string, std::string> by_words_;  // KeyOf -> name
  std::vector<SheetFault> faults_;
  int created_ = 0;
  int updated_ = 0;
  int unchanged_ = 0;
};

absl::Status ImportSheet(Context& context, const std::string& file, bool dry_run) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  return Import(context, dry_run).Run(ParseSynonymSheet(text));
}

absl::Status ExportSheet(Context& context, const std::string& file) {
  ASSIGN_OR_RETURN(const std::vector<SynonymSet> sets, ReadSets(context));
  const std::string text = PrintSynonymSheet(sets);
  if (file == "-") {
    std::cout << text;
    return absl::OkStatus();
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return FieldInvalid("file", file, "不能写入，请检查路径和磁盘。");
  std::cout << "导出 " << sets.size() << " 组到 " << file << "\n";
  return absl::OkStatus();
}

void AddSheets(CLI::App& group, Context& context) {
  auto file = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  auto* import =
      AddCommand(group, context, "import", "从制表符分隔的文件导入：类型、词、说明、编号",
                 [=, &context] { return ImportSheet(context, *file, *dry_run); });
  import->add_option("file", *file, "文件，如 sample/synonyms.tsv；- 为标准输入")->required();
  import->add_flag("--dry-run", *dry_run, "只核对格式并报告将做什么，不写入");
  auto target = std::make_shared<std::string>("-");
  auto* out = AddCommand(group, context, "export", "导出成可再导入的文件",
                         [=, &context] { return ExportSheet(context, *target); });
  out->add_option("file", *target, "文件；- 为标准输出")->capture_default_str();
}

// The part of `text` from one code point to another.
std::string PartOf(const std::string& text, int begin, int end) {
  const std::string_view to_end = Prefix(text, static_cast<size_t>(end));
  return std::string(to_end.substr(Prefix(to_end, static_cast<size_t>(begin)).size()));
}

// How a query is widened, and which sets say so.
absl::Status Check(Context& context, const std::string& query) {
  answer::v1::SearchRequest search;
  search.set_query(query);
  search.set_channel(type::v1::AGENT);
  search.set_page_size(1);
  ASSIGN_OR_RETURN(const auto found, context.client().Search(search));
  if (context.json) {
    PrintJson(context, found.reading());
    return absl::OkStatus();
  }
  int parts = 0;
  for (const QueryReading::Part& part : found.reading().parts()) {
    if (part.kind() != QueryReading::Part::SYNONYM) continue;
    ++parts;
    const std::string typed = PartOf(query, part.begin(), part.end());
    std::cout << "“" << typed << "”" << part.meaning() << "\n";
    ASSIGN_OR_RETURN(const std::vector<SynonymSet> sets, ReadSets(context, typed));
    for (const SynonymSet& set : sets) {
      std::cout << "  ";
      PrintSet(set);
    }
  }
  if (parts == 0) std::cout << "没有用到同义词。\n";
  return absl::OkStatus();
}

}  // namespace

absl::Status ImportSynonyms(Context& context, const std::string& file) {
  return ImportSheet(context, file, false);
}

void AddSynonymCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "synonyms", "同义词、简称和专名：决定检索能找到什么，不改变答复");
  AddReads(*group, context);
  AddWrites(*group, context);
  AddSheets(*group, context);
  auto query = std::make_shared<std::string>();
  auto* check = AddCommand(*group, context, "check", "查看一句话会按哪些同义词一并检索",
                           [=, &context] { return Check(context, *query); });
  check->add_option("query", *query, "一句话")->required();
}

}  // namespace hotline::cli
