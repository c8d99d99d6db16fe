#include "rewriter/clang/errors.h"

#include <clang/Basic/DiagnosticLex.h>
#include <fmt/format.h>

#include "base/text.h"
#include "rewriter/clang/source_map.h"

namespace gander::rewriter {

constexpr size_t kErrors = 20;

void CollectedErrors::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) {
  DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
  if (level < clang::DiagnosticsEngine::Error) return;
  if (diagnostic.getID() == clang::diag::err_pp_file_not_found) return;  // the include says it
  if (gaps_.size() >= kErrors) {
    ++others_;
    return;
  }
  llvm::SmallString<128> message;
  diagnostic.FormatDiagnostic(message);
  Gap gap{"", replaceAll(message.str(), root_ + "/", "")};
  if (diagnostic.hasSourceManager() && diagnostic.getLocation().isValid()) {
    const auto& sources = diagnostic.getSourceManager();
    const SourceMap places(sources, clang::LangOptions(), root_);
    const auto place = sources.getExpansionLoc(diagnostic.getLocation());
    gap.file = places.file(sources.getFileID(place)).path;
    gap.why = fmt::format("{}:{}: {}", sources.getExpansionLineNumber(place), sources.getExpansionColumnNumber(place),
                          gap.why);
  }
  gaps_.push_back(std::move(gap));
}

void CollectedErrors::moveTo(Unit& unit) {
  for (Gap& gap : gaps_) {
    if (gap.file.empty()) gap.file = unit.file;
    unit.gaps.push_back(std::move(gap));
  }
  if (others_ > 0) unit.gaps.push_back({unit.file, fmt::format("{} more errors", others_)});
}

}  // namespace gander::rewriter
