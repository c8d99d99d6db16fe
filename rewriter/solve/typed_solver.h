// Demands of one unit by type, a name at a time:
//
//   a value of an enum         (typed.cpp)        UserPlay::KIND_SONG
//   a member of a bound class  (typed.cpp)        p.user_name(), an overrider of it, a token that a macro pastes together
//     more than its name       (changes.h)        p.duration(), which is of another type now
//   a bound type, its package  (typed_types.cpp)  the name itself, its qualifiers, includes
//   anything else              kept, with what the compiler says that it is
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/changes.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"

namespace gander::rewriter {

class TypedSolver {
 public:
  TypedSolver(const Meaning& meaning, const Texts& texts, Solution& solution, const Unit& unit);
  void solve();

 private:
  void judge(const NameUse& name);
  void judgeUnresolved(const NameUse& name);
  struct Member {
    const NameMeaning* meaning = nullptr;
    std::string symbol;  // by which it is the dataset's
    std::string also;    // another method that it overrides, and that is not the dataset's
  };
  Member findMember(const NameUse& name) const;
  bool judgeOtherFunction(const NameUse& name);
  bool judgeChanged(const NameUse& name);
  bool judgeMember(const NameUse& name);
  bool judgeParameter(const NameUse& name);
  bool judgeEnumValue(const NameUse& name);
  bool judgeUnplacedValue(const NameUse& name);
  bool isNewVersion(const std::string& symbol) const;
  bool ofDataset(size_t dataset, const std::string& symbol) const;

  // Demands (typed.cpp).
  Demand start(const NameUse& name, size_t dataset, const std::string& change) const;
  EvidenceStep step(const Span& span, std::string why) const;
  void open(Demand demand, const std::string& reason);
  void openPasted(const Demand& demand, const NameUse& name);
  void replacePasted(Demand demand, const NameUse& name, const std::string& now);
  void askForVariants(const NameUse& name);

  // Types, packages, includes (typed_types.cpp).
  bool judgeType(const NameUse& name);
  bool renameToken(const NameUse& name, const TypeMeaning& type);
  void checkUnqualified(const NameUse& name, const TypeMeaning& type);
  bool packageMoves(const TypeMeaning& type) const;
  bool hasUsingDeclaration(const std::string& symbol) const;
  bool renameQualifiers(const NameUse& name, const TypeMeaning& type);
  bool renameQualifier(const NameUse& name, const Qualifier& qualifier, const TypeMeaning& type, size_t part);
  void judgeAlias(const NameUse& name, const TypeMeaning& type);
  void judgeInclude(const IncludeUse& include);
  void judgeHeader(const IncludeUse& include, size_t index, const rules::Reference& reference);
  void judgeModule(const IncludeUse& include, size_t index, const rules::Reference& reference);

  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  const Unit& unit_;
  std::string separator_;
  std::vector<std::string> newClasses_;
  std::map<std::string, std::vector<std::string>> overrides_;  // by method
  ChangedUses changed_;
};

}  // namespace gander::rewriter
