// receipts: the proof of what was said; lists of call-backs after a recall.
#include <cstdint>
#include <fstream>
#include <iostream>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"
#include "clients/cli/local_time.h"
#include "hotline/insight/v1/receipt_service.grpc.pb.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using insight::v1::AnswerReceipt;
using insight::v1::GetReceiptResponse;
using insight::v1::ListRecallReceiptsResponse;
using Stub = insight::v1::ReceiptService::Stub;

constexpr int kPageOfAll = 1'000;

std::string CodeOf(const AnswerReceipt& receipt) {
  constexpr size_t kDigits = 12;
  std::string code = receipt.name().substr(receipt.name().size() - kDigits);
  return code.insert(8, " ").insert(4, " ");
}

std::string StandingWord(GetReceiptResponse::Standing standing) {
  switch (standing) {
    case GetReceiptResponse::CURRENT:
      return "现在仍是这样答复";
    case GetReceiptResponse::SUPERSEDED:
      return "现在的答复已更新";
    case GetReceiptResponse::RECALLED:
      return "该答复有误，已召回";
    case GetReceiptResponse::WITHDRAWN:
      return "现在已不再提供这一答复";
    default:
      return "不明";
  }
}

void PrintReceipt(const AnswerReceipt& receipt) {
  std::cout << CodeOf(receipt) << "  " << LocalTime(receipt.give_time()) << "  "
            << type::v1::Channel_Name(receipt.channel()) << "  " << receipt.entry() << " 第 "
            << receipt.revision() << " 版"
            << (receipt.region().empty() ? "" : "  " + receipt.region()) << "\n";
}

// --- give

// Asks for the answer as the channel would, and leaves a receipt for just that.
absl::Status Give(Context& context, const std::string& entry, const std::string& channel,
                  const std::string& region) {
  ASSIGN_OR_RETURN(const type::v1::Channel parsed, ParseChannel(channel));
  answer::v1::GetAnswerRequest ask;
  ask.set_name(entry);
  ask.set_channel(parsed);
  ask.set_region(region);
  ASSIGN_OR_RETURN(const auto answer, context.client().GetAnswer(ask));
  insight::v1::CreateReceiptRequest request;
  request.set_entry(answer.answer().entry());
  request.set_revision(answer.answer().revision());
  request.set_kb_revision(answer.answer().kb_revision());
  request.set_content_hash(answer.answer().content_hash());
  request.set_language(answer.answer().language());
  request.set_channel(parsed);
  request.set_region(region);
  ASSIGN_OR_RETURN(const auto given, context.client().Call(&Stub::CreateReceipt, request));
  if (context.json) {
    PrintJson(context, given);
    return absl::OkStatus();
  }
  std::cout << "凭证码 " << given.code() << "（" << given.receipt().entry() << " 第 "
            << given.receipt().revision() << " 版，全库版本 " << given.receipt().kb_revision()
            << "）\n";
  return absl::OkStatus();
}

void AddGive(CLI::App& group, Context& context) {
  auto entry = std::make_shared<std::string>();
  auto channel = std::make_shared<std::string>("AGENT");
  auto region = std::make_shared<std::string>();
  auto* give = AddCommand(group, context, "give", "为现在的答复开具凭证",
                          [=, &context] { return Give(context, *entry, *channel, *region); });
  give->add_option("entry", *entry, "entries/…")->required();
  give->add_option("--channel", *channel, "AGENT、WEB、WECHAT …")->capture_default_str();
  give->add_option("--region", *region, "问询人所在地区，如 440305");
}

// --- show

absl::Status Show(Context& context, const std::string& code) {
  insight::v1::GetReceiptRequest request;
  request.set_name(code);
  ASSIGN_OR_RETURN(const auto found, context.client().Call(&Stub::GetReceipt, request));
  if (context.json) {
    PrintJson(context, found);
    return absl::OkStatus();
  }
  if (found.has_receipt()) {
    PrintReceipt(found.receipt());
  } else {
    std::cout << found.code() << "  内部渠道的答复，登录后可见\n";
  }
  std::cout << StandingWord(found.standing())
            << (found.recall().empty() ? "" : "（" + found.recall() + "）") << "\n"
            << (found.verified() ? "已核对：知识库在该版本的内容与凭证一致。\n"
                                 : "注意：知识库在该版本的内容与凭证不一致！\n");
  if (!found.has_said()) return absl::OkStatus();
  std::cout << "\n问：" << found.said().question() << "\n答：" << found.said().text() << "\n";
  if (!found.said().owner().empty()) std::cout << "承办：" << found.said().owner() << "\n";
  for (const std::string& policy : found.said().policies()) std::cout << "依据：" << policy << "\n";
  return absl::OkStatus();
}

// --- lists

absl::Status ParseTime(const std::string& text, std::string_view field,
                       google::protobuf::Timestamp* time) {
  if (TimeUtil::FromString(text, time)) return absl::OkStatus();
  return FieldInvalid(field, text, "请写成 2026-01-01T00:00:00+08:00 的形式。");
}

struct ListArguments {
  std::string entry;
  int64_t revision = 0;
  std::string channel;
  std::string from;
  std::string to;
  int page_size = 50;
  std::string page_token;
};

