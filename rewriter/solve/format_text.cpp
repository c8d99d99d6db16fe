#include "rewriter/solve/format_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {
namespace {

constexpr size_t kMostTexts = 16;
using Runs = std::vector<TextRun>;

// Alternatives that grow by one part after the other.
class TextBuilder {
 public:
  void add(const Runs& tail) {
    for (auto& text : texts_) text.insert(text.end(), tail.begin(), tail.end());
  }
  void add(const Possibilities& tails) {
    if (tails.empty()) return add(Runs{{}});
    const bool many = texts_.size() * tails.size() > kMostTexts;
    const bool more = std::ranges::any_of(tails, [](const Possibility& tail) { return tail.more; });
    // Of the values in a query's string none is a name, however many there may be.
    if ((many || more) && inString()) return add(Runs{{}});
    more_ |= more;
    std::vector<Runs> longer;
    for (const auto& head : texts_)
      for (const auto& tail : tails) {
        more_ |= longer.size() == kMostTexts;
        if (longer.size() == kMostTexts) break;
        auto runs = head;
        if (tail.kind == Possibility::Kind::kText)
          runs.insert(runs.end(), tail.text.begin(), tail.text.end());
        else
          runs.push_back({});
        longer.push_back(std::move(runs));
      }
    texts_ = std::move(longer);
  }
  bool inString() const { return std::ranges::all_of(texts_, isInString); }
  void finish(Possibilities& out) {
    for (auto& runs : texts_) {
      Possibility text;
      text.kind = Possibility::Kind::kText;
      text.text = std::move(runs);
      addPossibility(out, std::move(text));
    }
    if (more_) addPossibility(out, tooMany());
  }

 private:
  // 'New Event %s: an open quote; one that stands doubled closes and opens it.
  static bool isInString(const Runs& runs) {
    size_t quotes = 0;
    for (const auto& run : runs)
      if (run.piece != nullptr)
        quotes += std::ranges::count(std::string_view(run.piece->value).substr(run.begin, run.end - run.begin), '\'');
    return quotes % 2 == 1;
  }

  std::vector<Runs> texts_{{}};
  bool more_ = false;
};

// Bytes of a format text that stand for something else.
struct Hole {
  size_t begin = 0;
  size_t end = 0;
  bool doubled = false;  // %%, {{: the sign itself
  int argument = -1;     // which one fills it; -1: the next one
  std::string name;
  bool value = false;  // a number, or %Q of SQLite, a value in quotes: no name, whatever fills it
};

std::vector<Hole> percentHoles(std::string_view text) {
  std::vector<Hole> holes;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '%') continue;
    size_t at = i + 1;
    Hole hole{i, i + 2, text[at] == '%', -1, ""};
    if (text[at] == '(') {
      size_t close = text.find(')', at);
      if (close == std::string_view::npos) continue;
      hole.name = std::string(text.substr(at + 1, close - at - 1));
      at = close + 1;
    }
    if (!hole.doubled) {
      while (at < text.size() && std::string_view("-+ #0123456789.*lhzjt").contains(text[at])) ++at;
      if (at >= text.size() || !std::isalpha(static_cast<unsigned char>(text[at]))) continue;
      hole.end = at + 1;
      hole.value = std::string_view("diuoxXeEfFgGcpQ").contains(text[at]);
    }
    i = hole.end - 1;
    holes.push_back(std::move(hole));
  }
  return holes;
}

std::vector<Hole> braceHoles(std::string_view text) {
  std::vector<Hole> holes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != '}') continue;
    Hole hole{i, i + 2, i + 1 < text.size() && text[i + 1] == text[i], -1, ""};
    if (!hole.doubled) {
      size_t close = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
      if (close == std::string_view::npos) continue;
      auto inside = text.substr(i + 1, close - i - 1);
      inside = inside.substr(0, inside.find_first_of(":!.["));
      auto parsed = std::from_chars(inside.data(), inside.data() + inside.size(), hole.argument);
      if (parsed.ec != std::errc()) hole.name = std::string(inside);
      hole.end = close + 1;
    }
    i = hole.end - 1;
    holes.push_back(std::move(hole));
  }
  return holes;
}

std::vector<Hole> dollarHoles(std::string_view text) {
  std::vector<Hole> holes;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    bool digit = std::isdigit(static_cast<unsigned char>(text[i + 1]));
    if (text[i] != '$' || (!digit && text[i + 1] != '$')) continue;
    holes.push_back({i, i + 2, !digit, digit ? text[i + 1] - '0' : -1, ""});
    ++i;
  }
  return holes;
}

