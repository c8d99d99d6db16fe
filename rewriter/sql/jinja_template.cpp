#include "rewriter/sql/jinja_template.h"

#include <algorithm>
#include <array>

namespace gander::rewriter::sql {
namespace {

constexpr std::array<std::string_view, 3> kMacros = {"macro", "test", "materialization"};
constexpr std::array<std::string_view, 1> kLoops = {"for"};

bool opens(const JinjaStatement& statement) {
  static constexpr std::array<std::string_view, 11> kWords = {
      "for", "if", "macro", "test", "call", "snapshot", "filter", "materialization", "docs", "block", "raw"};
  if (statement.word == "set") return !statement.value && !statement.targets.empty();
  return std::ranges::find(kWords, statement.word) != kWords.end();
}

class TemplateReader {
 public:
  explicit TemplateReader(std::string_view text) : text_(text) { out_.pieces = jinjaPieces(text); }

  Template read() {
    for (const auto& piece : out_.pieces) {
      if (piece.kind == JinjaPiece::Kind::kExpression)
        out_.expressions.push_back({piece, readJinjaValue(text_, piece.inside)});
      if (piece.kind == JinjaPiece::Kind::kStatement) add(piece);
    }
    while (!open_.empty()) close(static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text_.size()));
    return std::move(out_);
  }

 private:
  void add(const JinjaPiece& piece) {
    TemplateStatement one{piece, readJinjaStatement(text_, piece.inside), kNoBlock, kNoBlock};
    if (one.statement.word.starts_with("end")) closeTo(one.statement.word.substr(3), piece);
    one.inside = open_.empty() ? kNoBlock : open_.back();
    if (opens(one.statement)) {
      one.block = out_.blocks.size();
      out_.blocks.push_back({out_.statements.size(), piece.range, {piece.range.end, piece.range.end}, one.inside});
      open_.push_back(one.block);
    }
    out_.statements.push_back(std::move(one));
  }

  // Closes the innermost open block of that word, and those in it that were left open.
  void closeTo(std::string_view word, const JinjaPiece& piece) {
    auto has = [&](size_t block) { return out_.openerOf(out_.blocks[block]).word == word; };
    if (std::ranges::none_of(open_, has)) return;
    while (!has(open_.back())) close(piece.range.begin, piece.range.begin);
    close(piece.range.begin, piece.range.end);
  }

  void close(uint32_t bodyEnd, uint32_t end) {
    auto& block = out_.blocks[open_.back()];
    block.body.end = bodyEnd;
    block.whole.end = end;
    open_.pop_back();
  }

  std::string_view text_;
  Template out_;
  std::vector<size_t> open_;
};

// What may be bound to one name at one place.
class Lookup {
 public:
  Lookup(const Template& all, std::string_view name, uint32_t offset) : all_(all), name_(name), offset_(offset) {}

  std::vector<Binding> find() {
    macro_ = all_.macroAt(offset_);
    if (findLoop()) return std::move(found_);
    addSets();
    if (!certain_) addParameter();
    if (!found_.empty()) addChanges();
    return std::move(found_);
  }

 private:
  bool contains(size_t block) const {
    const auto& body = all_.blocks[block].body;
    return body.begin <= offset_ && offset_ < body.end;
  }

  // A loop's own name shadows all others.
  bool findLoop() {
    for (size_t block = all_.blockAt(offset_, kLoops); block != kNoBlock; block = all_.blocks[block].parent) {
      const auto& loop = all_.openerOf(all_.blocks[block]);
      auto target = std::ranges::find(loop.targets, name_);
      if (loop.word != "for" || target == loop.targets.end() || !loop.value) continue;
      found_.push_back({Binding::Kind::kElement,
                        &*loop.value,
                        static_cast<size_t>(target - loop.targets.begin()),
                        loop.targets.size(),
                        block,
                        {},
                        all_.blocks[block].whole.begin});
      return true;
    }
    return false;
  }

  // A value that is set in a loop is not seen behind it; one set under an `if` may be.
  void addSets() {
    for (const auto& one : all_.statements) {
      const auto& statement = one.statement;
      auto target = std::ranges::find(statement.targets, name_);
      if (statement.word != "set" || target == statement.targets.end()) continue;
      const uint32_t at = one.piece.range.begin;
      if (at >= offset_ || all_.macroAt(at) != macro_) continue;
      const size_t loop = all_.blockAt(at, kLoops);
      if (loop != kNoBlock && !contains(loop)) continue;
      if (one.inside == kNoBlock || contains(one.inside)) {
        found_.clear();
        certain_ = true;
      }
      addSet(one, static_cast<size_t>(target - statement.targets.begin()));
    }
  }

  void addSet(const TemplateStatement& one, size_t index) {
    const auto& statement = one.statement;
    const uint32_t at = one.piece.range.begin;
    if (!statement.value) {
      const auto body = one.block == kNoBlock ? ByteRange{} : all_.blocks[one.block].body;
      found_.push_back({Binding::Kind::kBody, nullptr, 0, 1, one.block, body, at});
    } else if (statement.targets.size() > 1) {
      found_.push_back({Binding::Kind::kElement, &*statement.value, index, 0, kNoBlock, {}, at});
    } else {
      found_.push_back({Binding::Kind::kValue, &*statement.value, 0, 1, kNoBlock, {}, at});
    }
  }

  void addParameter() {
    if (macro_ == kNoBlock) return;
    const auto& parameters = all_.openerOf(all_.blocks[macro_]).parameters;
    for (size_t i = 0; i < parameters.size(); ++i)
      if (parameters[i].name == name_)
        found_.push_back(
            {Binding::Kind::kParameter, nullptr, i, parameters.size(), macro_, {}, all_.blocks[macro_].whole.begin});
  }

  // x.append(...), x.update(...): the value is no longer what it was set to.
  void addChanges() {
    const auto prefix = std::string(name_) + ".";
    all_.visitValues([&](const JinjaValue& value) {
      static constexpr std::array<std::string_view, 7> kVerbs = {"append", "extend", "update", "insert",
                                                                 "pop",    "remove", "clear"};
      if (value.kind != JinjaValue::Kind::kCall || !value.text.starts_with(prefix)) return;
      if (std::ranges::find(kVerbs, value.text.substr(prefix.size())) == kVerbs.end()) return;
      if (all_.macroAt(value.range.begin) != macro_) return;
      found_.push_back({Binding::Kind::kChanged, &value, 0, 1, kNoBlock, {}, value.range.begin});
    });
  }

  const Template& all_;
  std::string_view name_;
  uint32_t offset_;
  size_t macro_ = kNoBlock;
  bool certain_ = false;  // one of the values is set on every way to the place
  std::vector<Binding> found_;
};

}  // namespace

size_t Template::blockAt(uint32_t offset) const {
  size_t best = kNoBlock;
  for (size_t i = 0; i < blocks.size(); ++i)
    if (blocks[i].body.begin <= offset && offset < blocks[i].body.end) best = i;  // inner ones come later
  return best;
}

size_t Template::blockAt(uint32_t offset, std::span<const std::string_view> words) const {
  size_t block = blockAt(offset);
  while (block != kNoBlock && std::ranges::find(words, openerOf(blocks[block]).word) == words.end())
    block = blocks[block].parent;
  return block;
}

size_t Template::macroAt(uint32_t offset) const { return blockAt(offset, kMacros); }

std::vector<Binding> Template::bindingsOf(std::string_view name, uint32_t offset) const {
  return Lookup(*this, name, offset).find();
}

Template readTemplate(std::string_view text) { return TemplateReader(text).read(); }

}  // namespace gander::rewriter::sql
