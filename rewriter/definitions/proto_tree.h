// All .proto files of a tree, and what a name in one of them means.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/definitions/proto_source.h"
#include "rewriter/scan/texts.h"

namespace gander::rewriter {

struct MessagePlace {
  const ProtoSource* source = nullptr;
  const ProtoMessage* message = nullptr;
};

class ProtoTree {
 public:
  // Generated and vendored files count for names, too.
  explicit ProtoTree(const Texts& texts);

  const std::vector<ProtoSource>& sources() const { return sources_; }
  // Every definition of a message; a tree may hold several copies of a file.
  std::vector<MessagePlace> messages(const std::string& full) const;

  // The full name that a written one means, as protobuf resolves it: its first part from the innermost scope outwards. A name that
  // no file of the tree defines is taken as written.
  std::string resolve(const ProtoName& name) const;
  // The full name of the message that holds a field of a path: of "listener.name" in warehouse.v1.UserPlay, that of the type of
  // `listener`. Empty where that is not known.
  std::string ownerOf(const std::string& message, std::string_view path) const;

 private:
  std::vector<ProtoSource> sources_;
  std::set<std::string> names_;  // messages, enums and packages
  std::multimap<std::string, MessagePlace> messages_;
};

}  // namespace gander::rewriter
