#include "services/knowledge/checks/completeness.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace hotline::knowledge::checks {
namespace {

using Block = v1::AnswerBlock;

struct Label {
  Block::Type type;
  std::string_view word;
};

constexpr std::array<Label, 32> kLabels = {{
    {Block::CONDITIONS, "条件"}, {Block::CONDITIONS, "对象"}, {Block::CONDITIONS, "范围"},
    {Block::MATERIALS, "材料"},  {Block::MATERIALS, "资料"},  {Block::MATERIALS, "证件"},
    {Block::PROCEDURE, "流程"},  {Block::PROCEDURE, "程序"},  {Block::PROCEDURE, "步骤"},
    {Block::PROCEDURE, "方式"},  {Block::PROCEDURE, "途径"},  {Block::PROCEDURE, "渠道"},
    {Block::TIME_LIMIT, "时限"}, {Block::TIME_LIMIT, "期限"}, {Block::TIME_LIMIT, "时间"},
    {Block::FEE, "收费"},        {Block::FEE, "费用"},        {Block::LOCATION, "地点"},
    {Block::LOCATION, "地址"},   {Block::LOCATION, "窗口"},   {Block::PHONE, "电话"},
    {Block::PHONE, "热线"},      {Block::PHONE, "联系方式"},  {Block::BASIS, "依据"},
    {Block::BASIS, "文号"},      {Block::LINK, "入口"},       {Block::LINK, "网址"},
    {Block::LINK, "网站"},       {Block::LINK, "查询方式"},   {Block::NOTE, "注意事项"},
    {Block::NOTE, "温馨提示"},   {Block::CONCLUSION, "结论"},
}};

// One demand: any of the types will do.
struct Demand {
  v1::EntryKind kind;
  Severity severity;
  std::array<Block::Type, 3> any;
  std::string_view part;  // for people
  std::string_view why;
};

constexpr Block::Type kNone = Block::TYPE_UNSPECIFIED;

constexpr std::array<Demand, 16> kDemands = {{
    {v1::FAQ,
     v1::Finding::BLOCKING,
     {Block::CONCLUSION, kNone, kNone},
     "结论",
     "问答必须先给出可以直接念的结论"},
    {v1::GUIDE,
     v1::Finding::BLOCKING,
     {Block::MATERIALS, kNone, kNone},
     "材料",
     "办事人要知道带什么；不需要材料也请写明"},
    {v1::GUIDE,
     v1::Finding::BLOCKING,
     {Block::LOCATION, Block::PHONE, Block::LINK},
     "地点、电话或办理入口",
     "办事人要知道到哪里办"},
    {v1::GUIDE,
     v1::Finding::WARNING,
     {Block::CONDITIONS, kNone, kNone},
     "条件",
     "办事人要知道自己能不能办"},
    {v1::GUIDE,
     v1::Finding::WARNING,
     {Block::PROCEDURE, kNone, kNone},
     "流程",
     "办事人要知道怎么办"},
    {v1::GUIDE,
     v1::Finding::WARNING,
     {Block::TIME_LIMIT, kNone, kNone},
     "时限",
     "办事人要知道要等多久"},
    {v1::FUNCTION,
     v1::Finding::BLOCKING,
     {Block::CONCLUSION, kNone, kNone},
     "结论",
     "机构职能必须说明管什么"},
    {v1::FUNCTION,
     v1::Finding::WARNING,
     {Block::PHONE, Block::LOCATION, kNone},
     "电话或地点",
     "市民要知道怎么联系"},
    {v1::RESULT_QUERY,
     v1::Finding::BLOCKING,
     {Block::LINK, Block::PHONE, Block::LOCATION},
     "查询入口、电话或地点",
     "结果查询必须说明到哪里查"},
    {v1::POLICY_DOCUMENT,
     v1::Finding::BLOCKING,
     {Block::BASIS, Block::LINK, kNone},
     "依据或入口",
     "政策文件必须能找到原文"},
    {v1::INTERPRETATION,
     v1::Finding::BLOCKING,
     {Block::BASIS, kNone, kNone},
     "依据",
     "解读必须说明解读的是哪个文件"},
    {v1::NOTICE,
     v1::Finding::BLOCKING,
     {Block::CONCLUSION, kNone, kNone},
     "结论",
     "公告必须有正文"},
    {v1::EMERGENCY,
     v1::Finding::BLOCKING,
     {Block::CONCLUSION, kNone, kNone},
     "结论",
     "应急口径必须有可以直接念的话"},
    {v1::EMERGENCY,
     v1::Finding::WARNING,
     {Block::PHONE, kNone, kNone},
     "电话",
     "紧急情况下市民要知道打给谁"},
    {v1::STATUTE,
     v1::Finding::BLOCKING,
     {Block::CONCLUSION, Block::BASIS, kNone},
     "条文",
     "法律条文必须有正文"},
    {v1::CASE, v1::Finding::BLOCKING, {Block::CONCLUSION, kNone, kNone}, "答复", "案例必须有答复"},
}};

// A label with a colon close behind it: 办理时限：, 咨询电话（工作日）：.
bool IsLabelled(const std::string& text, std::string_view word) {
  constexpr size_t kReach = 24;  // bytes between label and colon
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::string_view behind = std::string_view(text).substr(at + word.size(), kReach);
    const size_t wide = behind.find("：");
    const size_t colon = std::min(wide, behind.find(':'));
    const size_t stop = std::min(behind.find("。"), behind.find('\n'));
    if (colon != std::string_view::npos && colon < stop) return true;
  }
  return false;
}

