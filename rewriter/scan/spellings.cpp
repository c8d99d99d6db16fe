#include "rewriter/scan/spellings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "rewriter/scan/bound.h"
#include "rewriter/scan/bound_names.h"

namespace gander::rewriter {
namespace {

using rules::ChangeKind;
using rules::ReferenceKind;

class Collector {
 public:
  explicit Collector(const rules::Library& library) : library_(library) {}

  void addDataset(const rules::Dataset& dataset) {
    for (const auto& reference : dataset.references) addReference(dataset, reference);
    for (const auto& change : dataset.changes) addChange(change);
  }

  void addEnums(const BoundFields& bound) {
    for (const auto& [old, now] : bound.enumNames()) addOld(old, now.first, now.second), addWanted(now.first);
    for (const auto& anchor : bound.enumAnchors()) anchors_.insert(anchor), addWanted(anchor);
  }

  Spellings finish() && {
    Spellings out;
    for (auto& [text, meaning] : old_) {
      bool identifier = std::all_of(text.begin(), text.end(), isWordByte);
      out.old.push_back({text, meaning.change, identifier, meaning.now.size() == 1 ? *meaning.now.begin() : ""});
    }
    out.anchors.assign(anchors_.begin(), anchors_.end());
    out.wanted.assign(wanted_.begin(), wanted_.end());
    return out;
  }

 private:
  void addOld(const std::string& text, const std::string& now, const std::string& change) {
    if (text.empty()) return;
    auto& known = old_[text];
    if (known.change.empty()) known.change = change;
    known.now.insert(now);
    addWanted(text);
  }
  void addWanted(const std::string& text) {
    if (!text.empty() && std::all_of(text.begin(), text.end(), isWordByte)) wanted_.insert(text);
  }

  void addReference(const rules::Dataset& dataset, const rules::Reference& reference) {
    if (reference.kind == ReferenceKind::kAmbient) return;  // a model's word, not the code's
    auto id = referenceId(dataset, reference);
    if (reference.kind == ReferenceKind::kModel) return addModel(reference, id);
    if (reference.old == reference.now) {
      anchors_.insert(reference.old);
    } else {
      addOld(reference.old, reference.now, id);
    }
    addWanted(reference.now);
    if (reference.kind == ReferenceKind::kTable) addTable(reference, id);
    if (reference.kind == ReferenceKind::kType || reference.kind == ReferenceKind::kPackage)
      addQualified(dataset, reference, id);
  }

  // A schema may be written elsewhere than its table: source('lake', 'user_plays_v1').
  void addTable(const rules::Reference& reference, const std::string& id) {
    auto old = lastPart(reference.old);
    auto now = lastPart(reference.now);
    if (old != now && old != reference.old) addOld(old, now, id);
  }

  // A model's project is rarely written beside its name.
  void addModel(const rules::Reference& reference, const std::string& id) {
    auto old = lastPart(reference.old);
    if (reference.old == reference.now)
      anchors_.insert(old);
    else
      addOld(old, lastPart(reference.now), id);
    addWanted(lastPart(reference.now));
  }

  void addQualified(const rules::Dataset& dataset, const rules::Reference& reference, const std::string& id) {
    auto oldParts = split(reference.old, '.');
    auto newParts = split(reference.now, '.');
    for (const auto& part : oldParts) wanted_.insert(part);
    if (reference.kind == ReferenceKind::kType && oldParts.back() != newParts.back())
      addOld(oldParts.back(), newParts.back(), id);
    if (reference.kind == ReferenceKind::kType) anchors_.insert(oldParts.back());
    const auto* binding = library_.findBinding(reference.binding);
    if (binding == nullptr) return;
    for (const auto& language : binding->languages) {
      if (reference.kind == ReferenceKind::kType) addType(dataset, reference, language, id);
      if (reference.kind == ReferenceKind::kPackage && reference.old != reference.now)
        addOld(replaceAll(reference.old, ".", language.separator), replaceAll(reference.now, ".", language.separator),
               id);
    }
  }

