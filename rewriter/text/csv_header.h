// The columns that a text's first line names: a CSV file, or a header row in code. Pure. Offsets are bytes of the text.
//
//   user_name;"track_ms"; played_at\nalice;1;2\n   ->   user_name, track_ms, played_at, between ';'
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/text/text_field.h"

namespace gander::rewriter {

struct CsvHeader {
  char delimiter = ',';  // of , ; | and tab: the one that stands there most often; ',' where there is but one column
  std::vector<TextField> columns;
};

// Nothing where the text has no first line, or a quote in it does not end. A byte order mark is passed over; blanks around a name are not
// part of it. A hole (a byte \x01) in a name makes it no column's.
std::optional<CsvHeader> csvHeader(std::string_view text);

// The name as it must stand in such a row in the place of a column: quoted if it needs to be and is not.
std::string csvName(const CsvHeader& header, std::string_view name, bool quoted);

}  // namespace gander::rewriter
