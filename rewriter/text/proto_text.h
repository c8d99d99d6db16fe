// The field names in texts about a protobuf message: its text format, and paths of a field mask. Pure. Offsets are bytes of the text.
//
//   user_name: "a" listener { name: 1 } marks: [{at: 2}]   ->   user_name, listener, listener.name, marks, marks.at
//   user_name,listener.name                                ->   user_name, listener, listener.name
//
// A value may be anything, such as %d or a hole (a byte \x01).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/text/text_field.h"

namespace gander::rewriter {

// Nothing where the text can't be read as such. The names of extensions and what stands in an Any are no fields: their paths hold '\\'.
std::optional<std::vector<TextField>> prototextFields(std::string_view text);

// Each name of each path, with the path that leads to it.
std::optional<std::vector<TextField>> maskFields(std::string_view text);

// user_name -> userName, as protobuf makes a JSON name.
std::string protoJsonName(std::string_view name);

}  // namespace gander::rewriter
