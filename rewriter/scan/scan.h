// Looking for spellings in texts: which files hold one, where the occurrences are, which files hold a token.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/scan/texts.h"

namespace gander::rewriter {

struct Occurrence {
  ByteRange range;
  size_t spelling = 0;  // index into Spellings::old
};

struct TextScan {
  std::vector<Occurrence> occurrences;             // sorted by offset
  std::map<std::string, uint64_t> containedNames;  // longer names that only contain a spelling, and how often
};

TextScan scanText(std::string_view text, const Spellings& spellings);

// One pass for many needles: whether a text holds any of them, in any surroundings.
class Needles {
 public:
  explicit Needles(const Spellings& spellings);
  ~Needles();
  Needles(const Needles&) = delete;
  Needles& operator=(const Needles&) = delete;
  bool in(std::string_view text) const;

 private:
  struct Pattern;
  std::unique_ptr<Pattern> pattern_;
};

// Whether a name stands in a text, anywhere but within the `comments`; where it is a word, as a whole word. Others, such as the beginning
// of an address, may go on.
bool occursInCode(std::string_view text, std::string_view name, const std::vector<ByteRange>& comments);

// Which files hold an identifier as a whole token. Made on the first question, for the files given.
class TokenIndex {
 public:
  explicit TokenIndex(const Texts& texts) : texts_(texts) {}
  // Sorted paths.
  const std::vector<std::string>& filesWith(const std::string& token);

 private:
  void build();
  const Texts& texts_;
  bool built_ = false;
  std::map<std::string, std::vector<std::string>, std::less<>> files_;
  std::vector<std::string> none_;
};

}  // namespace gander::rewriter
