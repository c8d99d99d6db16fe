// What the compiler could not read, as gaps of the unit.
#pragma once

#include <clang/Basic/Diagnostic.h>

#include <string>
#include <vector>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

class CollectedErrors final : public clang::DiagnosticConsumer {
 public:
  explicit CollectedErrors(std::string root) : root_(std::move(root)) {}
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override;

  // The first errors, with a last line that counts the others.
  void moveTo(Unit& unit);

 private:
  std::string root_;
  std::vector<Gap> gaps_;
  size_t others_ = 0;
};

}  // namespace gander::rewriter
