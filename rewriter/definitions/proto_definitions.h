// Demands in .proto files.
//
//   string user_name = 1;      rename  ->  string listener_name = 1;
//   int32 duration = 2;        retype  ->  int64 duration = 2;
//   string song = 3;           remove  ->  reserved 3;
//                                          reserved "song";
//   (none)                     add     ->  int64 started_at = 9;      as the new schema's file says
//   int32 plays = 4;           nullability to nullable, in proto3  ->  optional int32 plays = 4;
//   KIND_SONG = 0;             enum    ->  KIND_MUSIC = 0;
#pragma once

#include "rewriter/definitions/definitions.h"

namespace gander::rewriter {

void solveProtoDefinitions(const DefinitionParts& parts, Solution& solution);

}  // namespace gander::rewriter
