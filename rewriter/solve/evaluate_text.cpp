// Texts that are put together, and where their bytes stand in files.
#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/format_text.h"

namespace gander::rewriter {

Possibilities Evaluator::evalConcat(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  std::vector<Possibilities> parts;
  for (ValueId value : fact.in) parts.push_back(evalPart(walk, *at.body, value, context));
  if (fact.op == Op::kConcat) return concatTexts(parts);
  auto text = std::move(parts.front());
  parts.erase(parts.begin());
  if (fact.name != "%") return formatTexts(FormatHoles::kBrace, text, {std::move(parts), fact.keywords});
  bool record = parts.size() == 1 && parts[0].size() == 1 && parts[0][0].kind == Possibility::Kind::kRecord;
  if (record) return formatTexts(FormatHoles::kPercent, text, fieldsOf(walk, parts[0][0].made, context));
  return formatTexts(FormatHoles::kPercent, text, {std::move(parts), {}});
}

// A part of a text. Where a loop makes the text longer, one round of it is gone through: what is appended may change what the
// rest says.
Possibilities Evaluator::evalPart(Walk& walk, const Body& body, ValueId value, const Context& context) {
  auto out = eval(walk, body, value, context);
  auto key = std::make_tuple(&body, value, context.get());
  if (!out.empty() || !walk.active.contains(key) || !walk.repeated.insert(key).second) return out;
  out = evalFact(walk, {&body, body.definition.at(value)}, context);
  walk.repeated.erase(key);
  return out;
}

// {"table": t, "column": c} as the arguments of a format. What a key that is not known holds fills no hole.
FormatArguments Evaluator::fieldsOf(Walk& walk, FactAt record, const Context& context) {
  FormatArguments out;
  if (!isFixed(record)) return out;
  const auto& in = record.fact().in;
  for (size_t i = 0; i + 1 < in.size(); i += 2) {
    auto keys = in[i] == kNoValue ? Possibilities() : eval(walk, *record.body, in[i], context);
    bool known = keys.size() == 1 && keys[0].kind == Possibility::Kind::kText;
    auto key = known ? wholeText(keys[0]) : std::nullopt;
    if (!key) continue;
    out.names.push_back(*key);
    out.values.push_back(eval(walk, *record.body, in[i + 1], context));
  }
  return out;
}

std::string Evaluator::textOf(const Possibility& text) {
  std::string out;
  for (const auto& run : text.text) {
    if (run.piece == nullptr)
      out += '\x01';
    else
      out += std::string_view(run.piece->value).substr(run.begin, run.end - run.begin);
  }
  return out;
}

std::optional<std::string> Evaluator::wholeText(const Possibility& text) {
  for (const auto& run : text.text)
    if (run.piece == nullptr) return std::nullopt;
  return textOf(text);
}

std::optional<TextPlace> Evaluator::findPlace(const Possibility& text, size_t begin, size_t end) {
  size_t at = 0;
  for (const auto& run : text.text) {
    size_t size = run.piece == nullptr ? 1 : run.end - run.begin;
    bool inside = begin >= at && end <= at + size;
    if (inside && run.piece != nullptr) {
      LiteralPlace place{run.piece, run.begin + begin - at, run.begin + end - at, run.holes};
      Span span{run.piece->span.file, {run.piece->offsetOf(place.begin), run.piece->offsetOf(place.end)}};
      return TextPlace{place, run.literal, std::move(span)};
    }
    if (begin < at + size) return std::nullopt;
    at += size;
  }
  return std::nullopt;
}

std::optional<Span> Evaluator::placeOf(const Possibility& text, size_t begin, size_t end) {
  auto found = findPlace(text, begin, end);
  return found ? std::optional(found->span) : std::nullopt;
}

std::optional<std::string> Evaluator::written(const TextPlace& place, std::string_view now) const {
  const auto* source = texts_.find(place.span.file);
  if (source == nullptr || place.place.piece->span.range.end > source->text.size()) return std::nullopt;
  return escapeForLiteral(place.place, place.literal.body->language, source->text, now);
}

}  // namespace gander::rewriter
