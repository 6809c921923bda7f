// reading, webhooks: what changed for me, who has read it, and which systems are told.
#include <iostream>

#include <sodium.h>

#include "absl/strings/escaping.h"

#include "clients/cli/context.h"
#include "hotline/insight/v1/reading_service.grpc.pb.h"
#include "proto/cc/content_hash.h"

namespace hotline::cli {
namespace {

using insight::v1::EntryChange;
using insight::v1::ReadingService;
using Stub = ReadingService::Stub;

std::string_view WordOf(insight::v1::ChangeKind kind) {
  switch (kind) {
    case insight::v1::PUBLISHED:
      return "新发布";
    case insight::v1::REVISED:
      return "修订";
    case insight::v1::RETIRED:
      return "下线";
    case insight::v1::RECALLED:
      return "召回";
    case insight::v1::FACT_CHANGED:
      return "数据更新";
    case insight::v1::SUSPECT:
      return "依据失效";
    case insight::v1::MERGED:
      return "并入";
    default:
      return "变化";
  }
}

// What became of the text: "第 1 → 2 版", "首次发布", "第 1 版已撤回".
std::string RevisionsOf(const EntryChange& change) {
  const std::string before = std::to_string(change.previous_revision());
  if (change.kind() == insight::v1::RECALLED && change.revision() == 0)
    return "第 " + before + " 版已撤回";
  if (change.kind() == insight::v1::PUBLISHED && change.previous_revision() == 0) return "首次发布";
  return "第 " + before + " → " + std::to_string(change.revision()) + " 版";
}

std::string LineOf(const EntryChange& change) {
  std::string line = std::to_string(change.kb_revision()) + "  " +
                     std::string(WordOf(change.kind())) + "  " + change.entry() + "  " +
                     RevisionsOf(change) + "  " + change.question();
  if (!change.reason().empty()) line += "  （" + change.reason() + "）";
  return line;
}

void AddItems(CLI::App& group, Context& context) {
  auto request = std::make_shared<insight::v1::ListReadingItemsRequest>();
  auto pending = std::make_shared<bool>(false);
  auto days = std::make_shared<int>(0);
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto* items = AddCommand(
      group, context, "items", "我用过或订阅的条目有哪些变化", [=, &context]() -> absl::Status {
        request->set_pending_only(*pending);
        request->set_days(*days);
        request->set_page_size(*page_size);
        request->set_page_token(*page_token);
        ASSIGN_OR_RETURN(const auto page, context.client().Call(&Stub::ListReadingItems, *request));
        if (context.json) {
          PrintJson(context, page);
          return absl::OkStatus();
        }
        std::cout << "待确认 " << page.pending_count() << " 项\n";
        for (const auto& item : page.items()) {
          const bool read = item.has_acknowledge_time();
          std::cout << (item.must_read() ? (read ? "[已阅] " : "[必读] ") : "[变化] ")
                    << LineOf(item.change()) << "\n";
        }
        if (!page.next_page_token().empty())
          std::cout << "还有更多：--page-token " << page.next_page_token() << "\n";
        return absl::OkStatus();
      });
  items->add_flag("--pending", *pending, "只列必须确认而未确认的");
  items->add_option("--days", *days, "往前多少天，1 到 90；不写为 30");
  items->add_option("-n,--page-size", *page_size, "每页条数")->capture_default_str();
  items->add_option("--page-token", *page_token, "翻页标记");
}

void AddReads(CLI::App& group, Context& context) {
  auto entries = std::make_shared<std::vector<std::string>>();
  auto* ack = AddCommand(
      group, context, "ack", "确认已阅：ENTRY@版本位置", [=, &context]() -> absl::Status {
        insight::v1::AcknowledgeItemsRequest request;
        for (const std::string& given : *entries) {
          const size_t at = given.rfind('@');
          if (at == std::string::npos) {
            return FieldInvalid("item", given, "请写成 entries/…@位置。");
          }
          auto* item = request.add_items();
          item->set_entry(given.substr(0, at));
          item->set_kb_revision(std::atoll(given.c_str() + at + 1));
        }
        ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::AcknowledgeItems, request));
        if (context.json) {
          PrintJson(context, reply);
        } else {
          std::cout << "已确认。\n";
        }
        return absl::OkStatus();
      });
  ack->add_option("items", *entries, "如 entries/shebao-chaxun@1024")->required();
  auto use = std::make_shared<insight::v1::RecordUseRequest>();
  auto use_entry = std::make_shared<std::string>();
  auto use_revision = std::make_shared<int64_t>(0);
  auto* used = AddCommand(
      group, context, "use", "记录我用了某个条目的某一版", [=, &context]() -> absl::Status {
        use->set_entry(*use_entry);
        use->set_revision(*use_revision);
        ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::RecordUse, *use));
        if (context.json) {
          PrintJson(context, reply);
        } else {
          std::cout << "已登记。\n";
        }
        return absl::OkStatus();
      });
  used->add_option("entry", *use_entry, "entries/…")->required();
  used->add_option("revision", *use_revision, "版本号")->required();
  auto entry = std::make_shared<std::string>();
  auto position = std::make_shared<int64_t>(0);
  auto* share = AddCommand(
      group, context, "share", "一次变化有多少人该读、多少人已确认",
      [=, &context]() -> absl::Status {
        insight::v1::GetReadingShareRequest request;
        request.set_entry(*entry);
        request.set_kb_revision(*position);
        ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::GetReadingShare, request));
        if (context.json) {
          PrintJson(context, reply);
          return absl::OkStatus();
        }
        std::cout << LineOf(reply.change()) << "\n已确认 " << reply.acknowledged_count() << " / "
                  << reply.reader_count() << "\n";
        for (const std::string& person : reply.pending_people())
          std::cout << "  未确认  " << person << "\n";
        return absl::OkStatus();
      });
  share->add_option("entry", *entry, "entries/…")->required();
  share->add_option("--at", *position, "变化的位置；不写为最近一次");
}

