#include "rewriter/solve/format_text.h"

#include <cctype>

#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {
namespace {

constexpr size_t kMostTexts = 16;
using Runs = std::vector<TextRun>;

Possibility textOfRuns(Runs runs) {
  Possibility text;
  text.kind = Possibility::Kind::kText;
  text.text = std::move(runs);
  return text;
}

std::vector<Runs> append(const std::vector<Runs>& heads, const Possibilities& tails) {
  std::vector<Runs> out;
  for (const auto& head : heads)
    for (const auto& tail : tails) {
      if (out.size() == kMostTexts) return out;
      Runs runs = head;
      if (tail.kind == Possibility::Kind::kText)
        runs.insert(runs.end(), tail.text.begin(), tail.text.end());
      else
        runs.push_back({});
      out.push_back(std::move(runs));
    }
  return out;
}

// A hole in a format text: its bytes, and which argument fills it (-1: the next one).
struct Hole {
  size_t begin = 0;
  size_t end = 0;
  int argument = -1;
  std::string name;
};

std::vector<Hole> percentHoles(std::string_view text) {
  std::vector<Hole> holes;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '%') continue;
    size_t at = i + 1;
    Hole hole{i, 0, -1, ""};
    if (text[at] == '%') {
      ++i;
      continue;
    }
    if (text[at] == '(') {
      size_t close = text.find(')', at);
      if (close == std::string_view::npos) continue;
      hole.name = std::string(text.substr(at + 1, close - at - 1));
      at = close + 1;
    }
    while (at < text.size() && std::string_view("-+ #0123456789.*lhzjt").contains(text[at])) ++at;
    if (at >= text.size() || !std::isalpha(static_cast<unsigned char>(text[at]))) continue;
    hole.end = at + 1;
    holes.push_back(hole);
    i = at;
  }
  return holes;
}

std::vector<Hole> braceHoles(std::string_view text) {
  std::vector<Hole> holes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') continue;
    if (i + 1 < text.size() && text[i + 1] == '{') {
      ++i;
      continue;
    }
    size_t close = text.find('}', i);
    if (close == std::string_view::npos) break;
    auto inside = text.substr(i + 1, close - i - 1);
    inside = inside.substr(0, inside.find_first_of(":!.["));
    Hole hole{i, close + 1, -1, ""};
    if (!inside.empty() && std::isdigit(static_cast<unsigned char>(inside.front())))
      hole.argument = std::atoi(std::string(inside).c_str());
    else
      hole.name = std::string(inside);
    holes.push_back(hole);
    i = close;
  }
  return holes;
}

// The argument that fills a hole; parts[0] is the text itself.
const Possibilities* fillOf(const Hole& hole, size_t ordinal, const Fact& fact,
                            const std::vector<Possibilities>& parts) {
  if (!hole.name.empty()) {
    for (size_t i = 0; i < fact.keywords.size(); ++i)
      if (fact.keywords[i] == hole.name && i + 1 < parts.size()) return &parts[i + 1];
    return nullptr;
  }
  size_t at = 1 + (hole.argument >= 0 ? static_cast<size_t>(hole.argument) : ordinal);
  return at < parts.size() ? &parts[at] : nullptr;
}

Runs cut(const TextRun& run, size_t begin, size_t end) {
  if (begin >= end) return {};
  TextRun part = run;
  part.begin = run.begin + begin;
  part.end = run.begin + end;
  return {part};
}

std::vector<Runs> appendRuns(std::vector<Runs> heads, const Runs& tail) {
  for (auto& head : heads) head.insert(head.end(), tail.begin(), tail.end());
  return heads;
}

}  // namespace

Possibilities concatTexts(const std::vector<Possibilities>& parts) {
  std::vector<Runs> texts{{}};
  bool any = false;
  for (const auto& part : parts) {
    for (const auto& one : part) any |= one.kind == Possibility::Kind::kText;
    texts = append(texts, part.empty() ? Possibilities{opaque()} : part);
  }
  if (!any) return {unknown("a sum of values that are no known text")};
  Possibilities out;
  for (auto& runs : texts) addPossibility(out, textOfRuns(std::move(runs)));
  return out;
}

Possibilities formatTexts(const Fact& fact, const std::vector<Possibilities>& parts) {
  Possibilities out;
  if (parts.empty()) return {unknown("a format without a text")};
  for (const auto& format : parts[0]) {
    if (format.kind != Possibility::Kind::kText) {
      addPossibility(out, unknown("the text of a format is not known"));
      continue;
    }
    std::vector<Runs> texts{{}};
    size_t ordinal = 0;
    for (const auto& run : format.text) {
      if (run.piece == nullptr) {
        texts = appendRuns(std::move(texts), {run});
        continue;
      }
      auto body = std::string_view(run.piece->value).substr(run.begin, run.end - run.begin);
      size_t done = 0;
      for (const auto& hole : fact.name == "%" ? percentHoles(body) : braceHoles(body)) {
        texts = appendRuns(std::move(texts), cut(run, done, hole.begin));
        const auto* fill = fillOf(hole, ordinal, fact, parts);
        if (hole.name.empty() && hole.argument < 0) ++ordinal;
        texts = append(texts, fill == nullptr || fill->empty() ? Possibilities{opaque()} : *fill);
        done = hole.end;
      }
      texts = appendRuns(std::move(texts), cut(run, done, body.size()));
    }
    for (auto& runs : texts) addPossibility(out, textOfRuns(std::move(runs)));
  }
  return out;
}

}  // namespace gander::rewriter
