// Foreign text in Markdown: it shows as it is written and does nothing.
//
// Line ends and control characters become spaces, bytes that are no UTF-8 become U+FFFD, and characters that turn the direction
// of writing (they can make a line read as another one) are spelled out. A forge makes mentions, references and links of plain
// text after Markdown is done, so escapes don't stop them: a zero-width space behind '@', '#' and before "//" does. A '/' where a line
// could start is escaped, for forges and gander take commands from there.
#pragma once

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

// <code> for places where HTML stands and Markdown is not read (<summary>).
std::string htmlCode(std::string_view text);

// A link if the URL is one of the web, else the URL as a code span.
std::string link(std::string_view label, std::string_view url);

// One line of valid UTF-8 without control characters, cut at `limit` bytes with an ellipsis.
std::string oneLine(std::string_view text, size_t limit = 240);

}  // namespace gander::prbot
