// What protobuf's numbers and wire format make of a change: what stands in bytes under a field's number, and who reads it.
#pragma once

#include <string>

#include "rules/migration.h"

namespace gander::rewriter {

// Whether code that looks the field up by its old name finds nothing afterwards.
bool losesItsName(const rules::Change& change);

// Where a field goes with all changes of its dataset; empty: nowhere.
std::string newPathOf(const rules::Dataset& dataset, const std::string& path);

// Why the field's number, or what stands in bytes under it, means something else in the new version; empty: it does not, or no schema
// tells.
std::string changeOfNumber(const rules::Dataset& dataset, const rules::Field& field);

// Whether a message's bytes are others in the new version, with the same values in it.
bool changesBytes(const rules::Dataset& dataset);

}  // namespace gander::rewriter
