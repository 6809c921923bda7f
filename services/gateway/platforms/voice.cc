#include "services/gateway/platforms/voice.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"

#include "proto/cc/text.h"
#include "services/text/plain_sections.h"
#include "services/text/text_parts.h"

namespace hotline::gateway::platforms {
namespace {

using knowledge::v1::AnswerBlock;

constexpr char kHotlineName[] = "12345政务服务便民热线";
constexpr char kHotlinePhone[] = "12345";

// Parts of what stands around an answer, in characters.
constexpr size_t kQuestionLength = 60;
constexpr size_t kOwnerLength = 40;
constexpr size_t kPhoneLength = 40;
constexpr size_t kNameLength = 40;
// What stands around a part of an answer has room in so many bytes.
constexpr size_t kFrameBytes = 700;

std::string Cut(std::string_view text, size_t length) {
  if (CodePoints(text) <= length) return std::string(text);
  return std::string(Prefix(text, length)) + "…";
}

bool BeginsBlock(std::string_view line) {
  for (int type = AnswerBlock::Type_MIN; type <= AnswerBlock::Type_MAX; ++type) {
    if (!AnswerBlock::Type_IsValid(type)) continue;
    const std::string heading(
        text::BlockHeading(static_cast<AnswerBlock::Type>(type), type::v1::ZH_CN));
    if (!heading.empty() && line.starts_with(heading + "：")) return true;
  }
  return false;
}

// The blocks of a plain answer: what was joined for messages of the usual size is cut anew, since a
// part of ours has more around it.
std::vector<std::string> Blocks(const answer::v1::Answer& answer) {
  std::vector<std::string> blocks;
  for (const std::string& part : answer.text_parts()) {
    bool first = true;
    for (size_t at = 0; at <= part.size();) {
      const size_t end = std::min(part.find('\n', at), part.size());
      const std::string_view line = std::string_view(part).substr(at, end - at);
      if (first || BeginsBlock(line)) {
        blocks.emplace_back(line);
      } else {
        blocks.back() += "\n" + std::string(line);
      }
      first = false;
      at = end + 1;
    }
  }
  return blocks;
}

std::vector<std::string> Parts(const answer::v1::Answer& answer, size_t text_bytes_max) {
  const size_t room = text_bytes_max - kFrameBytes;
  return text::ToParts(Blocks(answer), {{.bytes = room}, {.bytes = room}});
}

std::string OwnerLine(const answer::v1::Answer& answer) {
  if (answer.owner().display_name().empty()) return "";
  std::string line = "答复单位：" + Cut(answer.owner().display_name(), kOwnerLength);
  if (!answer.owner().phone().empty()) {
    line += "（" + Cut(answer.owner().phone(), kPhoneLength) + "）";
  }
  return line + "\n";
}

std::string LocalDay(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(time.seconds()),
                          absl::FixedTimeZone(8 * 3600));
}

}  // namespace

Voice::Voice(Settings settings)
    : display_name_(
          Cut(settings.display_name.empty() ? kHotlineName : settings.display_name, kNameLength)),
      greeting_(std::move(settings.greeting)),
      phone_(Cut(settings.phone.empty() ? kHotlinePhone : settings.phone, kPhoneLength)),
      text_bytes_max_(settings.text_bytes_max) {}

std::string Voice::Fit(std::string text) const {
  if (text.size() <= text_bytes_max_) return text;
  constexpr std::string_view kMore = "…";
  return std::string(Prefix(text, std::string_view::npos, text_bytes_max_ - kMore.size())) +
         std::string(kMore);
}

AnswerPage Voice::Answer(const answer::v1::Answer& answer, size_t part, std::string_view receipt,
                         Again again) const {
  const std::vector<std::string> parts = Parts(answer, text_bytes_max_);
  if (parts.empty()) return {Unavailable(), false};
  part = std::min(part, parts.size() - 1);
  AnswerPage page;
  page.more = part + 1 < parts.size();
  std::string head;
  if (again == Again::kChanged) head = "这条答复刚刚更新，请以下面的为准：\n";
  if (part == 0) head += "【" + Cut(answer.question(), kQuestionLength) + "】\n";
  std::string foot = "\n\n";
  if (part == 0) {
    foot += OwnerLine(answer);
    if (!receipt.empty()) foot += "答复凭证：" + std::string(receipt) + "\n";
  }
  if (parts.size() > 1) {
    foot += "（第 " + std::to_string(part + 1) + "/" + std::to_string(parts.size()) + " 部分）";
  }
  foot += page.more ? "回复 1 看下文。"
                    : "回复“有用”或“没用”评价；有误请回复“纠错”加说明；回复“转人工”找人工。";
  page.text = Fit(head + parts[part] + foot);
  return page;
}

std::string Voice::Menu(std::string_view head, const std::vector<Choice>& choices) const {
  std::string text(head);
  for (size_t i = 0; i < choices.size(); ++i) {
    text += "\n" + std::to_string(i + 1) + ". " + Cut(choices[i].question, kQuestionLength);
    if (!choices[i].distinction.empty()) {
      text += "（" + Cut(choices[i].distinction, kOwnerLength) + "）";
    }
  }
  return Fit(text + "\n\n回复数字看答复；都不是，请换个说法再问，或回复“转人工”。");
}