void Miss(const v1::EntryContent& content, Severity severity, std::string_view part,
          std::string_view why, std::vector<v1::Finding>* findings) {
  findings->push_back(MakeFinding(
      {.fault = v1::Finding::INCOMPLETE,
       .severity = severity,
       .path = "blocks",
       .about = v1::EntryKind_Name(content.kind()) + "/" + std::string(part),
       .message = "缺少“" + std::string(part) + "”：" + std::string(why) + "，请补充。"}));
}

bool CitesSomething(const v1::EntryContent& content) {
  return content.policies_size() > 0 || HasPart(content, Block::BASIS);
}

}  // namespace

bool HasPart(const v1::EntryContent& content, Block::Type type) {
  for (const Block& block : content.blocks()) {
    if (block.type() == type) return true;
  }
  for (const Label& label : kLabels) {
    if (label.type != type) continue;
    for (const Block& block : content.blocks()) {
      if (IsLabelled(block.text(), label.word)) return true;
    }
  }
  return false;
}

void CheckCompleteness(const v1::EntryContent& content, std::vector<v1::Finding>* findings) {
  for (const Demand& demand : kDemands) {
    if (demand.kind != content.kind()) continue;
    const bool cited = content.policies_size() > 0 && demand.any[0] == Block::BASIS;
    const bool there = std::any_of(demand.any.begin(), demand.any.end(), [&](Block::Type type) {
      return type != kNone && HasPart(content, type);
    });
    if (!there && !cited) Miss(content, demand.severity, demand.part, demand.why, findings);
  }
  if (content.risk() == v1::HIGH && content.kind() != v1::STATUTE && !CitesSomething(content)) {
    Miss(content, v1::Finding::WARNING, "政策依据", "高风险的答复应当写明依据", findings);
  }
  if (content.kind() == v1::EMERGENCY && !content.validity().has_expire_time() &&
      !content.validity().has_review_time()) {
    Miss(content, v1::Finding::WARNING, "失效或复核时间", "应急口径不应一直有效", findings);
  }
  if (content.department().empty()) {
    findings->push_back(MakeFinding({.fault = v1::Finding::INCOMPLETE,
                                     .path = "department",
                                     .about = "department",
                                     .message = "没有写承办单位：出了问题找不到负责人，请补充。"}));
  }
}

}  // namespace hotline::knowledge::checks