struct FilterArguments {
  std::string entry;
  std::string category;
  std::string region;
  std::string department;
  void AddTo(CLI::App* command) {
    command->add_option("--category", category, "类目及其下级");
    command->add_option("--region", region, "区划及其下级");
    command->add_option("--department", department, "部门及其下级，departments/…");
  }
  template <typename Message>
  void Fill(Message* message) const {
    message->set_category(category);
    message->set_region(region);
    message->set_department(department);
  }
};

void AddSubscriptions(CLI::App& group, Context& context) {
  auto filter = std::make_shared<FilterArguments>();
  auto* subscribe =
      AddCommand(group, context, "subscribe", "订阅变化", [=, &context]() -> absl::Status {
        if (filter->entry.empty() && filter->category.empty() && filter->region.empty() &&
            filter->department.empty()) {
          return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
                           "条目、类目、地区、部门至少填一项。", {{"field", "subscription"}});
        }
        insight::v1::CreateSubscriptionRequest request;
        filter->Fill(request.mutable_subscription());
        request.mutable_subscription()->set_entry(filter->entry);
        return PrintResult(context, context.client().Call(&Stub::CreateSubscription, request));
      });
  subscribe->add_option("--entry", filter->entry, "entries/…");
  filter->AddTo(subscribe);
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto* list = AddCommand(group, context, "subscriptions", "我的订阅", [=, &context] {
    insight::v1::ListSubscriptionsRequest request;
    request.set_page_size(*page_size);
    request.set_page_token(*page_token);
    return PrintResult(context, context.client().Call(&Stub::ListSubscriptions, request));
  });
  list->add_option("-n,--page-size", *page_size, "每页条数")->capture_default_str();
  list->add_option("--page-token", *page_token, "翻页标记");
  auto name = std::make_shared<std::string>();
  auto* unsubscribe = AddCommand(group, context, "unsubscribe", "取消订阅", [=, &context] {
    insight::v1::DeleteSubscriptionRequest request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(&Stub::DeleteSubscription, request));
  });
  unsubscribe->add_option("name", *name, "subscriptions/…")->required();
}

// Checks what came against a key that was got by another way than the feed itself.
absl::Status Verify(const insight::v1::WatchChangesResponse& message, const std::string& key) {
  if (sodium_init() < 0) return absl::InternalError("libsodium");
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  const std::string text = SerializeDeterministic(message.change());
  if (message.signature().size() == crypto_sign_BYTES &&
      crypto_sign_verify_detached(bytes(message.signature()), bytes(text), text.size(),
                                  bytes(key)) == 0) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kDataLoss, type::v1::FIELD_INVALID,
                   "第 " + std::to_string(message.change().kb_revision()) + " 版的变更签名不符。");
}

absl::Status Follow(Context& context, const insight::v1::WatchChangesRequest& request, bool follow,
                    const std::string& key) {
  grpc::ClientContext call;
  context.client().SetUp(call, false);
  const auto stream = context.client().stub<Stub>().WatchChanges(&call, request);
  insight::v1::WatchChangesResponse message;
  int64_t reached = request.after_kb_revision();
  bool quiet = false;
  while (stream->Read(&message)) {
    if (!message.has_change()) {
      // A heartbeat comes when nothing is left to tell, and while an old log is read on without an
      // event: the end is one that did not get further, or the second one in a row.
      if (!follow && (quiet || message.resume_kb_revision() == reached)) break;
      quiet = true;
      continue;
    }
    quiet = false;
    reached = message.resume_kb_revision();
    if (!key.empty()) RETURN_IF_ERROR(Verify(message, key));
    if (context.json) {
      PrintJson(context, message);
    } else {
      std::cout << LineOf(message.change()) << (key.empty() ? "" : "  签名相符") << "\n"
                << std::flush;
    }
  }
  call.TryCancel();
  const grpc::Status status = stream->Finish();
  if (status.error_code() == grpc::StatusCode::CANCELLED || status.ok()) return absl::OkStatus();
  return FromGrpcStatus(status);
}

