// What is done to one commit's tree outside of git: base build -> rewrite -> build of the rewritten tree -> verdict.
//
// Each build has a fresh checkout of its own in the worker's folder. The base build's folder stays until the workbench goes, for
// the C++ parser needs the headers that it generated.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "fleet/commit_tree.h"
#include "fleet/fleet.h"
#include "sandbox/build.h"

namespace gander::fleet {

class Workbench {
 public:
  struct Source {
    const repos::Repository& repository;
    repos::CommitId commit;
    std::string address;  // without credentials
  };

  // `folder` is made, and removed with everything in it when the workbench goes. All references must outlive it.
  static Result<std::unique_ptr<Workbench>> make(const Fleet::Parts& parts, const Fleet::Limits& limits, Source source,
                                                 std::filesystem::path folder);
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  const CommitTree& tree() const { return tree_; }
  Result<bool> mentions(const rules::Migration& migration) const;

  // Checks the base out and builds it, where there is a sandbox and a build is known.
  Status buildBase();
  std::string baseSummary() const;  // one line: "cmake: passed", "no build known", ...
  const std::string& baseLog() const { return base_.log; }
  const sandbox::BuildPlan& plan() const { return plan_; }

  // Only after buildBase() are the generated headers and the compilation database there; else C++ is only read as text.
  Result<rewriter::Rewrite> rewrite(const rules::Migration& migration);

  // After verify(): what can be proved of the rewrite with the headers of both builds.
  Result<rewriter::Certificate> certify(const rules::Migration& migration, const rewriter::Rewrite& rewrite,
                                        const rewriter::ChangedFiles& changed) const;

  // Builds the tree with the changed files in it.
  Result<sandbox::Verification> verify(const rewriter::ChangedFiles& changed);

 private:
  Workbench(const Fleet::Parts& parts, const Fleet::Limits& limits, Source source, std::filesystem::path folder,
            CommitTree tree);
  Result<std::filesystem::path> checkout(const std::string& name);
  Result<sandbox::BuildOutcome> build(const std::string& name, const rewriter::ChangedFiles& changed);
  Result<std::unique_ptr<rewriter::CppParser>> makeParser(const std::filesystem::path& folder) const;

  const Fleet::Parts& parts_;
  const Fleet::Limits& limits_;
  const Source source_;
  const std::filesystem::path folder_;
  const CommitTree tree_;
  std::filesystem::path baseFolder_;       // empty before buildBase()
  std::filesystem::path rewrittenFolder_;  // empty before verify(), and where nothing is built
  sandbox::BuildPlan plan_;
  sandbox::BuildOutcome base_;
};

}  // namespace gander::fleet
