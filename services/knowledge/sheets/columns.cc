#include "services/knowledge/sheets/columns.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "services/knowledge/sheets/words.h"

namespace hotline::knowledge::sheets {
namespace {

struct Heading {
  std::string_view word;
  Column column;
};

// The first word of a column is the one that exports write.
constexpr std::array<Heading, 74> kHeadings = {{
    {"编号", Column::kId},
    {"类目", Column::kCategory},
    {"标题", Column::kTitle},
    {"内容", Column::kContent},
    {"发文单位", Column::kDepartment},
    {"材料性质", Column::kKind},
    {"关键字", Column::kKeywords},
    {"相似问", Column::kSimilar},
    {"简短答复", Column::kShortAnswer},
    {"尺度提示", Column::kAgentNotes},
    {"区划", Column::kRegion},
    {"生效时间", Column::kEffective},
    {"失效时间", Column::kExpire},
    {"有效期至", Column::kValidThrough},
    {"复核时间", Column::kReview},
    {"公开范围", Column::kAudience},
    {"渠道", Column::kChannels},
    {"风险", Column::kRisk},
    {"政策依据", Column::kPolicies},
    {"单位编号", Column::kDepartmentId},
    {"单位电话", Column::kDepartmentPhone},
    {"来源", Column::kSource},
    {"来源编号", Column::kSourceId},
    {"来源许可", Column::kLicence},
    {"来源日期", Column::kSourceDate},
    {"示例", Column::kSample},
    {"英文标题", Column::kEnTitle},
    {"英文相似问", Column::kEnSimilar},
    {"英文内容", Column::kEnContent},
    {"英文简短答复", Column::kEnShort},
    {"繁体标题", Column::kTwTitle},
    {"繁体相似问", Column::kTwSimilar},
    {"繁体内容", Column::kTwContent},
    {"繁体简短答复", Column::kTwShort},
    {"政策数据", Column::kPolicyData},
    {"拒绝原因", Column::kIgnored},
    {"状态", Column::kIgnored},
    {"线上版本", Column::kIgnored},
    {"序号", Column::kIgnored},
    {"知识编号", Column::kId},
    {"条目编号", Column::kId},
    {"分类", Column::kCategory},
    {"类别", Column::kCategory},
    {"知识分类", Column::kCategory},
    {"标准问", Column::kTitle},
    {"问题", Column::kTitle},
    {"词条标题", Column::kTitle},
    {"知识标题", Column::kTitle},
    {"正文", Column::kContent},
    {"答案", Column::kContent},
    {"知识内容", Column::kContent},
    {"答复口径", Column::kContent},
    {"承办单位", Column::kDepartment},
    {"责任单位", Column::kDepartment},
    {"报送单位", Column::kDepartment},
    {"所属部门", Column::kDepartment},
    {"知识类型", Column::kKind},
    {"类型", Column::kKind},
    {"关键词", Column::kKeywords},
    {"相似问法", Column::kSimilar},
    {"相似问题", Column::kSimilar},
    {"适用问题", Column::kSimilar},
    {"扩展问", Column::kSimilar},
    {"短信答复", Column::kShortAnswer},
    {"内部提示", Column::kAgentNotes},
    {"区划代码", Column::kRegion},
    {"行政区划", Column::kRegion},
    {"生效日期", Column::kEffective},
    {"失效日期", Column::kExpire},
    {"有效期止", Column::kValidThrough},
    {"复核日期", Column::kReview},
    {"下次复核", Column::kReview},
    {"风险等级", Column::kRisk},
    {"依据文件", Column::kPolicies},
}};

void Erase(std::string_view what, std::string* text) {
  for (size_t at = text->find(what); at != std::string::npos; at = text->find(what, at)) {
    text->erase(at, what.size());
  }
}

// The continuation number in "相似问（续2）", taken off; 0 when it has none.
int TakePart(std::string* text) {
  constexpr std::string_view kOpen = "(续";
  const size_t open = text->rfind(kOpen);
  if (open == std::string::npos) return 0;
  int part = 0;
  const char* first = text->data() + open + kOpen.size();
  const char* last = text->data() + text->size();
  const auto parsed = std::from_chars(first, last, part);
  if (parsed.ec != std::errc() || std::string_view(parsed.ptr, last) != ")") return 0;
  text->resize(open);
  return part;
}

// Without blanks, marks of required columns, and remarks in brackets: "标题 *（必填）" is 标题.
std::string Plain(std::string_view heading, int* part) {
  std::string text(heading);
  for (const std::string_view blank : {" ", "\t", "\n", "\r", "　", "*", "＊", "：", ":"}) {
    Erase(blank, &text);
  }
  for (const auto& [wide, narrow] : {std::pair("（", "("), std::pair("）", ")")}) {
    for (size_t at = text.find(wide); at != std::string::npos; at = text.find(wide, at)) {
      text.replace(at, std::string_view(wide).size(), narrow);
    }
  }
  *part = TakePart(&text);
  const size_t open = text.find('(');
  if (open != std::string::npos && open > 0 && text.back() == ')') text.resize(open);
  return text;
}

MappedColumn MapHeading(const std::string& heading) {
  MappedColumn mapped{.heading = heading};
  const std::string plain = Plain(heading, &mapped.part);
  const auto* found = std::find_if(kHeadings.begin(), kHeadings.end(),
                                   [&](const Heading& known) { return known.word == plain; });
  if (found != kHeadings.end()) {
    mapped.column = found->column;
  } else if (const auto type = BlockTypeOf(plain); type.has_value()) {
    // 标准答复口径 is the answer; the other parts have columns beside it.
    mapped.column = *type == v1::AnswerBlock::CONCLUSION ? Column::kContent : Column::kBlock;
    mapped.block = *type;
  } else {
    mapped.known = plain.empty();
  }
  return mapped;
}

bool SameMeaning(const MappedColumn& a, const MappedColumn& b) {
  return a.column == b.column && a.part == b.part && a.block == b.block;
}

}  // namespace

std::string HeadingOf(Column column, int part) {
  const auto* found = std::find_if(kHeadings.begin(), kHeadings.end(),
                                   [&](const Heading& known) { return known.column == column; });
  std::string heading(found == kHeadings.end() ? std::string_view() : found->word);
  return part == 0 ? heading : heading + "（续" + std::to_string(part) + "）";
}

const std::vector<ExportColumn>& ExportColumns() {
  static const auto* const columns = [] {
    auto* all = new std::vector<ExportColumn>;
    for (int i = 0; i <= static_cast<int>(Column::kPolicyData); ++i) {
      const auto column = static_cast<Column>(i);
      if (column != Column::kValidThrough) all->push_back({column, 0});
    }
    // 200 similar questions of 200 characters, of two units each at worst, and answers of 20,000.
    for (const Column column : {Column::kSimilar, Column::kEnSimilar, Column::kTwSimilar}) {
      all->push_back({column, 1});
      all->push_back({column, 2});
    }
    for (const Column column : {Column::kContent, Column::kEnContent, Column::kTwContent}) {
      all->push_back({column, 1});
    }
    return all;
  }();
  return *columns;
}

std::optional<ColumnMap> ColumnMap::Read(const SheetRow& row) {
  ColumnMap map;
  for (const Cell& cell : row.cells) {
    MappedColumn mapped = MapHeading(cell.text);
    const bool used = mapped.column != Column::kIgnored;
    mapped.repeated =
        used && std::any_of(map.columns_.begin(), map.columns_.end(),
                            [&](const MappedColumn& one) { return SameMeaning(one, mapped); });
    if (mapped.repeated) mapped.column = Column::kIgnored;
    map.columns_.push_back(std::move(mapped));
  }
  if (!map.Has(Column::kTitle) || !(map.Has(Column::kContent) || map.Has(Column::kBlock))) {
    return std::nullopt;
  }
  return map;
}

bool ColumnMap::Has(Column column) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](const MappedColumn& one) { return one.column == column; });
}

std::string ColumnMap::HeadingFor(Column column) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const MappedColumn& one) {
    return one.column == column && one.part == 0;
  });
  return found == columns_.end() ? HeadingOf(column) : found->heading;
}

}  // namespace hotline::knowledge::sheets
