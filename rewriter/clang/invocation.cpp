#include "rewriter/clang/invocation.h"

#include <clang/Driver/CreateInvocationFromArgs.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <clang/Options/Options.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <array>

namespace gander::rewriter {

namespace options = clang::options;
namespace path = llvm::sys::path;

// Wrappers that stand before the compiler in a command.
static bool isLauncher(llvm::StringRef program) {
  static constexpr std::array<llvm::StringRef, 4> kLaunchers = {"ccache", "distcc", "sccache", "icecc"};
  return std::ranges::find(kLaunchers, path::stem(program)) != kLaunchers.end();
}

// Output, dependency files, precompiled headers, modules' caches and whatever runs code of somebody else.
static bool isDropped(const llvm::opt::Arg& argument) {
  const auto& option = argument.getOption();
  if (option.matches(options::OPT_M_Group) || option.matches(options::OPT_UNKNOWN) ||
      option.matches(options::OPT_INPUT)) {
    return true;
  }
  static constexpr std::array kDropped = {options::OPT_o,
                                          options::OPT_c,
                                          options::OPT_S,
                                          options::OPT_E,
                                          options::OPT_MJ,
                                          options::OPT_MD,
                                          options::OPT_MMD,
                                          options::OPT_include_pch,
                                          options::OPT_load,
                                          options::OPT_plugin,
                                          options::OPT_fplugin_EQ,
                                          options::OPT_fpass_plugin_EQ,
                                          options::OPT_Xclang,
                                          options::OPT_mllvm,
                                          options::OPT_fmodules,
                                          options::OPT_fmodules_cache_path,
                                          options::OPT_fdebug_compilation_dir,
                                          options::OPT_resource_dir,
                                          options::OPT_save_temps_EQ,
                                          options::OPT_save_temps,
                                          options::OPT__DASH_DASH,
                                          options::OPT_emit_llvm,
                                          options::OPT_fsyntax_only,
                                          options::OPT__serialize_diags};
  return std::ranges::any_of(kDropped, [&](auto id) { return option.matches(id); });
}

// The headers that CMake passes behind Clang's driver, beside a precompiled one:
//   -Xclang -include-pch -Xclang x.pch -Xclang -include -Xclang x.hxx  ->  -include x.hxx
static std::vector<std::string> innerIncludes(const llvm::opt::InputArgList& parsed) {
  std::vector<std::string> includes;
  const auto inner = parsed.getAllArgValues(options::OPT_Xclang);
  for (size_t index = 0; index + 1 < inner.size(); ++index) {
    if (inner[index] == "-include") includes.insert(includes.end(), {"-include", inner[index + 1]});
  }
  return includes;
}

// A header has no language of its own; its includer's is C++.
static bool isHeader(llvm::StringRef file) {
  const auto extension = path::extension(file);
  return extension.starts_with(".h") || extension.starts_with(".i") || extension.empty();
}

std::vector<std::string> driverArguments(const CppCommand& command, const std::string& file,
                                         const std::string& resources) {
  std::vector<const char*> raw;
  for (const auto& argument : command.arguments) raw.push_back(argument.c_str());
  size_t first = 0;
  while (first + 1 < raw.size() && isLauncher(raw[first])) ++first;
  unsigned missingIndex = 0;
  unsigned missingCount = 0;
  const auto parsed =
      clang::getDriverOptTable().ParseArgs(llvm::ArrayRef(raw).drop_front(std::min(first + 1, raw.size())),
                                           missingIndex, missingCount, llvm::opt::Visibility(options::ClangOption));
  llvm::opt::ArgStringList kept;
  bool hasLanguage = false;
  for (const auto* argument : parsed) {
    hasLanguage = hasLanguage || argument->getOption().matches(options::OPT_x);
    if (!isDropped(*argument)) argument->render(parsed, kept);
  }
  std::vector<std::string> result = {raw.empty() ? "clang++" : raw[first], "--no-default-config",
                                     "-resource-dir=" + resources};
  result.insert(result.end(), kept.begin(), kept.end());
  const auto includes = innerIncludes(parsed);
  result.insert(result.end(), includes.begin(), includes.end());
  if (isHeader(file) && !hasLanguage) result.insert(result.end(), {"-x", "c++"});
  result.insert(result.end(), {"-w", "-fsyntax-only", "-ferror-limit=0", "--", file});
  return result;
}

Result<std::string> resourceFolder() {
  const std::string folder = GANDER_CLANG_RESOURCES;
  if (llvm::sys::fs::exists(folder + "/include/stddef.h")) return folder;
  return fail(ErrorKind::kUnavailable, folder + ": Clang's own headers are not there; install libclang-common-22-dev");
}

static void disarm(clang::CompilerInvocation& invocation) {
  auto& frontend = invocation.getFrontendOpts();
  frontend.Plugins.clear();
  frontend.PluginArgs.clear();
  frontend.AddPluginActions.clear();
  frontend.LLVMArgs.clear();
  frontend.OutputFile.clear();
  frontend.ProgramAction = clang::frontend::ParseSyntaxOnly;
  frontend.DisableFree = false;
  invocation.getLangOpts().SpellChecking = false;  // a guessed name is no proof, and guessing is slow
  invocation.getCodeGenOpts().PassPlugins.clear();
  invocation.getDependencyOutputOpts() = {};
  invocation.getHeaderSearchOpts().ModuleCachePath.clear();
  invocation.getPreprocessorOpts().ImplicitPCHInclude.clear();
  invocation.getLangOpts().Modules = false;
  invocation.getLangOpts().ImplicitModules = false;
  invocation.getDiagnosticOpts().ErrorLimit = 0;
  invocation.getDiagnosticOpts().ShowCarets = false;  // and no count of errors on standard error
  invocation.getDiagnosticOpts().DiagnosticSerializationFile.clear();
}

Result<std::shared_ptr<clang::CompilerInvocation>> makeInvocation(const CppCommand& command,
                                                                  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files,
                                                                  clang::DiagnosticConsumer& diagnostics) {
  const auto file = command.root + "/" + command.request.file;
  if (!files->exists(file)) return fail(ErrorKind::kNotFound, command.request.file + ": not found below the root");
  GANDER_TRY(const auto resources, resourceFolder());
  const auto arguments = driverArguments(command, file, resources);
  std::vector<const char*> raw;
  for (const auto& argument : arguments) raw.push_back(argument.c_str());
  clang::DiagnosticOptions diagnosticOptions;
  clang::CreateInvocationOptions choices;
  choices.Diags = clang::CompilerInstance::createDiagnostics(*files, diagnosticOptions, &diagnostics, false);
  choices.VFS = files;
  choices.RecoverOnError = true;
  std::shared_ptr<clang::CompilerInvocation> invocation = clang::createInvocation(raw, choices);
  if (!invocation)
    return fail(ErrorKind::kInvalid, command.request.file + ": no compiler command can be made of its flags");
  disarm(*invocation);
  return invocation;
}

}  // namespace gander::rewriter
