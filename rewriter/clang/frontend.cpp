#include "rewriter/clang/frontend.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Basic/Stack.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/thread.h>

#include <algorithm>
#include <optional>

#include "rewriter/clang/bodies.h"
#include "rewriter/clang/classes.h"
#include "rewriter/clang/directives.h"
#include "rewriter/clang/errors.h"
#include "rewriter/clang/flow/lower.h"
#include "rewriter/clang/invocation.h"
#include "rewriter/clang/names.h"
#include "rewriter/clang/recorded_files.h"
#include "rewriter/clang/source_map.h"
#include "rewriter/clang/uses.h"

namespace gander::rewriter {
namespace {

constexpr unsigned kStackBytes = 512U << 20;  // reserved, used only as deep as the syntax tree is

// Reads one unit while Clang parses it, and lowers it when it is complete.
class Lowering final : public clang::ASTConsumer {
 public:
  Lowering(clang::CompilerInstance& compiler, const CppCommand& command, Bodies bodies, Unit& unit)
      : request_(command.request),
        bodies_(bodies),
        unit_(unit),
        sources_(compiler.getSourceManager(), compiler.getLangOpts(), command.root),
        wanted_(request_) {
    auto directives = std::make_unique<Directives>(sources_, wanted_);
    directives_ = directives.get();
    compiler.getPreprocessor().addPPCallbacks(std::move(directives));
  }

  void HandleTranslationUnit(clang::ASTContext& context) override {
    context.setTraversalScope(ownDeclarations(context));
    unit_.names = collectNames(context, sources_, wanted_);
    collectUses(context, sources_, wanted_, unit_);
    unit_.types = seenClasses(context, request_.everything ? classesNamed(unit_.names) : request_.types);
    if (request_.flow) unit_.functions = lowerFunctions(context, sources_, directives_->stringified());
    directives_->moveTo(unit_);
    unit_.reads = sources_.reads();
  }

  bool shouldSkipFunctionBody(clang::Decl* function) override { return isPassedOver(*function, bodies_, sources_); }

 private:
  std::vector<clang::Decl*> ownDeclarations(clang::ASTContext& context) const {
    std::vector<clang::Decl*> own;
    for (auto* declaration : context.getTranslationUnitDecl()->decls()) {
      if (sources_.isOwn(declaration->getLocation())) own.push_back(declaration);
    }
    return own;
  }

  const CppRequest& request_;
  const Bodies bodies_;
  Unit& unit_;
  SourceMap sources_;
  const Wanted wanted_;
  Directives* directives_;  // the preprocessor's
};

class LoweringAction final : public clang::ASTFrontendAction {
 public:
  LoweringAction(const CppCommand& command, Bodies bodies, Unit& unit)
      : command_(command), bodies_(bodies), unit_(unit) {}

 private:
  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    compiler.getDiagnostics().setFatalsAsError(true);
    return true;
  }
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    return std::make_unique<Lowering>(compiler, command_, bodies_, unit_);
  }

  const CppCommand& command_;
  const Bodies bodies_;
  Unit& unit_;
};

template <typename T>
void sortUnique(std::vector<T>& values, auto key) {
  std::ranges::sort(values, {}, key);
  auto repeated = std::ranges::unique(values, {}, key);
  values.erase(repeated.begin(), repeated.end());
}

struct NameKey {
  auto operator()(const NameUse& use) const {
    std::vector<std::pair<Span, std::string>> qualifiers;
    for (const auto& qualifier : use.qualifiers) qualifiers.emplace_back(qualifier.span, qualifier.symbol);
    return std::tuple(use.span, use.text, use.symbol, use.kind, use.declares, use.definesHere, use.dependent,
                      use.pasted, use.macro, use.templated, use.objectType, use.object, use.declaration, qualifiers,
                      use.varying, use.paste.argument, use.lacking, use.overrides);
  }
};

// The same order and no repetition, however the tree was walked.
void settle(Unit& unit) {
  sortUnique(unit.names, NameKey{});
  auto use = [](const UseContext& one) {
    return std::tie(one.name, one.symbol, one.fate, one.whole, one.statement, one.type, one.into, one.intoName,
                    one.passedTo, one.operand, one.braced, one.wrapper, one.wrapperLeaks, one.conversion);
  };
  sortUnique(unit.uses, use);
  sortUnique(unit.switches, [](const SwitchUse& one) { return std::tie(one.keyword, one.type); });
  sortUnique(unit.includes, [](const IncludeUse& use) { return std::tie(use.span, use.written, use.resolved); });
  sortUnique(unit.stringized, [](const Stringized& use) { return std::tie(use.span, use.macro, use.alone); });
  sortUnique(unit.gaps, [](const Gap& gap) { return std::tie(gap.file, gap.why); });
  std::ranges::sort(unit.functions, {},
                    [](const Function& function) { return std::tie(function.span, function.symbol, function.name); });
}

using Files = llvm::IntrusiveRefCntPtr<RecordedFiles>;

Result<Unit> parseWith(const CppCommand& command, const Files& files, Bodies bodies) {
  Unit unit{.file = command.request.file, .language = "cpp"};
  CollectedErrors errors(command.root);
  GANDER_TRY(auto invocation, makeInvocation(command, files, errors));
  invocation->getFrontendOpts().SkipFunctionBodies = bodies != Bodies::kAll;
  clang::CompilerInstance compiler(std::move(invocation));
  compiler.setVirtualFileSystem(files);
  compiler.createFileManager();
  compiler.createDiagnostics(&errors, false);
  LoweringAction action(command, bodies, unit);
  compiler.ExecuteAction(action);
  errors.moveTo(unit);
  return unit;
}

// Facts of functions need each instantiation of the repository's own templates, whoever makes it.
Result<ParsedUnit> parse(const CppCommand& command, bool allBodies) {
  Files files(new RecordedFiles(llvm::vfs::createPhysicalFileSystem()));
  if (files->setCurrentWorkingDirectory(command.directory) && files->setCurrentWorkingDirectory(command.root)) {
    return fail(ErrorKind::kNotFound, command.root + ": the root is not a folder that can be entered");
  }
  auto bodies = allBodies ? Bodies::kAll : command.request.flow ? Bodies::kOwnTemplates : Bodies::kOwn;
  GANDER_TRY(auto unit, parseWith(command, files, bodies));
  if (bodies == Bodies::kOwn && hasOpenNames(unit.names)) {
    GANDER_TRY(unit, parseWith(command, files, Bodies::kOwnTemplates));
  }
  settle(unit);
  return ParsedUnit{std::move(unit), files->inputs()};
}

}  // namespace

Result<ParsedUnit> parseWithInputs(const CppCommand& command, bool allBodies) {
  std::optional<Result<ParsedUnit>> result;
  llvm::thread worker(std::optional<unsigned>(kStackBytes), [&] {
    clang::noteBottomOfStack();
    result = parse(command, allBodies);
  });
  worker.join();
  return std::move(*result);
}

Result<Unit> parseCpp(const CppCommand& command) {
  GANDER_TRY(auto parsed, parseWithInputs(command));
  return std::move(parsed.unit);
}

}  // namespace gander::rewriter
