#include "rewriter/clang/frontend.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Basic/Stack.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>
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
#include "rewriter/clang/rules.h"
#include "rewriter/clang/rules_again.h"
#include "rewriter/clang/source_map.h"
#include "rewriter/clang/uses.h"

namespace gander::rewriter {
namespace {

constexpr int kResults = 8;                   // of rules, that are looked at for a unit
constexpr unsigned kStackBytes = 512U << 20;  // reserved, used only as deep as the syntax tree is

// What a parse is asked, and what comes of it.
struct Task {
  const CppCommand& command;
  const std::vector<CompiledRule>& rules;
  Bodies bodies = Bodies::kAll;
  FileTexts instead = {};  // texts that stand in place of what the files of the tree hold
  Unit unit = {};
  FileTexts matched = {};  // the files in which rules match
};

// Reads one unit while Clang parses it, and lowers it when it is complete.
class Lowering final : public clang::ASTConsumer {
 public:
  Lowering(clang::CompilerInstance& compiler, Task& task)
      : request_(task.command.request),
        task_(task),
        preprocessor_(compiler.getPreprocessor()),
        sources_(compiler.getSourceManager(), compiler.getLangOpts(), task.command.root),
        wanted_(request_) {
    auto directives = std::make_unique<Directives>(sources_, wanted_);
    directives_ = directives.get();
    compiler.getPreprocessor().addPPCallbacks(std::move(directives));
  }

  void HandleTranslationUnit(clang::ASTContext& context) override {
    context.setTraversalScope(ownDeclarations(context));
    auto& unit = task_.unit;
    unit.names = collectNames(context, sources_, wanted_);
    collectUses(context, sources_, wanted_, unit);
    unit.types = seenClasses(context, request_.everything ? classesNamed(unit.names) : request_.types);
    if (request_.flow) unit.functions = lowerFunctions(context, sources_, directives_->stringified());
    matchRules(context, {preprocessor_, sources_, *directives_}, task_.rules, unit, task_.matched);
    directives_->moveTo(unit);
    unit.reads = sources_.reads();
  }

  bool shouldSkipFunctionBody(clang::Decl* function) override {
    return isPassedOver(*function, task_.bodies, sources_);
  }

 private:
  std::vector<clang::Decl*> ownDeclarations(clang::ASTContext& context) const {
    std::vector<clang::Decl*> own;
    for (auto* declaration : context.getTranslationUnitDecl()->decls()) {
      if (sources_.isOwn(declaration->getLocation())) own.push_back(declaration);
    }
    return own;
  }

  const CppRequest& request_;
  Task& task_;
  clang::Preprocessor& preprocessor_;
  SourceMap sources_;
  const Wanted wanted_;
  Directives* directives_;  // the preprocessor's
};

class LoweringAction final : public clang::ASTFrontendAction {
 public:
  explicit LoweringAction(Task& task) : task_(task) {}

 private:
  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    compiler.getDiagnostics().setFatalsAsError(true);
    return true;
  }
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    return std::make_unique<Lowering>(compiler, task_);
  }

  Task& task_;
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
  auto match = [](const RuleMatch& one) {
    return std::tie(one.span, one.rule, one.why, one.whole, one.nodes, one.declared, one.body, one.instances);
  };
  sortUnique(unit.rules, match);
  sortUnique(unit.stringized, [](const Stringized& use) { return std::tie(use.span, use.macro, use.alone); });
  sortUnique(unit.gaps, [](const Gap& gap) { return std::tie(gap.file, gap.why); });
  std::ranges::sort(unit.functions, {},
                    [](const Function& function) { return std::tie(function.span, function.symbol, function.name); });
}

using Files = llvm::IntrusiveRefCntPtr<RecordedFiles>;

Status parseWith(Task& task, const Files& files) {
  task.unit = {.file = task.command.request.file, .language = "cpp"};
  CollectedErrors errors(task.command.root);
  GANDER_TRY(auto invocation, makeInvocation(task.command, files, errors));
  invocation->getFrontendOpts().SkipFunctionBodies = task.bodies != Bodies::kAll;
  for (const auto& [path, text] : task.instead)
    invocation->getPreprocessorOpts().addRemappedFile(task.command.root + "/" + path,
                                                      llvm::MemoryBuffer::getMemBufferCopy(text).release());
  clang::CompilerInstance compiler(std::move(invocation));
  compiler.setVirtualFileSystem(files);
  compiler.createFileManager();
  compiler.createDiagnostics(&errors, false);
  LoweringAction action(task);
  compiler.ExecuteAction(action);
  errors.moveTo(task.unit);
  return {};
}

