#include "sandbox/plan/missing_dependency.h"

#include <array>
#include <set>
#include <vector>

#include "base/text.h"

namespace gander::sandbox {
namespace {

enum class Where {
  kAnyLine,     // a line of the output
  kCMakeError,  // a line of a `CMake Error` block: the same words are common in harmless notes about optional packages
  kBeforeSystemInclude,  // an error line followed by the compiler's quotation of an `#include <...>`
};
enum class Use { kBoth, kBaseOnly };

struct Symptom {
  std::string_view first;   // both texts stand in the line, in this order
  std::string_view second;  // may be empty
  Where where;
  Use use;
};

constexpr std::array<Symptom, 33> kSymptoms = {{
    // The network is not there.
    {"Could not resolve host", "", Where::kAnyLine, Use::kBoth},
    {"ould not resolve hostname", "", Where::kAnyLine, Use::kBoth},
    {"unable to resolve host address", "", Where::kAnyLine, Use::kBoth},
    {"Temporary failure in name resolution", "", Where::kAnyLine, Use::kBoth},
    {"Name or service not known", "", Where::kAnyLine, Use::kBoth},
    {"Network is unreachable", "", Where::kAnyLine, Use::kBoth},
    {"dial tcp: lookup", "", Where::kAnyLine, Use::kBoth},
    {"fatal: unable to access 'http", "", Where::kAnyLine, Use::kBoth},
    {"Failed to establish a new connection", "", Where::kAnyLine, Use::kBoth},
    {"getaddrinfo EAI_AGAIN", "", Where::kAnyLine, Use::kBoth},
    {"getaddrinfo ENOTFOUND", "", Where::kAnyLine, Use::kBoth},
    {"npm ERR! network", "", Where::kAnyLine, Use::kBoth},
    {"npm error network", "", Where::kAnyLine, Use::kBoth},
    // A package manager has not got it.
    {"No matching distribution found for", "", Where::kAnyLine, Use::kBoth},
    {"Could not find a version that satisfies", "", Where::kAnyLine, Use::kBoth},
    {"Could NOT find ", "", Where::kCMakeError, Use::kBoth},
    {"Could not find a package configuration file provided by", "", Where::kCMakeError, Use::kBoth},
    {"By not providing \"Find", "", Where::kCMakeError, Use::kBoth},
    {"required packages were not found", "", Where::kCMakeError, Use::kBoth},
    {"A required package was not found", "", Where::kCMakeError, Use::kBoth},
    // A tool, header or library of the system is not installed.
    {"No CMAKE_", "COMPILER could be found", Where::kAnyLine, Use::kBaseOnly},
    {"is not able to compile a simple test program", "", Where::kAnyLine, Use::kBaseOnly},
    {"CMake was unable to find a build program", "", Where::kAnyLine, Use::kBaseOnly},
    {"fatal error: ", ": No such file or directory", Where::kBeforeSystemInclude, Use::kBaseOnly},
    {"fatal error: '", "' file not found", Where::kBeforeSystemInclude, Use::kBaseOnly},
    {"cannot find -l", "", Where::kAnyLine, Use::kBaseOnly},
    {"unable to find library -l", "", Where::kAnyLine, Use::kBaseOnly},
    {"was not found in the pkg-config search path", "", Where::kAnyLine, Use::kBaseOnly},
    {"ModuleNotFoundError: No module named", "", Where::kAnyLine, Use::kBaseOnly},
    {": command not found", "", Where::kAnyLine, Use::kBaseOnly},
    {"sh: ", ": not found", Where::kAnyLine, Use::kBaseOnly},
    {"make: ", ": No such file or directory", Where::kAnyLine, Use::kBaseOnly},
    {"prlimit: failed to execute", "", Where::kAnyLine, Use::kBaseOnly},
}};

constexpr size_t kShown = 300;  // bytes of a line that a detail shows

bool contains(std::string_view line, const Symptom& symptom) {
  auto at = line.find(symptom.first);
  return at != std::string_view::npos && line.find(symptom.second, at + symptom.first.size()) != std::string_view::npos;
}

// A `CMake Error at file:line (command):` line; the block behind it is indented or blank.
std::vector<bool> cmakeErrorLines(const std::vector<std::string>& lines) {
  std::vector<bool> inside(lines.size(), false);
  bool block = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("CMake Error"))
      block = true;
    else if (!lines[i].empty() && lines[i].front() != ' ')
      block = false;
    inside[i] = block;
  }
  return inside;
}

// `    3 | #include <foo.h>` within the two lines behind.
bool quotesSystemInclude(const std::vector<std::string>& lines, size_t at) {
  for (size_t i = at + 1; i < lines.size() && i <= at + 2; ++i) {
    auto hash = lines[i].find("#include");
    auto hash2 = hash == std::string::npos ? lines[i].find("# include") : hash;
    if (hash2 != std::string::npos) return lines[i].find('<', hash2) != std::string::npos;
  }
  return false;
}

// A build's output is not trusted: no control characters go on to a terminal.
std::string shown(std::string_view line) {
  std::string text;
  for (char c : line.substr(0, kShown))
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) text += c;
  auto begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin);
}

std::optional<std::string> find(std::string_view output, bool base, const std::set<std::string, std::less<>>& known) {
  auto lines = splitLines(output);
  auto cmake = cmakeErrorLines(lines);
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const auto& symptom : kSymptoms) {
      if ((symptom.use == Use::kBaseOnly && !base) || !contains(lines[i], symptom)) continue;
      if (symptom.where == Where::kCMakeError && !cmake[i]) continue;
      if (symptom.where == Where::kBeforeSystemInclude && !quotesSystemInclude(lines, i)) continue;
      if (!known.contains(lines[i])) return shown(lines[i]);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> missingInBase(std::string_view output) { return find(output, true, {}); }

std::optional<std::string> missingInRewritten(std::string_view output, std::string_view baseOutput) {
  auto lines = splitLines(baseOutput);
  return find(output, false, std::set<std::string, std::less<>>(lines.begin(), lines.end()));
}

}  // namespace gander::sandbox