std::vector<Hole> holesOf(FormatHoles form, std::string_view text) {
  switch (form) {
    case FormatHoles::kPercent: return percentHoles(text);
    case FormatHoles::kBrace: return braceHoles(text);
    case FormatHoles::kDollar: return dollarHoles(text);
  }
  return {};
}

char signOf(FormatHoles form) { return form == FormatHoles::kPercent ? '%' : form == FormatHoles::kBrace ? '{' : '$'; }

const Possibilities* fillOf(const Hole& hole, size_t ordinal, const FormatArguments& arguments) {
  if (!hole.name.empty()) {
    for (size_t i = 0; i < arguments.names.size(); ++i)
      if (arguments.names[i] == hole.name && i < arguments.values.size()) return &arguments.values[i];
    return nullptr;
  }
  size_t at = hole.argument >= 0 ? static_cast<size_t>(hole.argument) : ordinal;
  bool named = at < arguments.names.size() && !arguments.names[at].empty();
  return at < arguments.values.size() && !named ? &arguments.values[at] : nullptr;
}

class Formatter {
 public:
  Formatter(FormatHoles form, const FormatArguments& arguments) : form_(form), arguments_(arguments) {}

  void format(const Possibility& text, Possibilities& out) {
    ordinal_ = 0;
    for (auto at = text.text.begin(); at != text.text.end();) {
      if (at->piece == nullptr) {
        builder_.add(Runs{*at++});
        continue;
      }
      auto end = std::find_if(at, text.text.end(), [](const TextRun& run) { return run.piece == nullptr; });
      addRuns({at, end});
      at = end;
    }
    builder_.finish(out);
  }

 private:
  // A hole may lie over several literals: "WHERE id = %" PRIu64 " AND day = %d".
  void addRuns(const Runs& runs) {
    std::string body;
    for (const auto& run : runs) body += std::string_view(run.piece->value).substr(run.begin, run.end - run.begin);
    size_t done = 0;
    for (const auto& hole : holesOf(form_, body)) {
      cut(runs, done, hole.doubled ? hole.begin + 1 : hole.begin);
      if (!hole.doubled) fill(hole);
      done = hole.end;
    }
    cut(runs, done, body.size());
  }

  void fill(const Hole& hole) {
    const auto* values = fillOf(hole, ordinal_, arguments_);
    const size_t at = hole.argument < 0 ? ordinal_ : static_cast<size_t>(hole.argument);
    if (hole.name.empty() && hole.argument < 0) ++ordinal_;
    if (arguments_.late && !hole.value && hole.name.empty() && !builder_.inString())
      return builder_.add(arguments_.late(at));
    builder_.add(values == nullptr || hole.value ? Possibilities{opaque()} : *values);
  }

  // The bytes [begin, end) of the runs' text.
  void cut(const Runs& runs, size_t begin, size_t end) {
    size_t start = 0;  // of the run
    for (const auto& run : runs) {
      size_t size = run.end - run.begin;
      size_t from = std::max(begin, start);
      size_t to = std::min(end, start + size);
      if (from < to)
        builder_.add(
            Runs{{run.piece, run.literal, run.begin + (from - start), run.begin + (to - start), signOf(form_)}});
      start += size;
    }
  }

  FormatHoles form_;
  const FormatArguments& arguments_;
  TextBuilder builder_;
  size_t ordinal_ = 0;
};

bool anyText(const Possibilities& possible) {
  for (const auto& one : possible)
    if (one.kind == Possibility::Kind::kText) return true;
  return false;
}

}  // namespace

Possibilities concatTexts(const std::vector<Possibilities>& parts) {
  TextBuilder builder;
  bool any = false;
  for (const auto& part : parts) {
    any |= anyText(part);
    builder.add(part);
  }
  if (!any) return {unknown("a sum of values that are no known text")};
  Possibilities out;
  builder.finish(out);
  return out;
}

Possibilities formatTexts(FormatHoles holes, const Possibilities& texts, const FormatArguments& arguments) {
  Possibilities out;
  for (const auto& text : texts) {
    if (text.kind == Possibility::Kind::kText)
      Formatter(holes, arguments).format(text, out);
    else
      addPossibility(out, text.more ? text : unknown("the text of a format is not known"));
  }
  return out;
}

Possibilities joinTexts(const Possibilities& separator, const std::vector<Possibilities>& parts, bool open) {
  TextBuilder builder;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) builder.add(separator);
    builder.add(parts[i]);
  }
  if (open) {
    builder.add(separator);
    builder.add(Runs{{}});
  }
  Possibilities out;
  builder.finish(out);
  return out;
}

}  // namespace gander::rewriter
