// Editions of protobuf: libprotobuf's parser only says of them that their first statement is none.
#pragma once

#include <string>
#include <string_view>

namespace gander::rules {

// Why a .proto file that names an edition (edition = "2023";) can't be read; empty where it names none.
std::string editionProblem(std::string_view text);

}  // namespace gander::rules
