// Foreign text in Markdown: it shows as it is written and does nothing.
//
// Line ends and control characters become spaces, bytes that are no UTF-8 become U+FFFD, and what can't be seen or turns the
// direction of writing (it can make a line read as another one) is spelled out. A forge makes mentions, references and links of
// plain text after Markdown is done, so escapes don't stop them: a zero-width space behind '@', '#' and their like, and before "//",
// does. A '/' where a line could start is escaped, for forges and gander take commands from there. GitLab looks for "Closes #12" in
// the raw text, code too: a zero-width space stands behind such a word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gander::prbot {

// For a paragraph, a list item or a table's cell.
// Before: see <b>@team</b> | `x`    After: see \<b\>@&#8203;team\</b\> \| \`x\`
std::string escapeMarkdown(std::string_view text);

// A code span, with a fence longer than any run of backticks in the text. In a table '|' is escaped too.
// Before: a`b    After: ``a`b``
enum class Place { kParagraph, kTable };
std::string codeSpan(std::string_view text, Place place = Place::kParagraph);

// A code span that leads to the URL, if that is one of the web; else the code span alone.
std::string linkedCode(std::string_view text, std::string_view url, Place place = Place::kParagraph);

// The end of a program's output as a fenced block: its last lines without colours and other terminal control, at most so many, and at most
// `bytes` of them. Each is set in by a blank, so that none begins with what a forge reads as a command or a fence. Empty where
// the text shows nothing.
std::string codeBlock(std::string_view text, size_t lines = 40, size_t bytes = 4000);

// <code> for places where HTML stands and Markdown is not read (<summary>).
std::string htmlCode(std::string_view text);

// A link if the URL is one of the web, else the URL as a code span.
std::string link(std::string_view label, std::string_view url);

// One line of valid UTF-8 without control characters, cut at `limit` bytes with an ellipsis.
std::string oneLine(std::string_view text, size_t limit = 240);

// The same for a title or a commit's message, which are no Markdown: names and closes nothing.
std::string plainLine(std::string_view text, size_t limit = 240);

}  // namespace gander::prbot
