// All .proto files of a tree, and what a name in one of them means. Each is read once.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/definitions/proto_source.h"
#include "rewriter/scan/texts.h"
#include "rules/migration.h"

namespace gander::rewriter {

struct MessagePlace {
  const ProtoSource* source = nullptr;
  const ProtoMessage* message = nullptr;
};

struct EnumPlace {
  const ProtoSource* source = nullptr;
  const ProtoEnum* type = nullptr;
};

struct MethodPlace {
  const ProtoSource* source = nullptr;
  ByteRange statement;
};

class ProtoTree {
 public:
  // Generated and vendored files count for names, too. Where the migration names nothing of protobuf, none is read.
  ProtoTree(const Texts& texts, const rules::Migration& migration);

  const std::vector<ProtoSource>& sources() const { return sources_; }
  // Every definition of a message or an enum; a tree may hold several copies of a file.
  std::vector<MessagePlace> messages(const std::string& full) const;
  std::vector<EnumPlace> enums(const std::string& full) const;
  // The full names of an enum that is told relative to the package of the file which defines a message.
  std::set<std::string> enumsBeside(const std::string& message, const std::string& name) const;
  // The methods that take or give a message.
  std::vector<MethodPlace> methods(const std::string& message) const;

  // The full name that a written one means, as protobuf resolves it: its first part from the innermost scope outwards. A name that
  // no file of the tree defines is taken as written.
  std::string resolve(const ProtoName& name) const;
  bool definesType(const std::string& full) const { return messages_.contains(full) || enums_.contains(full); }
  // Whether a file may name a type: it, or a file that it imports, defines the type; of one that the tree does not have, the imports
  // tell the folder of its package.
  bool seesType(const ProtoSource& source, const std::string& full) const;
  // The full name of the message that holds a field of a path: of "listener.name" in warehouse.v1.UserPlay, that of the type of
  // `listener`. Empty where that is not known.
  std::string ownerOf(const std::string& message, std::string_view path) const;

 private:
  std::vector<ProtoSource> sources_;
  std::set<std::string> names_;  // messages, enums and packages
  std::multimap<std::string, MessagePlace> messages_;
  std::multimap<std::string, EnumPlace> enums_;
  std::multimap<std::string, MethodPlace> methods_;
};

}  // namespace gander::rewriter