absl::Status List(Context& context, const ListArguments& arguments) {
  insight::v1::ListReceiptsRequest request;
  request.set_entry(arguments.entry);
  request.set_revision(arguments.revision);
  if (!arguments.channel.empty()) {
    ASSIGN_OR_RETURN(const type::v1::Channel channel, ParseChannel(arguments.channel));
    request.set_channel(channel);
  }
  if (!arguments.from.empty()) {
    RETURN_IF_ERROR(ParseTime(arguments.from, "from", request.mutable_from_time()));
  }
  if (!arguments.to.empty()) {
    RETURN_IF_ERROR(ParseTime(arguments.to, "to", request.mutable_to_time()));
  }
  request.set_page_size(arguments.page_size);
  request.set_page_token(arguments.page_token);
  ASSIGN_OR_RETURN(const auto page, context.client().Call(&Stub::ListReceipts, request));
  if (context.json) {
    PrintJson(context, page);
    return absl::OkStatus();
  }
  for (const AnswerReceipt& receipt : page.receipts()) PrintReceipt(receipt);
  if (!page.next_page_token().empty()) {
    std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
  }
  return absl::OkStatus();
}

void AddList(CLI::App& group, Context& context) {
  auto arguments = std::make_shared<ListArguments>();
  auto* list = AddCommand(group, context, "list", "列出一个条目的凭证，先开具的在前",
                          [=, &context] { return List(context, *arguments); });
  list->add_option("--entry", arguments->entry, "entries/…")->required();
  list->add_option("--revision", arguments->revision, "只列这一版");
  list->add_option("--channel", arguments->channel, "只列这个渠道");
  list->add_option("--from", arguments->from, "这一时刻起，如 2026-01-01T00:00:00+08:00");
  list->add_option("--to", arguments->to, "这一时刻前");
  list->add_option("-n,--page-size", arguments->page_size, "每页条数")->capture_default_str();
  list->add_option("--page-token", arguments->page_token, "翻页标记");
}

// --- recall

// A sheet for those who call back; nothing in it needs quotes. With a byte order mark, so that
// spreadsheets read it as UTF-8.
void WriteCsvHead(std::ostream& out) {
  out << "\xEF\xBB\xBF凭证码,时间,渠道,地区,条目,版本,全库版本\r\n";
}
void WriteCsvRow(const AnswerReceipt& receipt, std::ostream& out) {
  out << CodeOf(receipt) << "," << LocalTime(receipt.give_time()) << ","
      << type::v1::Channel_Name(receipt.channel()) << "," << receipt.region() << ","
      << receipt.entry() << "," << receipt.revision() << "," << receipt.kb_revision() << "\r\n";
}

void PrintCounts(const ListRecallReceiptsResponse& first) {
  std::cout << "召回前按该版本开具的凭证 " << first.total_count() << " 份";
  const char* before = "：";
  for (const auto& row : first.counts()) {
    std::cout << before << type::v1::Channel_Name(row.channel()) << " " << row.count();
    before = "，";
  }
  std::cout << "\n";
}

absl::Status Recall(Context& context, const std::string& recall, const std::string& channel,
                    const std::string& file) {
  insight::v1::ListRecallReceiptsRequest request;
  request.set_recall(recall);
  request.set_page_size(kPageOfAll);
  if (!channel.empty()) {
    ASSIGN_OR_RETURN(const type::v1::Channel parsed, ParseChannel(channel));
    request.set_channel(parsed);
  }
  std::ofstream sheet;
  if (!file.empty() && file != "-") {
    sheet.open(file, std::ios::binary | std::ios::trunc);
    if (!sheet) return FieldInvalid("csv", file, "不能写入，请检查路径和磁盘。");
  }
  std::ostream& out = sheet.is_open() ? sheet : std::cout;
  if (!file.empty()) WriteCsvHead(out);
  int64_t written = 0;
  do {
    ASSIGN_OR_RETURN(const auto page, context.client().Call(&Stub::ListRecallReceipts, request));
    if (context.json && file.empty()) {
      PrintJson(context, page);
    } else if (request.page_token().empty() && file != "-") {
      PrintCounts(page);
    }
    for (const AnswerReceipt& receipt : page.receipts()) {
      if (!file.empty()) {
        WriteCsvRow(receipt, out);
      } else if (!context.json) {
        PrintReceipt(receipt);
      }
      ++written;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!sheet.is_open()) return absl::OkStatus();
  sheet.close();
  if (!sheet) return FieldInvalid("csv", file, "不能写入，请检查路径和磁盘。");
  std::cout << "已写入 " << written << " 份到 " << file << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddReceiptCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "receipts", "答复凭证：当时说了什么，召回后该回访谁");
  AddGive(*group, context);
  auto code = std::make_shared<std::string>();
  auto* show = AddCommand(*group, context, "show", "按凭证码查当时的答复原文",
                          [=, &context] { return Show(context, *code); });
  show->add_option("code", *code, "凭证码，如 \"4830 1296 5547\"；空格、短横、全角、汉字数字均可")
      ->required();
  AddList(*group, context);
  auto recall = std::make_shared<std::string>();
  auto channel = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  auto* called = AddCommand(*group, context, "recall", "列出一次召回涉及的全部凭证，供回访",
                            [=, &context] { return Recall(context, *recall, *channel, *file); });
  called->add_option("recall", *recall, "recalls/…")->required();
  called->add_option("--channel", *channel, "只列这个渠道");
  called->add_option("--csv", *file, "写成 CSV 表格；- 为标准输出");
}

}  // namespace hotline::cli
