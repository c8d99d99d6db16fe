// A unit that was lowered with the facts of every name, brought down to what one request asks for.
//
//   lowered with `everything`, kept in a cache -> narrow(unit, request) -> what lowering for that request would have given
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/cpp_parser.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// The identifiers that facts are asked of.
class Wanted {
 public:
  explicit Wanted(const CppRequest& request)
      : everything_(request.everything), names_(request.wanted.begin(), request.wanted.end()) {}
  bool contains(std::string_view name) const { return everything_ || names_.contains(name); }
  bool everything() const { return everything_; }
  // Whether a token may be pasted of one of them and something else: `mock_user_name`.
  bool maybeIn(std::string_view token) const;

 private:
  bool everything_ = false;
  std::set<std::string, std::less<>> names_;
};

// The request whose unit holds what any request for the same file and with the same rules asks for.
CppRequest widened(const CppRequest& request);

void narrow(Unit& unit, const CppRequest& request);

// A unit with the facts of everything as bytes in which those of one identifier are found without reading the rest, and back, for
// what a request asks. kCorrupt for other bytes.
std::string encodeWide(Unit unit);
Result<Unit> decodeWide(std::string_view bytes, const CppRequest& request);
// Whatever the parsing process, or a cache, gives for a request.
Result<Unit> decodeFor(std::string_view bytes, const CppRequest& request);

// Which of the arguments that a pasted token may be made of it is told to be of: the one that is wanted, if there is only one.
void settlePastes(std::vector<NameUse>& names, const Wanted& wanted);

}  // namespace gander::rewriter
