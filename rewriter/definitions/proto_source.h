// A .proto file with the place of every name: what is needed to edit a definition where it stands.
//
//   text -> libprotobuf's own parser -> its places, as bytes -> messages, fields, enums, names of types
//
// Nothing is linked: imports are not followed, and a type's name stays as it is written. Limits: groups, and extensions'
// own fields, are not among the fields; files of editions are not read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

// A dotted name as written, part by part.
struct ProtoName {
  std::string written;           // "warehouse.v1.UserPlay", ".warehouse.v1.UserPlay", "UserPlay"
  std::vector<ByteRange> parts;  // one for each part of it
  std::string scope;             // the full name of what it stands in
};

struct ProtoField {
  std::string name;
  ByteRange nameRange;
  ByteRange statement;   // up to its semicolon
  ByteRange entry;       // the same, or that of the oneof that it stands in
  ByteRange type;        // int64, UserPlay, map<string, int64>
  ByteRange label;       // optional, required, repeated; empty where none is written
  std::string typeText;  // as written
  int number = 0;
  bool repeated = false;
  bool map = false;
  bool message = false;  // its type is a name: a message or an enum
  std::string oneof;
  bool namesJson = false;          // [json_name = "..."] is written
  std::string defaultText;         // [default = KIND_SONG]
  ByteRange defaultRange;          // of the whole option's value; empty where there is none
  std::optional<ProtoName> named;  // the named type; of a map, that of its values
};

// What no field or value may be called, or numbered.
struct ProtoReserved {
  std::vector<std::string> names;
  std::vector<std::pair<int, int>> numbers;  // first and last
  bool has(std::string_view name) const;
  bool has(int number) const;
};

struct ProtoMessage {
  std::string full;  // with its package
  ByteRange nameRange;
  ByteRange statement;
  std::vector<ProtoField> fields;
  ProtoReserved reserved;
};

struct ProtoEnumValue {
  std::string name;
  ByteRange nameRange;
  ByteRange statement;
  int number = 0;
};

struct ProtoEnum {
  std::string full;
  ByteRange nameRange;
  std::vector<ProtoEnumValue> values;
  ProtoReserved reserved;
  bool aliases = false;  // option allow_alias = true
};

struct ProtoMethod {
  ByteRange statement;
  std::vector<ProtoName> types;  // what it takes and gives
};

struct ProtoSource {
  std::string path;
  bool proto3 = false;
  std::string package;
  std::vector<ByteRange> packageParts;
  std::vector<std::string> imports;
  std::vector<ProtoMessage> messages;  // nested ones too, without the entries of maps
  std::vector<ProtoEnum> enums;
  std::vector<ProtoMethod> methods;
  std::vector<ProtoName> types;  // every name of a type in the file
  std::string problem;           // not empty: it could not be read, and nothing else is known
};

ProtoSource readProtoSource(const std::string& path, std::string_view text);

}  // namespace gander::rewriter
