// Changes of where a value is: moved to another message, merged with others, gone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/changes.h"

namespace gander::rewriter {

using rules::MemberRole;

namespace {

// What two paths do not share at their beginnings; the last names stay.
void dropShared(std::vector<std::string>& old, std::vector<std::string>& now) {
  while (old.size() > 1 && now.size() > 1 && old.front() == now.front()) {
    old.erase(old.begin());
    now.erase(now.begin());
  }
}

// Blanks in front of a place, if nothing else stands there on its line.
std::optional<std::string_view> indentBefore(std::string_view text, size_t at) {
  size_t line = text.rfind('\n', at == 0 ? 0 : at - 1);
  size_t begin = line == std::string_view::npos || at == 0 ? 0 : line + 1;
  auto indent = text.substr(begin, at - begin);
  bool blank = indent.find_first_not_of(" \t") == std::string_view::npos;
  return blank ? std::optional(indent) : std::nullopt;
}

std::string_view lineEnd(std::string_view text) { return text.contains("\r\n") ? "\r\n" : "\n"; }

}  // namespace

void ChangedUses::applyMove(const Use& use, const rules::Change& change, Plan& plan) {
  if (use.context.whole.file.empty() || use.context.braced) {
    plan.list = use.context.why.empty() ? "it is not reached through an object that is written here" : use.context.why;
    return;
  }
  auto old = split(use.field.path, '.');
  auto now = split(change.to, '.');
  dropShared(old, now);
  if (old.size() == 1) return moveInto(use, now, plan);
  if (old.size() == 2 && now.size() == 1) return moveOut(use, old.front(), now.back(), plan);
  plan.list =
      fmt::format("{} moves to {} over more than one message: a person writes the way", use.field.path, change.to);
}

// Before: p.set_song_title(x)     After: p.mutable_song()->set_title(x)
void ChangedUses::moveInto(const Use& use, const std::vector<std::string>& path, Plan& plan) {
  const auto& bound = meaning_.bound();
  auto role = use.field.role;
  if (!isUsual(use)) {
    plan.list = fmt::format("the field moves, and what takes the place of {} is not known", use.name.text);
    return;
  }
  bool writes = role == MemberRole::kWrite || role == MemberRole::kClear || role == MemberRole::kMutable;
  std::string token;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    auto step = bound.accessor(use.field, unit_.language, writes ? MemberRole::kMutable : MemberRole::kValue, path[i]);
    if (step.empty()) plan.list = fmt::format("nothing gives access to {} for writing", path[i]);
    token += step + (writes ? "()->" : use.context.called ? "()." : ".");
  }
  auto last = bound.accessor(use.field, unit_.language, role, path.back());
  if (role == MemberRole::kOther || role == MemberRole::kNumber || last.empty())
    plan.list = fmt::format("the field moves, and {} has nothing to take its place", use.name.text);
  plan.token = token + last;
}

// Before: p.song().title(), p.mutable_song()->set_title(x)     After: p.song_title(), p.set_song_title(x)
void ChangedUses::moveOut(const Use& use, const std::string& parent, const std::string& last, Plan& plan) {
  const auto& bound = meaning_.bound();
  const auto& context = use.context;
  auto outer = use.field.path.substr(0, use.field.path.rfind('.'));
  bool through = false;
  for (const auto& owner : bound.classesOf(use.field, unit_.language, outer))
    for (auto role : {MemberRole::kValue, MemberRole::kMutable})
      through |= context.baseSymbol == owner + bound.accessor(use.field, unit_.language, role, parent);
  auto now = bound.accessor(use.field, unit_.language, use.field.role, last);
  if (!through || !isUsual(use) || context.baseName.file != use.name.span.file) {
    plan.list = fmt::format("the field moves out of {}, and here it is not reached through it", parent);
  } else if (now.empty() || use.field.role == MemberRole::kOther || use.field.role == MemberRole::kNumber) {
    plan.list = fmt::format("the field moves, and {} has nothing to take its place", use.name.text);
  } else {
    Demand demand = use.start;
    demand.change = plan.change;
    demand.span.range.begin = context.baseName.range.begin;
    demand.stance = Stance::kReplace;
    demand.replacement = now;
    demand.about = use.name.span;
    plan.others.push_back(std::move(demand));
    plan.token = use.name.text;
  }
}

