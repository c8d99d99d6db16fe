#include "repos/git/trailers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace gander::repos {
namespace {

bool isTrailer(std::string_view line) {
  size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::ranges::all_of(line.substr(0, colon),
                             [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; });
}

// Whether the last paragraph is one of trailers. The first paragraph is the subject, whatever it looks like.
bool endsWithTrailers(std::string_view message) {
  size_t gap = message.rfind("\n\n");
  if (gap == std::string_view::npos) return false;
  auto lines = splitLines(message.substr(gap + 2));
  return !lines.empty() && std::ranges::all_of(lines, isTrailer);
}

bool isPlain(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '<' || c == '>';
  });
}

}  // namespace

Result<std::string> withCoAuthors(const std::string& message, const std::vector<Person>& people) {
  if (people.empty()) return message;
  auto text = message;
  while (text.ends_with('\n')) text.pop_back();
  text += endsWithTrailers(text) ? "\n" : "\n\n";
  for (const auto& person : people) {
    if (!isPlain(person.name) || !isPlain(person.email))
      return fail(ErrorKind::kInvalid,
                  fmt::format("co-author '{} <{}>': not a name and an address", person.name, person.email));
    text += fmt::format("Co-authored-by: {} <{}>\n", person.name, person.email);
  }
  return text;
}

}  // namespace gander::repos
