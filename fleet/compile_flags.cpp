#include "fleet/compile_flags.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace gander::fleet {
namespace {

enum class Form {
  kExact,
  kJoined,    // -std=c++20
  kSeparate,  // -MF file
  kEither,    // -Idir, -I dir
};

enum class Fate {
  kKeep,
  kQuiet,  // says nothing about what the code means
  kTell,   // not let through, and told; named here only where a value goes with it
};

struct Rule {
  std::string_view name;
  Form form;
  Fate fate;
};

// The longest name that fits decides. What is not here is told.
constexpr auto kRules = std::to_array<Rule>({
    {"-I", Form::kEither, Fate::kKeep},
    {"-D", Form::kEither, Fate::kKeep},
    {"-U", Form::kEither, Fate::kKeep},
    {"-isystem", Form::kEither, Fate::kKeep},
    {"-iquote", Form::kEither, Fate::kKeep},
    {"-idirafter", Form::kEither, Fate::kKeep},
    {"-include", Form::kEither, Fate::kKeep},
    {"-imacros", Form::kEither, Fate::kKeep},
    {"-x", Form::kEither, Fate::kKeep},
    {"-std=", Form::kJoined, Fate::kKeep},
    {"--std=", Form::kJoined, Fate::kKeep},
    {"-stdlib=", Form::kJoined, Fate::kKeep},
    {"-ansi", Form::kExact, Fate::kKeep},
    {"-pthread", Form::kExact, Fate::kKeep},
    {"-nostdinc", Form::kExact, Fate::kKeep},
    {"-nostdinc++", Form::kExact, Fate::kKeep},
    {"-undef", Form::kExact, Fate::kKeep},
    {"-trigraphs", Form::kExact, Fate::kKeep},
    {"--target=", Form::kJoined, Fate::kKeep},
    {"-O", Form::kJoined, Fate::kKeep},
    {"-m32", Form::kExact, Fate::kKeep},
    {"-m64", Form::kExact, Fate::kKeep},
    {"-march=", Form::kJoined, Fate::kKeep},
    {"-mcpu=", Form::kJoined, Fate::kKeep},
    {"-W", Form::kJoined, Fate::kKeep},
    {"-Wp,", Form::kJoined, Fate::kTell},
    {"-Wa,", Form::kJoined, Fate::kQuiet},
    {"-Wl,", Form::kJoined, Fate::kQuiet},
    {"-Werror", Form::kJoined, Fate::kQuiet},
    {"-mtune=", Form::kJoined, Fate::kQuiet},
    {"-c", Form::kExact, Fate::kQuiet},
    {"-o", Form::kEither, Fate::kQuiet},
    {"-g", Form::kJoined, Fate::kQuiet},
    {"-M", Form::kExact, Fate::kQuiet},
    {"-MM", Form::kExact, Fate::kQuiet},
    {"-MD", Form::kExact, Fate::kQuiet},
    {"-MMD", Form::kExact, Fate::kQuiet},
    {"-MP", Form::kExact, Fate::kQuiet},
    {"-MG", Form::kExact, Fate::kQuiet},
    {"-MF", Form::kEither, Fate::kQuiet},
    {"-MT", Form::kEither, Fate::kQuiet},
    {"-MQ", Form::kEither, Fate::kQuiet},
    {"-MJ", Form::kEither, Fate::kQuiet},
    {"-pipe", Form::kExact, Fate::kQuiet},
    {"-pedantic", Form::kJoined, Fate::kQuiet},
    {"-w", Form::kExact, Fate::kQuiet},
    {"-v", Form::kExact, Fate::kQuiet},
    {"-s", Form::kExact, Fate::kQuiet},
    {"-l", Form::kJoined, Fate::kQuiet},
    {"-L", Form::kEither, Fate::kQuiet},
    {"-shared", Form::kExact, Fate::kQuiet},
    {"-static", Form::kJoined, Fate::kQuiet},
    {"-rdynamic", Form::kExact, Fate::kQuiet},
    {"-save-temps", Form::kJoined, Fate::kQuiet},
    {"-fdiagnostics-", Form::kJoined, Fate::kQuiet},
    {"-fcolor-diagnostics", Form::kExact, Fate::kQuiet},
    {"-fno-color-diagnostics", Form::kExact, Fate::kQuiet},
    {"-flto", Form::kJoined, Fate::kQuiet},
    {"-fmessage-length=", Form::kJoined, Fate::kQuiet},
    {"-fmacro-backtrace-limit=", Form::kJoined, Fate::kQuiet},
    {"-ffile-prefix-map=", Form::kJoined, Fate::kQuiet},
    {"-fdebug-prefix-map=", Form::kJoined, Fate::kQuiet},
    {"-fsanitize", Form::kJoined, Fate::kQuiet},
    {"-fstack-", Form::kJoined, Fate::kQuiet},
    {"-fcf-protection", Form::kJoined, Fate::kQuiet},
    {"-Winvalid-pch", Form::kExact, Fate::kQuiet},
    {"-nostdlibinc", Form::kExact, Fate::kKeep},
    {"-nostdlib", Form::kExact, Fate::kQuiet},
    {"-nostdlib++", Form::kExact, Fate::kQuiet},
    {"-nodefaultlibs", Form::kExact, Fate::kQuiet},
    {"-nostartfiles", Form::kExact, Fate::kQuiet},
    {"-pg", Form::kExact, Fate::kQuiet},
    {"-p", Form::kExact, Fate::kQuiet},
    {"-pie", Form::kExact, Fate::kQuiet},
    {"-no-pie", Form::kExact, Fate::kQuiet},
    {"-static-pie", Form::kExact, Fate::kQuiet},
    {"--coverage", Form::kExact, Fate::kQuiet},
    {"-fprofile-", Form::kJoined, Fate::kQuiet},
    {"-fno-profile-", Form::kJoined, Fate::kQuiet},
    {"-fcoverage-", Form::kJoined, Fate::kQuiet},
    {"-ftest-coverage", Form::kExact, Fate::kQuiet},
    {"-fuse-ld=", Form::kJoined, Fate::kQuiet},
    {"-fno-lto", Form::kExact, Fate::kQuiet},
    {"-fno-stack-", Form::kJoined, Fate::kQuiet},
    {"-fno-sanitize", Form::kJoined, Fate::kQuiet},
    {"-fmax-errors=", Form::kJoined, Fate::kQuiet},
    {"-fno-diagnostics-", Form::kJoined, Fate::kQuiet},
    {"-fmacro-prefix-map=", Form::kJoined, Fate::kQuiet},
    {"-fabi-version=", Form::kJoined, Fate::kQuiet},
    {"-fabi-compat-version=", Form::kJoined, Fate::kQuiet},
    {"-falign-", Form::kJoined, Fate::kQuiet},
    {"-fpatchable-function-entry=", Form::kJoined, Fate::kQuiet},
    {"-fdump-", Form::kJoined, Fate::kQuiet},
    {"-mcmodel=", Form::kJoined, Fate::kQuiet},
    {"-mindirect-branch", Form::kJoined, Fate::kQuiet},
    {"-mfunction-return=", Form::kJoined, Fate::kQuiet},
    {"-mpreferred-stack-boundary=", Form::kJoined, Fate::kQuiet},
    {"-mbranch-protection=", Form::kJoined, Fate::kQuiet},
    {"-T", Form::kEither, Fate::kQuiet},
    {"-u", Form::kSeparate, Fate::kQuiet},
    {"-z", Form::kSeparate, Fate::kQuiet},
    {"-include-pch", Form::kSeparate, Fate::kTell},
    {"-isysroot", Form::kEither, Fate::kTell},
    {"--sysroot", Form::kSeparate, Fate::kTell},
    {"-target", Form::kSeparate, Fate::kTell},
    {"-Xlinker", Form::kSeparate, Fate::kQuiet},
    {"-Xassembler", Form::kSeparate, Fate::kQuiet},
    {"-Xpreprocessor", Form::kSeparate, Fate::kTell},
    {"-Xclang", Form::kSeparate, Fate::kTell},
    {"-mllvm", Form::kSeparate, Fate::kTell},
    {"--param", Form::kSeparate, Fate::kQuiet},
    {"--param=", Form::kJoined, Fate::kQuiet},
    {"-B", Form::kEither, Fate::kTell},
    {"-specs", Form::kSeparate, Fate::kTell},
    {"-wrapper", Form::kSeparate, Fate::kTell},
    {"-arch", Form::kSeparate, Fate::kTell},
    {"-iprefix", Form::kSeparate, Fate::kTell},
    {"-iwithprefix", Form::kSeparate, Fate::kTell},
    {"-iwithprefixbefore", Form::kSeparate, Fate::kTell},
    {"-ivfsoverlay", Form::kEither, Fate::kTell},
});

// -f and -fno- switches without a value that Clang knows and that may change what the code means.
constexpr auto kSwitches = std::to_array<std::string_view>({"exceptions",
                                                            "rtti",
                                                            "PIC",
                                                            "pic",
                                                            "PIE",
                                                            "pie",
                                                            "signed-char",
                                                            "unsigned-char",
                                                            "short-enums",
                                                            "short-wchar",
                                                            "wrapv",
                                                            "strict-aliasing",
                                                            "ms-extensions",
                                                            "char8_t",
                                                            "access-control",
                                                            "threadsafe-statics",
                                                            "builtin",
                                                            "freestanding",
                                                            "hosted",
                                                            "sized-deallocation",
                                                            "aligned-allocation",
                                                            "openmp",
                                                            "blocks",
                                                            "math-errno",
                                                            "fast-math",
                                                            "finite-math-only",
                                                            "trapping-math",
                                                            "visibility-inlines-hidden",
                                                            "common",
                                                            "omit-frame-pointer",
                                                            "function-sections",
                                                            "data-sections",
                                                            "strict-enums",
                                                            "delete-null-pointer-checks",
                                                            "gnu-keywords",
                                                            "operator-names",
                                                            "strict-overflow",
                                                            "delayed-template-parsing",
                                                            "unwind-tables",
                                                            "asynchronous-unwind-tables",
                                                            "semantic-interposition",
                                                            "inline"});
constexpr auto kValued = std::to_array<std::string_view>(
    {"-fvisibility=", "-ftemplate-depth=", "-fconstexpr-depth=", "-fconstexpr-steps=", "-ftrivial-auto-var-init="});

// Switches of GCC that Clang does not know, and that say only how code is made, not what it means.
constexpr auto kGccSwitches = std::to_array<std::string_view>({"gnu-unique",
                                                               "canonical-system-headers",
                                                               "var-tracking",
                                                               "plt",
                                                               "tree-",
                                                               "ipa-",
                                                               "gcse",
                                                               "reorder-",
                                                               "inline-functions",
                                                               "unroll-loops",
                                                               "peel-loops",
                                                               "merge-constants",
                                                               "fat-lto-objects",
                                                               "use-linker-plugin",
                                                               "conserve-stack",
                                                               "implement-inlines",
                                                               "keep-inline",
                                                               "compare-debug",
                                                               "caller-saves",
                                                               "schedule-insns",
                                                               "sched-",
                                                               "crossjumping",
                                                               "ivopts",
                                                               "prefetch-loop-arrays",
                                                               "rename-registers",
                                                               "graphite",
                                                               "loop-",
                                                               "predictive-commoning",
                                                               "split-",
                                                               "vect-cost-model",
                                                               "stack-clash",
                                                               "allow-store-data-races",
                                                               "code-hoisting",
                                                               "jump-tables",
                                                               "isolate-erroneous",
                                                               "branch-count-reg",
                                                               "dwarf2-cfi-asm",
                                                               "record-gcc-switches",
                                                               "ident",
                                                               "verbose-asm",
                                                               "working-directory",
                                                               "zero-call-used-regs"});
constexpr auto kMachineSwitches = std::to_array<std::string_view>(
    {"red-zone", "skip-rax-setup", "record-mcount", "fp-ret-in-387", "stackrealign", "fentry",
     "accumulate-outgoing-args", "omit-leaf-frame-pointer", "align-", "vzeroupper"});

// Instruction sets, and whether there are any, decide which `#if` regions are code.
constexpr auto kInstructionSets = std::to_array<std::string_view>(
    {"sse", "ssse3", "avx", "bmi", "fma", "aes", "popcnt", "lzcnt", "f16c", "pclmul", "rdrnd", "adx", "sha", "cx16",
     "neon", "general-regs-only", "80387", "hard-float", "soft-float"});

bool isKnownSwitch(std::string_view flag) {
  if (flag.starts_with("-f")) {
    auto name = flag.substr(flag.starts_with("-fno-") ? 5 : 2);
    return std::ranges::find(kSwitches, name) != kSwitches.end() ||
           std::ranges::any_of(kValued, [&](auto prefix) { return flag.starts_with(prefix); });
  }
  if (!flag.starts_with("-m") || flag.contains('=')) return false;
  auto name = flag.substr(flag.starts_with("-mno-") ? 5 : 2);
  return std::ranges::any_of(kInstructionSets, [&](auto prefix) { return name.starts_with(prefix); });
}

bool isQuietSwitch(std::string_view flag) {
  const bool machine = flag.starts_with("-m");
  if (!machine && !flag.starts_with("-f")) return false;
  const auto name = flag.substr(flag.substr(2).starts_with("no-") ? 5 : 2);
  const auto begins = [&](std::string_view known) { return name.starts_with(known); };
  return machine ? std::ranges::any_of(kMachineSwitches, begins) : std::ranges::any_of(kGccSwitches, begins);
}

bool fits(const Rule& rule, std::string_view flag) {
  bool whole = rule.form == Form::kExact || rule.form == Form::kSeparate;
  return whole ? flag == rule.name : flag.starts_with(rule.name);
}

const Rule* findRule(std::string_view flag) {
  const Rule* best = nullptr;
  for (const auto& rule : kRules)
    if (fits(rule, flag) && (best == nullptr || rule.name.size() > best->name.size())) best = &rule;
  return best;
}

bool isLauncher(std::string_view program) {
  constexpr auto kLaunchers =
      std::to_array<std::string_view>({"ccache", "sccache", "distcc", "icecc", "gomacc", "env"});
  return std::ranges::find(kLaunchers, program) != kLaunchers.end();
}

// `/bin/sh ../libtool --tag=CXX --mode=compile g++ ...`: what stands before the compiler is libtool's.
bool isShell(std::string_view program) { return program == "sh" || program == "bash" || program == "dash"; }
bool isAssignment(std::string_view word) {
  auto equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 && !word.starts_with('-') &&
         !word.substr(0, equals).contains('/');
}

std::string programName(const std::string& path) { return std::filesystem::path(path).filename().string(); }

class Filter {
 public:
  explicit Filter(const std::vector<std::string>& command) : command_(command) {}