void ChangedUses::applyRemove(const Use& use, const rules::Change& change, Plan& plan) {
  if (change.action == rules::RemoveAction::kDelete && deleteStatement(use, plan)) return;
  plan.list = fmt::format("{} goes with the new version", use.field.path);
  const auto& context = use.context;
  if (!context.intoName.empty())
    plan.list += fmt::format("; {} is made of it here", context.intoName);
  else if (!context.passedTo.empty())
    plan.list += fmt::format("; it goes into {} here", context.passedTo);
  if (!change.note.empty()) plan.list += "; " + change.note;
  if (change.action == rules::RemoveAction::kComment) addComment(use, change);
}

// A statement that does nothing but write the field.
bool ChangedUses::deleteStatement(const Use& use, Plan& plan) {
  const auto& context = use.context;
  bool writes =
      use.field.role == MemberRole::kWrite || use.field.role == MemberRole::kClear || context.fate == Fate::kWritten;
  const auto* source = texts_.find(context.ownStatement.file);
  if (!writes || !context.pure || source == nullptr || !isPath(texts_.slice(context.base))) return false;
  std::string_view text = source->text;
  auto range = context.ownStatement.range;
  auto indent = indentBefore(text, range.begin);
  size_t behind = text.find_first_not_of(" \t\r", range.end);
  if (indent && behind != std::string_view::npos && text[behind] == '\n') {
    range.begin -= static_cast<uint32_t>(indent->size());
    range.end = static_cast<uint32_t>(behind + 1);
  }
  Demand demand = use.start;
  demand.change = plan.change;
  demand.span = {context.ownStatement.file, range};
  demand.stance = Stance::kReplace;
  demand.written = true;
  demand.about = use.name.span;
  plan.others.push_back(std::move(demand));
  return true;
}

// Before: total += p.plays();     After: // plays goes with the new version: https://...
//                                        total += p.plays();
void ChangedUses::addComment(const Use& use, const rules::Change& change) {
  const auto& statement = use.context.statement;
  const auto* source = texts_.find(statement.file);
  if (source == nullptr) return;
  std::string_view text = source->text;
  auto indent = indentBefore(text, statement.range.begin);
  if (!indent) return;
  auto comment = fmt::format("// {} goes with the new version", change.field);
  if (!meaning_.migration().guide.empty()) comment += ": " + meaning_.migration().guide;
  comment += fmt::format("{}{}", lineEnd(text), *indent);
  if (text.substr(0, statement.range.begin).ends_with(comment)) return;
  Demand demand = use.start;
  demand.change = change.id;
  demand.stance = Stance::kReplace;
  demand.written = true;
  demand.wraps = statement;
  demand.opens = true;
  demand.span = {statement.file, {statement.range.begin, statement.range.begin}};
  demand.replacement = comment;
  demand.units = {fmt::format("comment:{}:{}", statement.file, statement.range.begin)};  // whatever becomes of the rest
  solution_.demands.push_back(std::move(demand));
}

// Before: p.first() + " " + p.last()     After: p.name()
void ChangedUses::applyMerge(const Use& use, const rules::Change& change, Plan& plan) {
  const auto& context = use.context;
  const auto& bound = meaning_.bound();
  const auto* conversion = change.conversion(unit_.language);
  plan.list = fmt::format("{} become {}", fmt::join(change.fields, ", "), change.to);
  if (!change.note.empty()) plan.list += "; " + change.note;
  if (conversion == nullptr || conversion->read.empty()) {
    plan.list += ": the migration gives no rule for it, a person decides";
    return;
  }
  plan.list += fmt::format(": what stands here is not {}", conversion->read);
  if (use.field.role != MemberRole::kValue || context.whole.file.empty()) return;
  auto object = std::string(slice(context.whole.file, context.whole.range.begin, use.name.span.range.begin));
  if (!isPath(object)) return;  // what makes the object would run once instead of for each field
  auto call = std::string(slice(context.whole.file, use.name.span.range.end, context.whole.range.end));
  auto accessOf = [&](const std::string& field) {
    return object + bound.accessor(use.field, unit_.language, MemberRole::kValue, lastPart(field)) + call;
  };
  auto pattern = conversion->read;
  for (const auto& field : change.fields) pattern = replaceAll(pattern, "{" + field + "}", accessOf(field));
  for (const auto& around : context.around) {
    if (withoutBlanks(texts_.slice(around)) != withoutBlanks(pattern)) continue;
    Demand demand = use.start;
    demand.change = change.id;
    demand.span = around;
    demand.stance = Stance::kReplace;
    demand.written = true;
    demand.replacement = accessOf(change.to);
    demand.about = use.name.span;
    plan.others.push_back(std::move(demand));
    plan.list.clear();
    return;
  }
}

}  // namespace gander::rewriter
