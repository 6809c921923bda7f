// What is wrong with a page: which of our texts on it are not said any more.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clients/mirror/mirror_folder.h"
#include "clients/mirror/page.h"

namespace hotline::mirror {

// One text that a page should not show, or not so.
struct Finding {
  enum class Kind {
    kOldMark,      // a mark names another hash than the present one
    kGoneMark,     // a mark names an entry that is not said any more
    kOldText,      // a sentence of an earlier text, of an entry that says something else now
    kGoneText,     // a sentence of a text that is not said any more
    kMissingText,  // the question, without anything of the present answer
  };
  Kind kind = Kind::kOldMark;
  std::string entry;
  std::string shown;         // what the page has: a hash, a sentence, the question
  int64_t revision = 0;      // of the present text; 0 = there is none
  int64_t kb_revision = 0;   // the position of the mirror
  std::string content_hash;  // of the present text
};

// Shorter sentences say nothing of where they are from; in characters without signs.
inline constexpr size_t kSentenceLeast = 10;
inline constexpr size_t kQuestionLeast = 6;

// Immutable; knows the texts of a mirror.
class PageChecker {
 public:
  // Keeps nothing of `folder`.
  explicit PageChecker(const MirrorFolder& folder);

  // The marks of a page are judged by themselves; entries without a mark on it by their words.
  std::vector<Finding> Check(const Page& page) const;

 private:
  struct Present {
    std::string name;
    int64_t revision = 0;
    std::string content_hash;
    std::string question;                // squeezed
    std::vector<std::string> sentences;  // squeezed
  };
  struct Past {
    std::string name;
    std::string sentence;  // squeezed
    std::string shown;     // as it was written
  };

  // Whether the present text of the entry has the sentence as a part of another.
  bool SaysStill(const std::string& name, const std::string& squeezed) const;
  Finding Make(Finding::Kind kind, const std::string& name, std::string shown) const;

  int64_t kb_revision_ = 0;
  std::vector<Present> present_;
  std::unordered_map<std::string, size_t> by_name_;
  std::vector<Past> past_;
  // First characters -> texts that begin so; the two of them together hold what is looked for.
  std::unordered_map<std::string, std::vector<size_t>> questions_;  // into present_
  std::unordered_map<std::string, std::vector<size_t>> sentences_;  // into past_
};

}  // namespace hotline::mirror