  FilteredFlags run() {
    passLaunchers();
    auto program = at_ < command_.size() ? programName(command_[at_]) : std::string();
    bool cxx = program.contains("++") || program == "nvcc";
    flags_.arguments.push_back(cxx ? "clang++" : "clang");
    for (++at_; at_ < command_.size(); ++at_) take(command_[at_]);
    return std::move(flags_);
  }

 private:
  std::string programAt(size_t at) const { return at < command_.size() ? programName(command_[at]) : std::string(); }

  void passLaunchers() {
    while (at_ < command_.size()) {
      const auto program = programAt(at_);
      if (isShell(program) && programAt(at_ + 1).ends_with("libtool")) {
        ++at_;
      } else if (program.ends_with("libtool")) {
        for (++at_; at_ < command_.size() && command_[at_].starts_with('-');) ++at_;
      } else if (isLauncher(program)) {
        for (++at_; at_ < command_.size() && isAssignment(command_[at_]);) ++at_;
      } else {
        return;
      }
    }
  }

  void take(const std::string& flag) {
    if (flag.starts_with('@')) return flags_.dropped.push_back(flag);
    if (!flag.starts_with('-') || flag == "-" || flag == "--") return;  // an input; the parser names its own
    const Rule* rule = findRule(flag);
    if (rule == nullptr || (rule->name == "-W" && flag.contains(','))) {
      if (isKnownSwitch(flag)) return flags_.arguments.push_back(flag);
      if (!isQuietSwitch(flag)) flags_.dropped.push_back(flag);
      return;
    }
    bool separate = rule->form == Form::kSeparate || (rule->form == Form::kEither && flag == rule->name);
    std::string value = separate ? (at_ + 1 < command_.size() ? command_[++at_] : "") : flag.substr(rule->name.size());
    if (rule->name == "-Xclang" && takeForcedInclude(value)) return;
    if (rule->fate == Fate::kTell) flags_.dropped.push_back(separate ? flag + " " + value : flag);
    if (rule->fate == Fate::kKeep) keep(*rule, flag, value);
  }

