// The grade `tokens`: outside of the edits the token streams of a file are the same before and after.
//
//   before:  p.user_name() + 1   // user_name         after:  p.listener_name() + 1   // user_name
//            ^ ^^^^^^^^^ ^         each token, blank and comment that no edit touches stands there again, whole
//
// One lexer for all languages: strings and comments as the language has them (treesitter/frontends.h), words, runs of blanks, and
// every other byte by itself. It needs no more, since equal bytes between equal borders are equal tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/rewrite.h"

namespace gander::rewriter {

struct LexedToken {
  ByteRange range;
  enum class Kind { kWord, kString, kComment, kBlank, kOther } kind = Kind::kOther;
};
std::vector<LexedToken> lexTokens(const std::string& language, std::string_view text);

// The first place where the streams differ. `edits` are the file's, sorted.
std::optional<CertificateDifference> compareTokens(const std::string& path, std::string_view before,
                                                   std::string_view after, const std::vector<const Edit*>& edits);

// Where the bytes of a text stand after edits, which are sorted and do not overlap.
class Moves {
 public:
  explicit Moves(const std::vector<const Edit*>& edits);
  // nullopt inside of an edit. What begins where text is put in stands behind it.
  std::optional<uint32_t> offset(uint32_t before) const;
  // Whether an edit's old text, or its new one, has a part in a range of the text before, or after. Text that is put in between two
  // tokens touches neither.
  bool touchesOld(ByteRange range) const { return touches(old_, range); }
  bool touchesNew(ByteRange range) const { return touches(now_, range); }

 private:
  static bool touches(const std::vector<ByteRange>& ranges, ByteRange range);
  std::vector<ByteRange> old_;
  std::vector<ByteRange> now_;
};

}  // namespace gander::rewriter
