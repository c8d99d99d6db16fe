// One entry of a model. Private to rules/.
#pragma once

#include <string>
#include <vector>

#include "rules/model.h"
#include "rules/yaml/reader.h"

namespace gander::rules {

// What a model's head says of every entry that does not say otherwise.
struct EntryDefaults {
  std::string dialect;
  std::vector<std::string> holes;
};
EntryDefaults readDefaults(MapReader& metadata, Problems& problems);

// The kinds of entries, as they are written.
const std::vector<std::string>& entryKinds();

// `kind` is one of them, `node` what stands under it.
ModelEntry readEntry(const Model& model, const EntryDefaults& defaults, const std::string& kind, const Node& node,
                     Problems& problems);

}  // namespace gander::rules
