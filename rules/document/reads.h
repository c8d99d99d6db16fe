// The files that a document names: each read once, and remembered for the document's digest.
#pragma once

#include <map>
#include <string>

#include "rules/migration.h"
#include "rules/yaml/problems.h"

namespace gander::rules {

class DocumentReads {
 public:
  explicit DocumentReads(const DocumentFiles& files) : files_(files) {}

  // The text of a file; nullptr where it can't be read, which is then a problem at `position`.
  const std::string* read(const std::string& relative, Position position, Problems& problems);

  // Of the document and everything that was read for it, in the order of the names.
  std::string digest(std::string_view document) const;

 private:
  const DocumentFiles& files_;
  std::map<std::string, Result<std::string>> texts_;
};

}  // namespace gander::rules
