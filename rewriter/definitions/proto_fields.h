// What becomes of one message's fields. What would be no protobuf is listed, and holds its unit back where code uses it.
#pragma once

#include "rewriter/definitions/scribe.h"

namespace gander::rewriter {

// Every change of the dataset that is about this message. `movedType`: the message, or one around it, gets another name, so that
// the old one tells the version.
void changeFields(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                  const MessagePlace& place, const std::vector<const rules::Change*>& changes, bool movedType);

}  // namespace gander::rewriter
