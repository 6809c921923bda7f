// Values of synonym sets.
#include <map>

#include "proto/cc/errors.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/validation.h"
#include "services/text/fold.h"

namespace hotline::knowledge {
namespace {

using v1::SynonymSet;

// One line, and none of the signs that part words in a sheet: what is exported can be imported.
absl::Status CheckOneLine(const std::string& text, std::string_view banned, std::string_view hint,
                          const FieldPath& path) {
  if (text.find_first_of(banned) == std::string::npos) return absl::OkStatus();
  return FieldInvalid(path.ToString(), text, hint);
}

absl::Status CheckWord(std::string* word, const FieldPath& path) {
  constexpr std::string_view kHint = "一个词里不能有顿号、竖线、制表符或换行；几个词请分开填写。";
  constexpr std::string_view kPause = "、";
  RETURN_IF_ERROR(CheckText(word, {1, kSynonymWordMax}, path));
  RETURN_IF_ERROR(CheckOneLine(*word, "\n\t|", kHint, path));
  if (word->find(kPause) != std::string::npos) return FieldInvalid(path.ToString(), *word, kHint);
  std::u32string folded;
  text::Fold(*word, kSynonymWordMax, folded);
  if (folded.empty()) {
    return FieldInvalid(path.ToString(), *word, "至少要有一个文字、字母或数字。");
  }
  // Some signs stand for a whole word: ㍿ is four characters.
  if (folded.size() > kSynonymWordMax) {
    return FieldTooLong(path.ToString(), kSynonymWordMax, folded.size());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSynonymSet(SynonymSet* set, const FieldPath& path) {
  const FieldPath kind(path, "kind");
  if (set->kind() == SynonymSet::KIND_UNSPECIFIED) return FieldRequired(kind.ToString());
  if (!SynonymSet::Kind_IsValid(set->kind())) {
    return FieldInvalid(kind.ToString(), std::to_string(set->kind()),
                        "取值未知，请按接口说明填写。");
  }
  const FieldPath words(path, "words");
  if (set->words().empty()) return FieldRequired(words.ToString());
  RETURN_IF_ERROR(CheckCount(set->words_size(), kSynonymWordsMax, words));
  std::map<std::u32string, int> seen;
  for (int i = 0; i < set->words_size(); ++i) {
    const FieldPath word(path, "words", i);
    RETURN_IF_ERROR(CheckWord(set->mutable_words(i), word));
    std::u32string folded;
    text::Fold(set->words(i), kSynonymWordMax, folded);
    const auto [at, added] = seen.emplace(std::move(folded), i);
    if (added) continue;
    return FieldInvalid(word.ToString(), set->words(i),
                        "与第 " + std::to_string(at->second + 1) + " 个词“" +
                            set->words(at->second) +
                            "”相同：全半角、大小写、繁简和标点不作区别，写一个即可。");
  }
  if (set->kind() != SynonymSet::TERM && set->words_size() < 2) {
    return FieldInvalid(words.ToString(), set->words(0),
                        "至少要有两个词；只是要把它当作一个词来读，请把类型改为 TERM。");
  }
  const FieldPath note(path, "note");
  RETURN_IF_ERROR(CheckText(set->mutable_note(), {0, kSynonymNoteMax}, note));
  return CheckOneLine(set->note(), "\n\t", "请写成一行，不要用制表符。", note);
}

}  // namespace hotline::knowledge
