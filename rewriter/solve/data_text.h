// Texts of data that no API explains: header rows and JSON that have the shape of a dataset. Tier `shape`: edited only where the
// migration's `shapes` name the file, else listed.
//
//   user_name,track_ms,played_at,note    three of the three columns of user-plays, and one more: its shape
//   id,user_name,email                   one of three: another dataset's
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/text/text_field.h"

namespace gander::rewriter {

// "csv" and "json", as models and file names say; in models also kinds of texts about messages.
struct DataText {
  std::string kind;
  std::vector<std::vector<TextField>> rows;  // one of a header
};

// The names in a text that may be fields; no rows where it is no such text.
DataText readDataText(std::string_view kind, std::string_view text);

// Whether a name can stand in such a text without quotes or escapes.
bool fitsDataText(std::string_view name);

struct DataPlace {
  std::string file;
  std::function<std::optional<Span>(ByteRange)> spanOf;  // of bytes of the text
};

// Demands for the changed fields of every dataset whose shape the text has. Answers whether there is one.
bool solveShape(const DataText& data, const DataPlace& place, const Meaning& meaning, const Texts& texts,
                Solution& solution);

// A file of data: "csv" or "json".
void solveDataFile(const std::string& path, const std::string& kind, const Meaning& meaning, const Texts& texts,
                   Solution& solution);

}  // namespace gander::rewriter
