// Edit units: keys that hang together, and which of them must be held back.
#pragma once

#include <map>
#include <set>
#include <string>

#include "rewriter/rewrite.h"
#include "rewriter/scan/texts.h"

namespace gander::rewriter {

struct Verdicts;

class Units {
 public:
  void join(const std::set<std::string>& keys);
  void block(const std::set<std::string>& keys, const ListedSite& by);

  // The first key, by order, of all that hang together with this one: the unit's name.
  std::string nameOf(const std::string& key);
  // The site that blocks a key's unit, or null.
  const ListedSite* blockerOf(const std::string& key);

 private:
  std::string find(const std::string& key);
  std::map<std::string, std::string> parent_;
  std::map<std::string, ListedSite> blockers_;  // by any key of the unit
};

// Edits of a blocked unit become listed sites, or, if the migration allows it, stay and make the rewrite incomplete. The files
// belong to the unit of `filesKey`. Names units for people.
void holdBack(bool allowIncomplete, const Texts& texts, Units& units, const std::string& filesKey, Verdicts& verdicts);

}  // namespace gander::rewriter