void AddChanges(CLI::App& group, Context& context) {
  auto request = std::make_shared<insight::v1::WatchChangesRequest>();
  auto filter = std::make_shared<FilterArguments>();
  auto after = std::make_shared<int64_t>(0);
  auto follow = std::make_shared<bool>(false);
  auto key = std::make_shared<std::string>();
  auto entries = std::make_shared<std::vector<std::string>>();
  auto* changes =
      AddCommand(group, context, "changes", "对外口径的变更记录，从任一位置起",
                 [=, &context]() -> absl::Status {
                   filter->Fill(request.get());
                   request->set_after_kb_revision(*after);
                   for (const std::string& entry : *entries) request->add_entries(entry);
                   std::string bytes;
                   if (!key->empty()) {
                     bytes = absl::HexStringToBytes(*key);
                     if (key->size() != 2 * crypto_sign_PUBLICKEYBYTES || ToHex(bytes) != *key)
                       return FieldInvalid("verify", *key,
                                           "请填 64 位小写十六进制公钥（kbctl reading key）。");
                   }
                   return Follow(context, *request, *follow, bytes);
                 });
  changes->add_option("--after", *after, "从这一位置之后；0 为从头，-1 为从现在")
      ->capture_default_str();
  changes->add_option("--entry", *entries, "只看这些条目");
  changes->add_flag("--follow", *follow, "读完后继续等待");
  changes->add_option("--verify", *key, "用这把公钥（十六进制）核对签名");
  filter->AddTo(changes);
  AddCommand(group, context, "key", "签名公钥（十六进制）", [&context]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto reply, context.client().Call(&Stub::GetSigningKey, {}));
    if (context.json) {
      PrintJson(context, reply);
    } else {
      std::cout << ToHex(reply.public_key()) << "  " << reply.key_id() << "\n";
    }
    return absl::OkStatus();
  });
}

void AddWebhookWrites(CLI::App& group, Context& context) {
  auto filter = std::make_shared<FilterArguments>();
  auto title = std::make_shared<std::string>();
  auto url = std::make_shared<std::string>();
  auto* create = AddCommand(group, context, "create", "登记一个推送目标", [=, &context] {
    insight::v1::CreateWebhookRequest request;
    request.mutable_webhook()->set_display_name(*title);
    request.mutable_webhook()->set_url(*url);
    filter->Fill(request.mutable_webhook());
    return PrintResult(context, context.client().Call(&Stub::CreateWebhook, request));
  });
  create->add_option("title", *title, "名称")->required();
  create->add_option("url", *url, "网址")->required();
  filter->AddTo(create);
  const auto add_update = [&](const std::string& word, const std::string& help, bool disabled) {
    auto name = std::make_shared<std::string>();
    auto* command = AddCommand(group, context, word, help, [=, &context] {
      insight::v1::UpdateWebhookRequest request;
      request.set_name(*name);
      request.set_disabled(disabled);
      request.set_resend_after_kb_revision(-1);
      return PrintResult(context, context.client().Call(&Stub::UpdateWebhook, request));
    });
    command->add_option("name", *name, "webhooks/…")->required();
  };
  add_update("enable", "启用，立即重试", false);
  add_update("disable", "停用", true);
  auto name = std::make_shared<std::string>();
  auto after = std::make_shared<int64_t>(0);
  auto* resend =
      AddCommand(group, context, "resend", "启用，并从某一位置之后重新推送", [=, &context] {
        insight::v1::UpdateWebhookRequest request;
        request.set_name(*name);
        request.set_resend_after_kb_revision(*after);
        return PrintResult(context, context.client().Call(&Stub::UpdateWebhook, request));
      });
  resend->add_option("name", *name, "webhooks/…")->required();
  resend->add_option("after", *after, "位置，从 1 起")->required()->check(CLI::PositiveNumber);
  auto gone = std::make_shared<std::string>();
  auto* remove = AddCommand(group, context, "delete", "删除", [=, &context] {
    insight::v1::DeleteWebhookRequest request;
    request.set_name(*gone);
    return PrintResult(context, context.client().Call(&Stub::DeleteWebhook, request));
  });
  remove->add_option("name", *gone, "webhooks/…")->required();
}

}  // namespace

void AddReadingCommands(CLI::App& app, Context& context) {
  auto* reading = AddGroup(app, "reading", "待阅：用过和订阅的条目有哪些变化、谁已确认");
  AddItems(*reading, context);
  AddReads(*reading, context);
  AddSubscriptions(*reading, context);
  AddChanges(*reading, context);
  auto* webhooks = AddGroup(app, "webhooks", "推送：把变更签名后发给其他系统");
  AddWebhookWrites(*webhooks, context);
  AddListAll(*webhooks, context, &Stub::ListWebhooks);
}

}  // namespace hotline::cli
