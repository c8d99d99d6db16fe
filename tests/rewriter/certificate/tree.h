// A C++ tree on disk that is rewritten, and parsed before and after.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "rewriter/clang/frontend.h"
#include "rewriter/rewrite.h"

namespace gander::rewriter::testing {

using Tree = std::map<std::string, std::string>;

// Parses in this process, with one and the same command for every file.
class DirectParser final : public CppParser {
 public:
  explicit DirectParser(const Tree& files);
  std::vector<std::string> sources() const override { return sources_; }
  Result<std::vector<RuleProblem>> check(const std::vector<CppRule>& rules) override { return checkRules(rules); }
  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override;

 private:
  TemporaryDirectory folder_;
  std::vector<std::string> sources_;
};

// A rewrite of a tree with a class `plays.UserPlay` whose user_name becomes listener_name.
class Rewriting {
 public:
  explicit Rewriting(const Tree& tree);
  Rewrite rewrite;
  Tree after() const;  // the tree with the rewrite's edits
  // Of the rewrite as it is now; `lost` is a file that the new tree is parsed without.
  Certificate certify(const std::string& lost = "") const;
  void plant(const std::string& file, const std::string& before, const std::string& after);  // one more edit

 private:
  Tree tree_;
  rules::Migration migration_;
  rules::Library library_;
};

}  // namespace gander::rewriter::testing
