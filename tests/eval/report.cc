#include "tests/eval/report.h"

#include <cstdio>

#include "nlohmann/json.hpp"

namespace hotline::eval {
namespace {

using Json = nlohmann::ordered_json;

template <typename... Values>
std::string Line(const char* format, Values... values) {
  char line[512];
  std::snprintf(line, sizeof line, format, values...);
  return line;
}

Json AskJson(const AskSummary& ask) {
  return {{"asked", ask.asked},
          {"answered_right", ask.right},
          {"answered_wrong", ask.wrong},
          {"choices_right", ask.choice_right},
          {"choices_wrong", ask.choice_wrong},
          {"not_known", ask.not_known},
          {"coverage", ask.coverage},
          {"precision", ask.precision},
          {"precision_at_coverage_20_40_60_80_100", ask.precision_at_coverage},
          {"p50_ms", ask.p50_ms},
          {"p99_ms", ask.p99_ms}};
}

Json SetJson(const JudgedSet& set) {
  const Summary& s = set.summary;
  Json json = {{"name", set.name},         {"queries", s.queries},
               {"hit@1", s.hit1},          {"hit@3", s.hit3},
               {"hit@10", s.hit10},        {"recall@1", s.recall1},
               {"recall@3", s.recall3},    {"recall@10", s.recall10},
               {"mrr@10", s.mrr10},        {"ndcg@10", s.ndcg10},
               {"zero_rate", s.zero_rate}, {"p50_ms", s.p50_ms},
               {"p99_ms", s.p99_ms},       {"refused", s.refused},
               {"cut", set.cut},           {"ranks", RankString(set.queries)}};
  if (s.ask.asked > 0) {
    json["ask"] = AskJson(s.ask);
    json["replies"] = ReplyString(set.queries);
  }
  return json;
}

std::string SetText(const JudgedSet& set) {
  const Summary& s = set.summary;
  std::string text = Line("%s：%zu 个问题\n", set.name.c_str(), s.queries);
  text += Line("  hit@1 %.3f  hit@3 %.3f  hit@10 %.3f   （前 k 条中至少有一条正确）\n", s.hit1,
               s.hit3, s.hit10);
  text += Line("  R@1   %.3f  R@3   %.3f  R@10   %.3f   （召回率：正确条目中排进前 k 条的比例）\n",
               s.recall1, s.recall3, s.recall10);
  text += Line("  MRR@10 %.3f  nDCG@10 %.3f  零结果 %.2f%%  延迟 p50 %.2f ms  p99 %.2f ms\n",
               s.mrr10, s.ndcg10, s.zero_rate * 100, s.p50_ms, s.p99_ms);
  if (s.ask.asked > 0) {
    const AskSummary& a = s.ask;
    text += Line("  问答：答对 %zu  答错 %zu  选项含正确 %zu  选项不含 %zu  不知道 %zu\n", a.right,
                 a.wrong, a.choice_right, a.choice_wrong, a.not_known);
    text += Line("        作答率 %.3f  作答准确率 %.3f  p50 %.2f ms  p99 %.2f ms\n", a.coverage,
                 a.precision, a.p50_ms, a.p99_ms);
    text += "        按把握排序，前 20/40/60/80/100% 问题的首条准确率";
    for (const double share : a.precision_at_coverage) text += Line(" %.3f", share);
    text += "\n";
  }
  if (set.cut > 0) text += Line("  有 %zu 个问题超过 1000 字，只用了开头\n", set.cut);
  if (s.refused > 0) {
    text += Line("  有 %zu 个问题被拒绝（按零结果计）：", s.refused) + set.first_refusal + "\n";
  }
  return text;
}

}  // namespace

std::string ToText(const Report& report) {
  const ImportReport& import = report.import;
  std::string text =
      report.corpus + Line("：%lld 行，入库 %lld，用时 %.1f 秒；服务内存 %.0f MiB，磁盘 %.0f MiB\n",
                           static_cast<long long>(import.rows),
                           static_cast<long long>(import.accepted), import.seconds,
                           static_cast<double>(report.resident_bytes) / 1048576,
                           static_cast<double>(report.disk_bytes) / 1048576);
  if (import.filled_in > 0) {
    text += Line("  %lld 行缺少类型、问题、答案或类目，已用不影响检索的内容补齐\n",
                 static_cast<long long>(import.filled_in));
  }
  if (import.repeated > 0) {
    text += Line("  %lld 行的 id 与前面的行重复\n", static_cast<long long>(import.repeated));
  }
  if (import.refused > 0) {
    text += Line("  %lld 行被拒绝，例如：\n", static_cast<long long>(import.refused));
    for (const std::string& refusal : import.first_refusals) text += "    " + refusal + "\n";
  }
  if (report.missing_ids > 0) {
    text += Line("  问题所指的 %zu 个条目编号不在语料中（按未找到计），例如 ", report.missing_ids) +
            report.first_missing_id + "\n";
  }
  for (const JudgedSet& set : report.sets) text += SetText(set);
  if (!report.unanswerable.queries.empty()) {
    const AskSummary& a = report.unanswerable.summary.ask;
    text +=
        report.unanswerable.name +
        Line("：%zu 个库中没有答案的问题，误答 %zu（%.1f%%），给出选项 %zu，不知道 %zu\n", a.asked,
             a.wrong, 100.0 * static_cast<double>(a.wrong) / static_cast<double>(a.asked),
             a.choice_wrong, a.not_known);
  }
  return text;
}

std::string ToJson(const Report& report) {
  const ImportReport& import = report.import;
  Json json = {{"corpus", report.corpus},
               {"rows", import.rows},
               {"accepted", import.accepted},
               {"repeated", import.repeated},
               {"filled_in", import.filled_in},
               {"refused", import.refused},
               {"first_refusals", import.first_refusals},
               {"import_seconds", import.seconds},
               {"resident_bytes", report.resident_bytes},
               {"disk_bytes", report.disk_bytes},
               {"missing_ids", report.missing_ids},
               {"sets", Json::array()}};
  for (const JudgedSet& set : report.sets) json["sets"].push_back(SetJson(set));
  if (!report.unanswerable.queries.empty()) {
    json["unanswerable"] = AskJson(report.unanswerable.summary.ask);
    json["unanswerable"]["replies"] = ReplyString(report.unanswerable.queries);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hotline::eval
