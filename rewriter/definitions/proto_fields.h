// What becomes of one message's fields and of one enum's values; and the texts of options that may name a field.
#pragma once

#include "rewriter/definitions/scribe.h"

namespace gander::rewriter {

// Every change of the dataset that is about this message, whose type reference is `reference`.
void changeFields(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                  const MessagePlace& place, const std::vector<const rules::Change*>& changes);

void changeEnum(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                const ProtoSource& source, const ProtoEnum& type, const rules::Change& change);

}  // namespace gander::rewriter
