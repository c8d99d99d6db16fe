// Queries that are given a name in one place and run by it in another: prepared statements.
//
//   conn.prepare("plays", "SELECT * FROM user_plays_v1")        the text entry says `named: 0`
//   for (auto row : tx.exec_prepared("plays"))                  the flow entry says `named: 0`: rows of that text
//
// Which connection a name was given on is not asked: every text of that name may be meant.
#pragma once

#include <string>
#include <vector>

#include "rewriter/solve/meaning.h"
#include "rewriter/solve/model_index.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

struct NamingCall {
  FactAt at;
  Entry entry;  // of kind text
};

class NamedTexts {
 public:
  NamedTexts(const Program& program, const Meaning& meaning) : program_(program), meaning_(meaning) {}

  // The calls that give texts of a model a name. The program must not grow between two questions.
  const std::vector<NamingCall>& namingCalls(const rules::Model& model);
  // The functions that do so, by their bare names: where they are called must be looked at.
  static std::vector<std::string> namingFunctions(const rules::Model& model);

 private:
  void collect();

  const Program& program_;
  const Meaning& meaning_;
  bool collected_ = false;
  std::map<const rules::Model*, std::vector<NamingCall>> calls_;
};

}  // namespace gander::rewriter