  // Its names in a language, those of what stands in it, and its members'.
  void addType(const rules::Dataset& dataset, const rules::Reference& reference, const rules::LanguageBinding& language,
               const std::string& id) {
    for (const auto& type : boundTypes(dataset, reference, language)) {
      for (const auto& part : type.oldParts) wanted_.insert(part);
      anchors_.insert(type.oldParts.back());
      if (type.oldParts.back() != type.newParts.back()) addOld(type.oldParts.back(), type.newParts.back(), id);
      if (type.oldParts == type.newParts) continue;
      addOld(fmt::format("{}", fmt::join(type.oldParts, language.separator)),
             fmt::format("{}", fmt::join(type.newParts, language.separator)), id);
    }
    for (const auto& member : boundMembers(dataset, reference, language)) {
      addOld(member.old, member.now, member.change == nullptr ? member.id : member.change->id);
      addWanted(member.now);
    }
  }

  void addChange(const rules::Change& change) {
    if (change.kind == ChangeKind::kEnumValue) return addOld(change.from, change.to, change.id);
    for (const auto& path : change.oldFields()) {
      auto field = lastPart(path);
      auto now = change.kind == ChangeKind::kRename ? change.to : field;
      addOld(field, now, change.id);
      addWanted(now);
    }
  }

  const rules::Library& library_;
  struct Known {
    std::string change;
    std::set<std::string> now;
  };
  std::map<std::string, Known> old_;
  std::set<std::string> anchors_;
  std::set<std::string> wanted_;
};

// A letter, digit or '_' that ends right before `at` or begins there. Beyond ASCII only letters count, not punctuation:
// “user_name” in typographic quotes is an occurrence.
bool isWordCodePoint(uint32_t point) {
  if (point < 0x80) return isWordByte(static_cast<char>(point));
  if (point < 0xC0) return point == 0xAA || point == 0xB5 || point == 0xBA;
  if (point == 0xD7 || point == 0xF7) return false;
  if (point >= 0x2000 && point <= 0x2BFF) return false;  // punctuation, symbols, arrows, box drawing
  if (point >= 0x3000 && point <= 0x303F) return false;  // CJK punctuation
  if (point >= 0xFE00 && point <= 0xFE4F) return false;  // variation selectors, vertical forms
  if (point >= 0xFF00 && point <= 0xFF0F) return false;
  return point < 0x1F000;  // emoji and symbols from here on
}

uint32_t codePointAt(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  uint32_t first = byte(at);
  size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (length == 1 || at + length > text.size()) return first;
  uint32_t point = first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) point = (point << 6) | (byte(at + i) & 0x3FU);
  return point;
}

bool wordBehind(std::string_view text, size_t at) { return at < text.size() && isWordCodePoint(codePointAt(text, at)); }

bool wordBefore(std::string_view text, size_t at) {
  if (at == 0) return false;
  size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
  return isWordCodePoint(codePointAt(text, begin));
}

bool joins(char c) { return c == '.' || c == '-' || c == '/' || c == ':'; }

}  // namespace

Spellings makeSpellings(const rules::Migration& migration, const rules::Library& library) {
  Collector collector(library);
  for (const auto& dataset : migration.datasets) collector.addDataset(dataset);
  collector.addEnums(BoundFields(migration, library));
  return std::move(collector).finish();
}

std::string lastPart(std::string_view path) {
  size_t dot = path.rfind('.');
  return std::string(dot == std::string_view::npos ? path : path.substr(dot + 1));
}

bool isOccurrence(std::string_view text, size_t begin, size_t end) {
  if (wordBefore(text, begin) || wordBehind(text, end)) return false;
  auto spelling = text.substr(begin, end - begin);
  if (spelling.find_first_of(".-/:") == std::string_view::npos) return true;
  if (begin > 0 && joins(text[begin - 1]) && wordBefore(text, begin - 1)) return false;
  return !(end < text.size() && joins(text[end]) && wordBehind(text, end + 1));
}

size_t nextOccurrence(std::string_view text, std::string_view spelling, size_t from) {
  for (size_t at = text.find(spelling, from); at != std::string_view::npos; at = text.find(spelling, at + 1))
    if (isOccurrence(text, at, at + spelling.size())) return at;
  return std::string_view::npos;
}

bool holdsWord(std::string_view text, std::string_view word) {
  return nextOccurrence(text, word, 0) != std::string_view::npos;
}

}  // namespace gander::rewriter
