// What a migration means for names: the tables that the solver asks.
//
//   "user_plays_v1" as a table        -> dataset user-plays, now "user_plays_v2"
//   "user_name" as a field of it      -> now "listener_name"
//   "warehouse::v1::UserPlay::set_user_name" -> now "set_listener_name"
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/rewrite.h"
#include "rewriter/scan/bound.h"
#include "rewriter/scan/bound_names.h"
#include "rewriter/solve/messages.h"
#include "rewriter/solve/model_index.h"
#include "rules/migration.h"
#include "rules/model.h"

namespace gander::rewriter {

// What becomes of a name. Without a replacement the change is one that gander leaves to a person.
struct NameMeaning {
  size_t dataset = 0;
  std::string change;
  std::optional<std::string> replacement;
  std::string reason;  // why there is no replacement
};

struct ReferenceMeaning {
  size_t dataset = 0;
  std::string change;
  const rules::Reference* reference = nullptr;
  bool alreadyNew = false;  // the text is the new version's name

  // How many bytes of the text are the dataset's name: all of them, but for the prefix of a URI.
  size_t nameSize() const { return alreadyNew ? reference->now.size() : reference->old.size(); }
  // Whether the name tells the version.
  bool tellsVersion() const { return reference->old != reference->now; }
};

// A type reference in one language: its qualified name, old and new.
struct TypeMeaning {
  size_t dataset = 0;
  std::string change;
  std::vector<std::string> oldParts;
  std::vector<std::string> newParts;
  bool wholePackage = false;  // a package: everything below it moves
};

class Meaning {
 public:
  Meaning(const rules::Migration& migration, const rules::Library& library);

  const rules::Migration& migration() const { return migration_; }
  const rules::Library& library() const { return library_; }
  const ModelIndex& models() const { return models_; }
  const BoundFields& bound() const { return bound_; }
  const Messages& messages() const { return messages_; }
  const rules::Dataset& dataset(size_t index) const { return migration_.datasets[index]; }

  // A whole text that names a dataset where an API expects a name of that kind. A `uri` is found by its prefix.
  std::optional<ReferenceMeaning> findReference(rules::ReferenceKind kind, std::string_view text) const;
  // A text with holes ("\x01") that may be the old name of a dataset of that kind.
  std::optional<ReferenceMeaning> findBuilt(rules::ReferenceKind kind, std::string_view text) const;
  // A whole text that names a dataset wherever it stands: `literal`, and `uri` by its prefix.
  std::optional<ReferenceMeaning> findAnywhere(std::string_view text) const;
  // A `function` reference by a callee's qualified name.
  std::vector<ReferenceMeaning> functionReferences(std::string_view name) const;
  // The same by a definition: of its own name, or of a qualified one whose parts stand in its symbol.
  std::vector<ReferenceMeaning> referencesTo(const Function& function) const;

  // What an ambient source's object, as "model.object", means in a file.
  std::optional<ReferenceMeaning> findAmbient(std::string_view object, std::string_view file) const;

  const NameMeaning* findField(size_t dataset, std::string_view field) const;
  // The same for a path within nested records too: "listener.name". Its replacement is the last name.
  std::optional<NameMeaning> findPath(size_t dataset, std::string_view path) const;
  bool isNewField(size_t dataset, std::string_view field) const;
  // Whether any dataset has a field change of this old or new name, at the top or in a nested record.
  bool knowsField(std::string_view field) const {
    return fieldNames_.contains(std::string(field)) || nestedNames_.contains(std::string(field));
  }
  const std::set<std::string>& fieldNames() const { return fieldNames_; }
  // Field names of a dataset that exist only in the old version, or only in the new one: they tell the version.
  bool onlyOld(size_t dataset, std::string_view field) const;
  bool onlyNew(size_t dataset, std::string_view field) const;

  // Members of bound types, by qualified name in a language ("cpp", "python").
  const NameMeaning* findMember(std::string_view language, std::string_view symbol) const;
  // A parameter of a method of a bound class, by its qualified name in C++; only of a dataset that the repository owns.
  const NameMeaning* findParameter(std::string_view language, std::string_view symbol) const;
  const std::vector<TypeMeaning>& types(std::string_view language) const;
  // Qualified names of the datasets' classes in a language.
  std::vector<std::string> classes(std::string_view language) const;
  // Whether a class, by the members that it has, is the new version already; nullopt where they don't tell.
  std::optional<bool> isNewClass(std::string_view language, const TypeSeen& seen) const;
  bool hasTyped(std::string_view language) const { return members_.contains(std::string(language)); }
  // Whether function bodies matter: names that no compiler knows are used.
  bool hasKeyed() const { return keyed_; }
  void followTexts() { keyed_ = true; }

 private:
  void addDataset(size_t index);
  void addFields(size_t index);
  void addTyped(size_t index, const rules::Reference& reference);
  void addMember(size_t index, const rules::LanguageBinding& language, const BoundMember& name);

  struct Bound {
    std::map<std::string, NameMeaning, std::less<>> members;
    std::map<std::string, std::map<std::string, NameMeaning, std::less<>>> parameters;  // class -> by name
    std::vector<TypeMeaning> types;
    std::map<std::string, std::set<std::string>, std::less<>> oldNames;  // class -> bare names, old only
    std::map<std::string, std::set<std::string>, std::less<>> newNames;
  };
  struct Fields {
    std::map<std::string, NameMeaning, std::less<>> old;
    std::set<std::string, std::less<>> now;
  };
  const rules::Migration& migration_;
  const rules::Library& library_;
  ModelIndex models_;
  BoundFields bound_;
  std::vector<Fields> fields_;
  std::set<std::string> fieldNames_;   // of the datasets themselves
  std::set<std::string> nestedNames_;  // the last names of those within nested records
  std::map<std::string, Bound, std::less<>> members_;
  bool keyed_ = false;
  Messages messages_;
};

// The replacement of a change's old last name, or why there is none.
NameMeaning meaningOf(size_t dataset, const rules::Change& change);

}  // namespace gander::rewriter
