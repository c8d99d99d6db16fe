// Makes the demands on definitions, all alike: with the policy's stance, the unit of their dataset, and their evidence.
#pragma once

#include <string>

#include "rewriter/definitions/definitions.h"
#include "rewriter/definitions/version_names.h"

namespace gander::rewriter {

// What is defined, for the evidence: "message warehouse.v1.UserPlay", at the place of its name.
struct Defined {
  size_t dataset = 0;
  Span name;
  std::string what;
};

class DefinitionScribe {
 public:
  DefinitionScribe(const DefinitionParts& parts, Solution& solution) : parts_(parts), solution_(solution) {}

  struct Words {
    ByteRange range;
    std::string replacement;
    std::string change;
    std::string why;  // the last step of the evidence
    Tier tier = Tier::kType;
    bool ambiguous = false;  // the name is in both versions
  };
  void replace(const Defined& defined, const Words& words);
  // A use of the dataset, whoever owns its definition.
  void replaceUse(const Defined& defined, const Words& words);
  // `blocks`: it must change with the uses.
  void list(const Defined& defined, ByteRange range, const std::string& change, const std::string& reason, bool blocks);
  void keep(const Span& span, const std::string& reason);
  // What was seen of a dataset's versions tells which one its definitions are at.
  void tellVersion(size_t dataset, const VersionSeen& seen);
  void hazard(const std::string& name, const Span& span, const std::string& message);

  // Not a place to edit or list: the migration's `files` give it a new text, or it is generated, or history.
  bool isLeftAlone(const std::string& path) const;

 private:
  Demand start(const Defined& defined, ByteRange range, const std::string& change) const;
  const DefinitionParts& parts_;
  Solution& solution_;
};

// The unit of a dataset's definitions; that of its types for those that a binding turns into types.
std::string unitOfTypes(const rules::Dataset& dataset);

}  // namespace gander::rewriter