// Parses the results of the rules' edits, and gives a reason to those that are not final. What is left is another result, and so
// on until one is final.
Status judgeResults(Task& task, const Files& files) {
  auto command = task.command;
  command.request = {.file = task.command.request.file, .wanted = {}, .types = {}, .flow = false, .rules = {}};
  for (int round = 0;; ++round) {
    const RuleResults results(task.rules, task.unit.rules, task.matched);
    if (results.empty()) return {};
    if (round == kResults) {
      results.blameEach(task.unit.rules, "what the rules make goes on changing with what they do not make");
      return {};
    }
    Task again{.command = command, .rules = task.rules, .bodies = task.bodies, .instead = results.texts()};
    GANDER_CHECK(parseWith(again, files));
    if (!results.judge(again.unit.rules, again.matched, task.unit.rules)) return {};
  }
}

// The texts of the files in which a request has bytes read otherwise. kInvalid where they do not fit a file.
Result<FileTexts> textsInstead(const CppCommand& command, RecordedFiles& files) {
  FileTexts texts;
  for (const auto& [span, text] : command.request.instead) {
    auto& whole = texts[span.file];
    if (whole.empty()) {
      auto read = files.getBufferForFile(command.root + "/" + span.file);
      if (read) whole = (*read)->getBuffer().str();
    }
    if (span.range.begin > span.range.end || span.range.end > whole.size() || text.size() != span.range.size())
      return fail(ErrorKind::kInvalid, span.file + ": what is to be read instead does not fit");
    whole.replace(span.range.begin, span.range.size(), text);
  }
  return texts;
}

// Facts of functions need each instantiation of the repository's own templates, whoever makes it, and so do rules.
Result<ParsedUnit> parse(const CppCommand& command, bool allBodies) {
  Files files(new RecordedFiles(llvm::vfs::createPhysicalFileSystem()));
  if (files->setCurrentWorkingDirectory(command.directory) && files->setCurrentWorkingDirectory(command.root)) {
    return fail(ErrorKind::kNotFound, command.root + ": the root is not a folder that can be entered");
  }
  GANDER_TRY(const auto rules, compileRules(command.request.rules));
  GANDER_TRY(auto instead, textsInstead(command, *files));
  const bool instances = command.request.flow || !rules.empty();
  Task task{.command = command,
            .rules = rules,
            .bodies = allBodies   ? Bodies::kAll
                      : instances ? Bodies::kOwnTemplates
                                  : Bodies::kOwn,
            .instead = std::move(instead)};
  GANDER_CHECK(parseWith(task, files));
  if (task.bodies == Bodies::kOwn && hasOpenNames(task.unit.names)) {
    task.bodies = Bodies::kOwnTemplates;
    GANDER_CHECK(parseWith(task, files));
  }
  GANDER_CHECK(judgeResults(task, files));
  settle(task.unit);
  return ParsedUnit{std::move(task.unit), files->inputs()};
}

// Deep syntax trees, and deep matchers, do not end the process.
template <typename Work>
auto onLargeStack(Work work) {
  std::optional<decltype(work())> result;
  llvm::thread worker(std::optional<unsigned>(kStackBytes), [&] {
    clang::noteBottomOfStack();
    result = work();
  });
  worker.join();
  return std::move(*result);
}

}  // namespace

Result<ParsedUnit> parseWithInputs(const CppCommand& command, bool allBodies) {
  return onLargeStack([&] { return parse(command, allBodies); });
}

Result<Unit> parseCpp(const CppCommand& command) {
  GANDER_TRY(auto parsed, parseWithInputs(command));
  return std::move(parsed.unit);
}

std::vector<RuleProblem> checkRules(const std::vector<CppRule>& rules) {
  return onLargeStack([&] {
    std::vector<RuleProblem> problems;
    for (const auto& rule : rules) {
      auto compiled = compileRule(rule, static_cast<uint32_t>(&rule - rules.data()));
      if (!compiled) problems.insert(problems.end(), compiled.error().begin(), compiled.error().end());
    }
    return problems;
  });
}

}  // namespace gander::rewriter