  // A value that begins with '-' could become another flag when both are read as one word.
  void keep(const Rule& rule, const std::string& flag, const std::string& value) {
    if (rule.form != Form::kEither) return flags_.arguments.push_back(flag);
    if (value.empty() || value.starts_with('-')) return flags_.dropped.push_back(std::string(rule.name) + " " + value);
    if (rule.name.size() == 2) return flags_.arguments.push_back(std::string(rule.name) + value);
    flags_.arguments.emplace_back(rule.name);
    flags_.arguments.push_back(value);
  }

  // CMake's precompiled headers: `-Xclang -include -Xclang cmake_pch.hxx` names the text that the binary was made from.
  bool takeForcedInclude(const std::string& value) {
    if (value != "-include" || at_ + 2 >= command_.size() || command_[at_ + 1] != "-Xclang") return false;
    at_ += 2;
    keep(*findRule("-include"), "-include", command_[at_]);
    return true;
  }

  const std::vector<std::string>& command_;
  size_t at_ = 0;
  FilteredFlags flags_;
};

}  // namespace

FilteredFlags filterFlags(const std::vector<std::string>& command) { return Filter(command).run(); }

std::vector<std::string> splitCommandLine(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool started = false;  // "" is a word too
  char quote = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    char c = line[at];
    bool more = at + 1 < line.size();
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (started) words.push_back(std::exchange(word, {}));
      started = false;
      continue;
    }
    if (c == '\\' && more && quote != '\'' && line[at + 1] == '\n') {  // a line that goes on
      ++at;
      continue;
    }
    started = true;
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && more &&
               (quote == 0 || (quote == '"' && std::string_view("\"\\$`").contains(line[at + 1])))) {
      word += line[++at];
    } else {
      word += c;
    }
  }
  if (started) words.push_back(std::move(word));
  return words;
}

}  // namespace gander::fleet
