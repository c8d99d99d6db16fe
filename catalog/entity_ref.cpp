#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "catalog/catalog.h"

namespace gander::catalog {

static bool isName(std::string_view text) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, fits);
}

std::string EntityRef::toString() const { return fmt::format("{}:{}/{}", kind, space, name); }

Result<EntityRef> parseEntityRef(std::string_view text, std::string_view kind) {
  auto rest = text;
  EntityRef ref{toLowerAscii(kind), "default", ""};
  if (size_t colon = rest.find(':'); colon != std::string_view::npos) {
    ref.kind = toLowerAscii(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  if (size_t slash = rest.find('/'); slash != std::string_view::npos) {
    ref.space = toLowerAscii(rest.substr(0, slash));
    rest.remove_prefix(slash + 1);
  }
  ref.name = toLowerAscii(rest);
  if (ref.kind.empty())
    return fail(ErrorKind::kInvalid,
                fmt::format("'{}' has no kind; write it as 'resource:default/{}'", text, ref.name));
  if (!isName(ref.kind) || !isName(ref.space) || !isName(ref.name))
    return fail(
        ErrorKind::kInvalid,
        fmt::format(
            "'{}' is no entity reference; write [kind:][namespace/]name with letters, digits, '-', '_' and '.', "
            "at most 63 of them in a part",
            text));
  return ref;
}

}  // namespace gander::catalog
