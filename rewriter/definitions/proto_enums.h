// What becomes of one enum's values.
#pragma once

#include "rewriter/definitions/scribe.h"
#include "rewriter/definitions/version_names.h"

namespace gander::rewriter {

// The enum that a change is about, as the old schema calls it: "UserPlay.Kind", where the change may only say "Kind".
std::string enumName(const rules::Dataset& dataset, const rules::Change& change);

// Every change of the dataset that is about this enum, which its schemas call `name`. Gives what tells the version here.
VersionSeen changeEnum(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                       const EnumPlace& place, const std::string& name,
                       const std::vector<const rules::Change*>& changes);

}  // namespace gander::rewriter
