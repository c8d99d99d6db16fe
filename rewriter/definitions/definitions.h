// Definitions of the datasets that change with their uses: the messages of .proto files, and the tables of a project's own
// specifications. A struct's members are names that the compiler resolves (solve/typed), and DDL is SQL (solve/sql_files).
//
//   .proto files -> libprotobuf's parser -> the dataset's messages -> demands on their own names only
//   specifications -> the migration's path or query -> demands where the table is the dataset's
//
// A definition is edited where the dataset's role is owner, or the migration's `define` says so by path; else it is listed. A
// file that the migration's `files` replace is left to them. Names of types in .proto files are uses: they follow whoever owns
// the message.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "rewriter/definitions/proto_tree.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"

namespace gander::rewriter {

struct DefinitionParts {
  const Meaning& meaning;
  const Texts& texts;
  const ProtoTree& protos;
  const std::vector<FileAction>& replaced;  // of the migration's `files`
  std::string unseen;  // code that may use the datasets and could not be looked at, as a reason; empty: there is none
};

// Whether a definition of the dataset in this file is edited.
bool editsDefinition(const rules::Migration& migration, size_t dataset, const std::string& path);

// Adds demands to a solution that has all others: where a definition is edited, all that is demanded for its dataset goes
// together with it.
void solveDefinitions(const DefinitionParts& parts, Solution& solution);

// kInvalid with `file:line:column: why` for a query of the migration that can't be run.
Status checkDefinitionQueries(const rules::Migration& migration);

}  // namespace gander::rewriter