std::string Voice::NotKnown(const answer::v1::Referral& referral) const {
  std::string text = referral.message();
  if (text.empty()) text = "这个问题暂时没有查到可靠的答复。";
  // The sentence of the service names whom to call, as a rule; what it leaves out is added.
  const auto add = [&text](const char* what, const std::string& value) {
    if (!value.empty() && text.find(value) == std::string::npos) text += what + value;
  };
  add("\n可能的负责单位：", Cut(referral.owner().display_name(), kOwnerLength));
  add("\n请拨打：", Cut(referral.phone(), kPhoneLength));
  add("\n也可以拨打：", phone_);
  return Fit(text + "\n换个说法再问一次，也许能找到。");
}

std::string Voice::Greeting() const {
  if (!greeting_.empty()) return Fit(greeting_);
  return Fit(
      "您好，这里是" + display_name_ +
      "。\n直接输入您想问的事，例如“居住证怎么办”，就能看到经过审核的答复。\n回复“热门”看大家"
      "在问什么，回复“转人工”找人工，回复“帮助”看用法。");
}

std::string Voice::Help() const {
  return Fit(
      "直接输入您想问的事，一次问一件，例如“失业金怎么领”。\n给出选项时，回复数字。\n答复较长时，回"
      "复"
      " 1 "
      "看下文。\n回复“有用”或“没用”评价上一条答复；有误请回复“纠错”加说明。\n回复“热门”看大家在问"
      "什么，回复“转人工”找人工。");
}

std::string Voice::HandOver(bool after_answer) const {
  std::string text = "请拨打 " + phone_ + "，由人工为您解答。";
  if (after_answer) text += "拨打时报上答复里的凭证号，工作人员就能看到您读到的内容。";
  return Fit(text);
}

std::string Voice::NoText() const {
  return Fit("请用文字说说您想问的事，例如“居住证怎么办”。回复“帮助”看用法。");
}

std::string Voice::TooLong() const {
  return Fit("您的问题太长了（最多 1000 个字）。请用一两句话说说您想问的事，或拨打 " + phone_ +
             "。");
}

std::string Voice::NotHeard() const {
  return Fit("暂时听不了语音。请用文字说说您想问的事，或拨打 " + phone_ + "。");
}

std::string Voice::NotSeen() const {
  return Fit("暂时看不了图片和视频。请用文字说说您想问的事，或拨打 " + phone_ + "。");
}

std::string Voice::NotPlace() const {
  return Fit("暂时看不了位置。请用文字写明地点和您想问的事，或拨打 " + phone_ + "。");
}

std::string Voice::NotRead() const {
  return Fit("暂时看不了这类消息。请用文字说说您想问的事，或拨打 " + phone_ + "。");
}

std::string Voice::NothingToContinue() const {
  return Fit("没有可以接着看的内容，可能隔得久了。请重新输入您想问的事。");
}

std::string Voice::NoSuchNumber(size_t count) const {
  return Fit("请回复 1 到 " + std::to_string(count) + " 之间的数字，或重新输入您想问的事。");
}

std::string Voice::Late() const {
  return Fit("正在为您查找。请稍后回复 1 看答复，也可以拨打 " + phone_ + "。");
}

std::string Voice::Unavailable() const {
  return Fit("系统暂时不能答复。请稍后再问一次，或拨打 " + phone_ + "。");
}

std::string Voice::Busy() const {
  return Fit("现在询问的人较多。请稍后再问一次，或拨打 " + phone_ + "。");
}

std::string Voice::TooMany() const {
  return Fit("您发得太快了。请过一分钟再问，或拨打 " + phone_ + "。");
}

std::string Voice::Withdrawn() const {
  return Fit("刚才那条答复已经撤下，请不要再照它办理。请重新提问，或拨打 " + phone_ + "。");
}

std::string Voice::ChoicesWithdrawn() const {
  return Fit("刚才的选项已经撤下。请重新提问，或拨打 " + phone_ + "。");
}

std::string Voice::NoHotQuestions() const {
  return Fit("最近还没有热门问题。请直接输入您想问的事。");
}

std::string Voice::Useful() const { return "谢谢您的评价。"; }

std::string Voice::Useless() const {
  return Fit("谢谢，已经记下，我们会改进这条答复。哪里不对，请回复“纠错”加说明；急事请拨打 " +
             phone_ + "。");
}

std::string Voice::NothingToJudge() const { return "请先提问，看到答复后再评价或纠错。"; }

std::string Voice::SayWhatIsWrong() const {
  return "请在“纠错”后面写明哪里不对（至多 1000 个字），例如“纠错 地址已经搬了”。";
}

std::string Voice::Corrected(const insight::v1::ReportCorrectionResponse& response) const {
  std::string text = "谢谢，纠错已经记下，查询号：" + response.code();
  if (response.has_due_time()) text += "，我们会在 " + LocalDay(response.due_time()) + " 前处理";
  return Fit(text + "。");
}

std::string Voice::NotRecorded() const {
  return Fit("没有记下来，请稍后再试一次，或拨打 " + phone_ + "。");
}

}  // namespace hotline::gateway::platforms
