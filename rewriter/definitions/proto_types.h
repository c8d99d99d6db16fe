// What may be written in a .proto file: as a name, and as the type of a field.
#pragma once

#include <string>
#include <string_view>

#include "rewriter/definitions/proto_tree.h"

namespace gander::rewriter {

bool isProtoName(std::string_view text);

// Why a field of that message, in that file, can't have this type; empty: it can.
//   BIGINT, listener-name: no type     lake.Song, of a file that is not imported     map<double, string>
std::string whyNoType(const ProtoTree& protos, const MessagePlace& place, std::string_view type);

// Whether two ways to write a type mean the same: Listener, warehouse.v1.Listener.
bool isSameType(std::string_view a, std::string_view b);

}  // namespace gander::rewriter
