// .proto files that could not be read and may define what a reference moves, or use it: hazard `definition-not-read`.
//
//   edition = "2023";  message UserPlay { ... }     one that only holds a field of that name says nothing of the message
#pragma once

#include "rewriter/definitions/scribe.h"

namespace gander::rewriter {

// `reference`: a type or a package. Where the file would have to change, its unit is held back.
void tellUnread(const DefinitionParts& parts, DefinitionScribe& scribe, size_t dataset,
                const rules::Reference& reference);

}  // namespace gander::rewriter
