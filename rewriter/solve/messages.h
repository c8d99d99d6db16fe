// The classes of the datasets' messages, and what texts call their fields: by the field's own name, or by its name in JSON.
//
//   warehouse::v1::UserPlay                        -> user-plays
//   warehouse::v1::UserPlay_Place, of a `place`    -> user-plays, within place
//   "listener.userName" in JSON of user-plays      -> listener.user_name
//
// Only of `type` references whose binding has a model of its name that knows objects by their class.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/solve/model_index.h"
#include "rules/migration.h"
#include "rules/model.h"

namespace gander::rewriter {

struct MessageClass {
  size_t dataset = 0;
  std::string path;          // the field of the dataset whose type it is; empty: the dataset's own
  bool alreadyNew = false;   // its name is of the new version only
  bool versionTold = false;  // its name is of one version only
};

struct MessageField {
  std::string path;   // by the fields' own names
  bool json = false;  // its last name stands there as JSON has it
};

class Messages {
 public:
  Messages(const rules::Migration& migration, const rules::Library& library);

  // By a qualified name in C++.
  const MessageClass* findClass(std::string_view name) const;
  MessageField fieldOfJson(std::string_view written) const;

  // Datasets of which a changed field has this last name.
  std::set<size_t> datasetsWith(std::string_view name) const;
  // The names of changed fields, their own and in JSON.
  const std::set<std::string>& names() const { return names_; }
  bool areNamedIn(std::string_view text) const;
  // Whether JSON calls the new fields by what protobuf makes of their names: a [json_name] says otherwise.
  bool jsonFollows() const { return jsonFollows_; }

  // What the models say of a value of a class that is derived from this one, and of a call of this static method; null: nothing.
  const Entry* sourceByClass(std::string_view base) const;
  const Entry* sourceByStatic(std::string_view name) const;
  // The bare names of the functions that such models speak of: who names fields by text calls one of them.
  const std::set<std::string>& words() const { return words_; }
  // Whether a file of these words may hash a message's bytes, and whether any dataset's become others.
  bool mayHash(std::string_view text) const;
  bool changeBytes() const { return changeBytes_; }
  // Those of them that take one field, by a name or number that may be computed.
  const std::set<std::string>& reflections() const { return reflections_; }

 private:
  void addModel(const rules::Model& model);
  void addOrders(const rules::Model& model);
  void addDataset(size_t index, const rules::Dataset& dataset, const rules::Reference& reference,
                  const rules::LanguageBinding& binding);

  std::map<std::string, MessageClass, std::less<>> classes_;
  std::map<std::string, std::set<size_t>, std::less<>> changed_;  // last name -> datasets
  std::map<std::string, std::string, std::less<>> jsonNames_;     // "userName" -> user_name
  std::set<std::string, std::less<>> fields_;                     // every name that a field has itself
  std::set<std::string> names_;
  bool jsonFollows_ = false;
  std::map<std::string, Entry, std::less<>> byClass_;
  std::map<std::string, Entry, std::less<>> byStatic_;
  std::set<std::string> words_;
  std::set<std::string> reflections_;
  std::set<std::string> bytes_;   // functions that such models pass a message on by
  std::set<std::string> orders_;  // what hashes
  bool changeBytes_ = false;
};

}  // namespace gander::rewriter
