// What the expressions of templates name: relations of the projects, or texts.
//
//   {{ ref('stg_plays') }}                             -> the model stg_plays, named by the literal 'stg_plays'
//   {% set t = source('lake', 'plays') %} {{ t }}      -> the table plays of source lake
//   {% for m in ['a', 'b'] %} {{ ref(m) }} {% endfor %}  -> the models a and b
//   {{ var('plays_table') }}                           -> the text that dbt_project.yml gives it, with its place there
//
// All that an expression may be is given; something among it that is not known is one more referent, of kind kUnknown.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/dbt/project.h"

namespace gander::rewriter::dbt {

struct Referent {
  enum class Kind { kSource, kResource, kThis, kText, kUnknown };
  Kind kind = Kind::kUnknown;
  const SourceTable* source = nullptr;
  const Resource* resource = nullptr;
  std::optional<Literal> name;        // of the table or model where it is called; of a text, if it is one literal
  std::optional<Literal> sourceName;  // kSource
  std::string text;                   // kText
  std::string why;                    // kUnknown: what it is, as far as is known
  std::vector<std::string> names;     // kUnknown, of ref or source: what was asked for: {"lake", "plays"}
  bool isUnknown() const { return kind == Kind::kUnknown; }
};

struct Environment;

// A value and where it is written: names in it mean what they mean there.
struct Held {
  const sql::JinjaValue* value = nullptr;
  size_t project = 0;
  const std::string* path = nullptr;
  const sql::Template* scope = nullptr;      // null for a value of a .yml file
  const Scalar* scalar = nullptr;            // the value's ranges are bytes of its text; null: of the file
  const Environment* environment = nullptr;  // names that are bound by who runs the template
};

// One name, and those that are bound around it.
struct Environment {
  const Environment* up = nullptr;
  std::string name;
  Held value;
};

class Names {
 public:
  explicit Names(const Projects& projects) : projects_(projects) {}
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  // `path`: a SQL file of the projects. `value`: one of its template.
  std::vector<Referent> of(const std::string& path, const sql::JinjaValue& value) const;
  std::vector<Referent> of(const Held& held) const;
  // The elements of a value that is gone through, each with its place; false where there may be others.
  bool elementsOf(const Held& held, std::vector<Held>& elements) const;
  // A value of a SQL file, as itself.
  Held hold(const std::string& path, const sql::JinjaValue& value) const;
  // {{ ... }} of a SQL file; kUnknown for anything else.
  std::vector<Referent> ofHole(const std::string& path, ByteRange hole) const;
  // A scalar of a .yml file: as a template ("{{ var('x') }}"), or as a bare expression ("ref('m')").
  std::vector<Referent> ofTemplate(size_t project, const Scalar& scalar) const;
  std::vector<Referent> ofExpression(size_t project, const Scalar& scalar) const;
  // The one text that a scalar is, with its place if it is one literal; nullopt where it can't be told.
  std::optional<Referent> textOf(size_t project, const YamlNode* node) const;

  // The texts that a value's literals are, through variables and loops: what a column list may hold. `open` is set where it may
  // be others, too.
  std::vector<Literal> literalsOf(const Held& held, bool& open) const;

  // A call of a macro of the projects.
  struct Call {
    std::string path;
    const sql::JinjaValue* value = nullptr;
  };
  const std::vector<Call>& callsOf(const Macro& macro) const;
  // The macros that a call may run: by its name, or by adapter.dispatch.
  std::vector<const Macro*> macrosOf(size_t project, const sql::JinjaValue& call) const;

 private:
  friend class Evaluation;
  void indexCalls() const;

  const Projects& projects_;
  mutable bool indexed_ = false;
  mutable std::map<const Macro*, std::vector<Call>> calls_;
  mutable std::deque<sql::JinjaValue> made_;  // values of .yml files
  mutable std::deque<Scalar> scalars_;
};

}  // namespace gander::rewriter::dbt
