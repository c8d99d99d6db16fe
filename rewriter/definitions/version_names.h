// Names that one version of a definition has and the other has not: they tell which version it is at. A name that both have (a
// swap, a chain, a field in another's place) tells nothing by itself.
//
//   a -> b, b -> c      a: only old    b: in both    c: only new
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rules/change.h"

namespace gander::rewriter {

struct VersionNames {
  std::set<std::string> old;
  std::set<std::string> now;

  // Of the changes of one message's fields, or of one enum's values.
  explicit VersionNames(const std::vector<const rules::Change*>& changes);
  bool inBoth(const std::string& name) const { return old.contains(name) && now.contains(name); }
};

// What was seen of each version in one place.
struct VersionSeen {
  bool old = false;
  bool now = false;
  bool isNew() const { return now && !old; }

  void see(const VersionNames& names, const std::string& name) {
    old |= names.old.contains(name) && !names.now.contains(name);
    now |= names.now.contains(name) && !names.old.contains(name);
  }
  // A number tells where the versions give a name different ones.
  void see(int number, int inOld, int inNew) {
    old |= inOld != inNew && number == inOld;
    now |= inOld != inNew && number == inNew;
  }
};

}  // namespace gander::rewriter
