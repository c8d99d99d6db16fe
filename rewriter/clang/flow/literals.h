// The text of string literals, each byte with the place where it is written.
#pragma once

#include <clang/AST/Expr.h>

#include <optional>
#include <vector>

#include "rewriter/clang/directives.h"
#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// One literal token as it stands in a file.
//   Before: R"sql(SELECT a)sql"     After: value "SELECT a", its body's bytes, raw
// `begin` is the token's offset. Nothing where it is not a literal that gander can decode.
std::optional<LiteralPiece> decodeLiteral(std::string_view token, uint32_t begin);

class LiteralReader {
 public:
  LiteralReader(const SourceMap& sources, const Stringified& stringified)
      : sources_(sources), stringified_(stringified) {}

  // The pieces of a literal; none where nothing of it stands in an own file, or where it is no text. What a macro of another's
  // header puts in (PRIu64) is a piece too: its span names that header, where nothing is edited.
  std::vector<LiteralPiece> read(const clang::StringLiteral& literal) const;

 private:
  using Pieces = std::optional<std::vector<LiteralPiece>>;
  Pieces readToken(clang::SourceLocation location) const;
  Pieces readStringified(clang::SourceLocation location) const;

  const SourceMap& sources_;
  const Stringified& stringified_;
};

}  // namespace gander::rewriter
