// A page of a website, as far as a check needs it: its text, and the marks of our entries in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotline::mirror {

// What a page says of one element: which entry stands there, and in which form.
struct Mark {
  std::string entry;  // data-koujing-entry
  std::string hash;   // data-koujing-hash; may be empty
};

struct Page {
  std::vector<Mark> marks;
  std::string text;  // squeezed, see below
};

// Reads HTML as browsers show it, but for styles: no scripts, no styles, no comments.
Page ReadPage(std::string_view html);

// Letters, digits and Hanzi only: what is between them differs with the layout.
std::string Squeeze(std::string_view text);

}  // namespace hotline::mirror
