#include "rules/yaml/problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rules {

static constexpr size_t kShownProblems = 100;
static constexpr size_t kShownBytes = 60;
static constexpr size_t kSearchedNames = 2000;

void Problems::add(Position position, std::string message) { found_.push_back({position, std::move(message)}); }

void Problems::addForeign(const Error& error) {
  for (auto& line : splitLines(error.message)) foreign_.push_back(std::move(line));
}

Error Problems::error() const {
  auto sorted = found_;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> lines;
  for (const auto& problem : sorted)
    lines.push_back(fmt::format("{}: {}", formatPlace(file_, problem.position), problem.message));
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  for (const auto& line : foreign_)
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  if (lines.size() > kShownProblems) {
    size_t more = lines.size() - kShownProblems;
    lines.resize(kShownProblems);
    lines.push_back(fmt::format("{}: {} more mistakes; mend these first", file_, more));
  }
  return {ErrorKind::kInvalid, fmt::format("{}", fmt::join(lines, "\n"))};
}

std::string inQuotes(std::string_view name) {
  std::string shown = "'";
  for (size_t i = 0; i < name.size(); ++i) {
    bool tail = (static_cast<unsigned char>(name[i]) & 0xC0U) == 0x80U;
    if (i >= kShownBytes && !tail) return shown + "...'";
    shown += static_cast<unsigned char>(name[i]) < 0x20 || name[i] == 0x7F ? ' ' : name[i];
  }
  return shown + "'";
}

std::string meantName(std::string_view name, const std::vector<std::string>& candidates, std::string_view otherwise) {
  if (name.size() > kShownBytes || candidates.size() > kSearchedNames) return std::string(otherwise);
  auto near = nearest(name, candidates);
  return near.empty() ? std::string(otherwise) : fmt::format("; did you mean {}?", inQuotes(near));
}

static std::string onOneLine(std::string_view name) {
  std::string line(name.substr(0, kShownBytes));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return line;
}

std::string choices(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += onOneLine(names[i]);
  }
  return text;
}

}  // namespace gander::rules
