#include "services/text/markdown.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include "proto/cc/text.h"

namespace hotline::text {
namespace {

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct ParserDeleter {
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};
using Document = std::unique_ptr<cmark_node, NodeDeleter>;

constexpr int kOptions = CMARK_OPT_VALIDATE_UTF8;

Document Parse(std::string_view markdown) {
  static std::once_flag registered;
  std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);
  const std::unique_ptr<cmark_parser, ParserDeleter> parser(cmark_parser_new(kOptions));
  if (cmark_syntax_extension* table = cmark_find_syntax_extension("table")) {
    cmark_parser_attach_syntax_extension(parser.get(), table);
  }
  const std::string_view read = Prefix(markdown, markdown.size(), kMarkdownBytesMax);
  cmark_parser_feed(parser.get(), read.data(), read.size());
  return Document(cmark_parser_finish(parser.get()));
}

std::vector<cmark_node*> NodesOf(cmark_node* root) {
  std::vector<cmark_node*> nodes;
  cmark_iter* iterator = cmark_iter_new(root);
  for (cmark_event_type event = cmark_iter_next(iterator); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator)) {
    if (event == CMARK_EVENT_ENTER) nodes.push_back(cmark_iter_get_node(iterator));
  }
  cmark_iter_free(iterator);
  return nodes;
}

std::string_view View(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

cmark_node* TextNode(const std::string& text) {
  cmark_node* node = cmark_node_new(CMARK_NODE_TEXT);
  cmark_node_set_literal(node, text.c_str());
  return node;
}

// Puts the children of `node` in its place.
void Unwrap(cmark_node* node) {
  while (cmark_node* child = cmark_node_first_child(node)) cmark_node_insert_before(node, child);
  cmark_node_free(node);
}

std::string TextOf(cmark_node* root) {
  std::string text;
  for (cmark_node* node : NodesOf(root)) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
      text += View(cmark_node_get_literal(node));
  }
  return text;
}

// What somebody wrote between angle brackets is shown, not obeyed and not lost.
void RawHtmlToText(cmark_node* node, bool block) {
  cmark_node* text = TextNode(std::string(View(cmark_node_get_literal(node))));
  if (block) {
    cmark_node* paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
    cmark_node_append_child(paragraph, text);
    text = paragraph;
  }
  cmark_node_insert_before(node, text);
  cmark_node_free(node);
}

// Removes whatever must not leave; `keep_links` = false for plain text, which then names the
// address.
void Clean(cmark_node* root, bool keep_links) {
  for (cmark_node* node : NodesOf(root)) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_CUSTOM_BLOCK) {
      RawHtmlToText(node, true);
    } else if (type == CMARK_NODE_HTML_INLINE || type == CMARK_NODE_CUSTOM_INLINE) {
      RawHtmlToText(node, false);
    } else if (type == CMARK_NODE_IMAGE) {
      Unwrap(node);
    } else if (type == CMARK_NODE_LINK) {
      const std::string url(View(cmark_node_get_url(node)));
      const bool safe = IsSafeLink(url);
      if (safe && keep_links) continue;
      const std::string text = TextOf(node);
      const bool said = url == text || url == "tel:" + text;
      if (safe && !said)
        cmark_node_append_child(
            node, TextNode("（" + (url.starts_with("tel:") ? url.substr(4) : url) + "）"));
      Unwrap(node);
    }
  }
}

std::string Take(char* rendered) {
  std::string text(View(rendered));
  std::free(rendered);  // from cmark's default allocator
  return text;
}

}  // namespace

bool IsSafeLink(std::string_view url) {
  constexpr std::array<std::string_view, 3> kSchemes = {"http://", "https://", "tel:"};
  if (std::any_of(url.begin(), url.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; })) {
    return false;
  }
  return std::any_of(kSchemes.begin(), kSchemes.end(), [&](std::string_view scheme) {
    return url.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), url.begin(), [](char expected, char c) {
             return expected == std::tolower(static_cast<unsigned char>(c));
           });
  });
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string MarkdownToHtml(std::string_view markdown) {
  const Document document = Parse(markdown);
  Clean(document.get(), true);
  return Take(cmark_render_html(document.get(), kOptions, nullptr));
}

std::string MarkdownToPlain(std::string_view markdown) {
  const Document document = Parse(markdown);
  Clean(document.get(), false);
  std::string text = Take(cmark_render_plaintext(document.get(), kOptions, 0));
  const auto blank = [](char c) { return c == '\n' || c == ' '; };
  while (!text.empty() && blank(text.back())) text.pop_back();
  const auto first = std::find_if_not(text.begin(), text.end(), [](char c) { return c == '\n'; });
  text.erase(text.begin(), first);
  return text;
}

}  // namespace hotline::text
