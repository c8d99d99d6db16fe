#include "tests/rewriter/sql/binding_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace gander::rewriter::sql::generated {
namespace {

struct Written {
  std::string qualifier;  // its key; empty: none
  std::string key;
};

// The names of `a."b c"`, with their quotes.
std::vector<std::string> dotted(std::string_view text) {
  std::vector<std::string> parts(1);
  char closing = 0;
  for (const char c : text) {
    if (closing == 0 && c == '.') {
      parts.emplace_back();
      continue;
    }
    if (closing != 0 && c == closing) {
      closing = 0;
    } else if (closing == 0 && (c == '"' || c == '`' || c == '[')) {
      closing = closingQuote(c);
    }
    parts.back() += c;
  }
  return parts;
}

std::string keyOfText(NameCase how, std::string_view text, bool quoted) {
  const bool own = text.size() > 1 && std::string_view("\"`[").contains(text.front());
  return writtenKey(how, own ? text.substr(1, text.size() - 2) : text, quoted || own);
}

class Checking {
 public:
  Checking(const GeneratedText& text, const Flavor& flavor, const SqlResult& result)
      : text_(text), flavor_(flavor), result_(result) {}

  Checked run(bool all) {
    Checked out;
    if (out.wrong = wrongRanges(text_.text, result_); !out.wrong.empty()) return out;
    if (out.wrong = takeEdits(); !out.wrong.empty()) return out;
    out.listed =
        std::any_of(result_.judged.begin(), result_.judged.end(), [](const SqlJudged& it) { return it.listed; });
    if (out.listed) {
      out.wrong = wrongEdit();
      out.captured = mustList();
      if (out.wrong.empty() && all && !out.captured) out.wrong = "something is listed, and nothing has to be";
      return out;
    }
    if (out.wrong = wrongToken(); !out.wrong.empty()) return out;
    if (out.wrong = wrongOutput(); !out.wrong.empty()) return out;
    out.wrong = wrongMeaning(false);
    return out;
  }

 private:
  enum class Kept { kAsEdited, kContracts, kAll };

  bool isRelation(size_t named) const {
    const auto kind = text_.named[named].kind;
    return kind == Named::Kind::kTable || kind == Named::Kind::kAlias;
  }
  NameCase caseOf(size_t named) const { return isRelation(named) ? flavor_.tables : flavor_.columns; }
  std::string oldKey(size_t named) const { return declaredKey(caseOf(named), text_.named[named].name); }
  std::string textOf(ByteRange range) const { return text_.text.substr(range.begin, range.size()); }
  std::string shown(const Token& token) const {
    return "'" + textOf(token.range) + "' at " + std::to_string(token.range.begin);
  }

  bool isContract(size_t named) const {
    const auto in = [&](const std::vector<GeneratedOutput>& outputs) {
      return std::any_of(outputs.begin(), outputs.end(), [&](const GeneratedOutput& it) { return it.named == named; });
    };
    return in(text_.outputs) || in(text_.madeOutputs);
  }

  // Whether an output that has the name of a column keeps it by an AS that is put behind it.
  bool isKept(size_t named) const {
    switch (kept_) {
      case Kept::kAsEdited: return inserted_.contains(text_.named[named].itemEnd);
      case Kept::kContracts: return isContract(named);
      case Kept::kAll: return true;
    }
    return false;
  }

  std::string newKey(size_t named) const {
    const Named& it = text_.named[named];
    if (!it.referable) return {};
    if (it.itemEnd != kNone && isKept(named))
      return kept_ == Kept::kAsEdited ? inserted_.at(it.itemEnd) : oldKey(named);
    if (it.given != kNone && isParted(it.given)) return edited_.at(it.given).key;
    if (it.given != kNone) return newKey(text_.tokens[it.given].means.front());
    if (it.through != kNone) return newKey(it.through);
    return declaredKey(caseOf(named), it.now);
  }

  Keys newKeys() const {
    return {.of = [this](size_t named) { return newKey(named); },
            .ofOutput =
                [this](size_t named) {
                  const Named& it = text_.named[named];
                  const bool bare = it.given != kNone || it.through != kNone;
                  const bool visible = !bare || flavor_.bareOutputsAreNames || (it.itemEnd != kNone && isKept(named));
                  return visible ? newKey(named) : std::string();
                }};
  }

  std::string takeEdits() {
    for (const SqlEdit& edit : result_.edits) {
      if (!takeOn(edit) && !takeAlias(edit) && !takeName(edit)) {
        return "an edit where no name stands: '" + textOf(edit.range) + "' at " + std::to_string(edit.range.begin) +
               " -> '" + edit.now + "'";
      }
    }
    return {};
  }

  // ` AS old` behind an output.
  bool takeAlias(const SqlEdit& edit) {
    if (edit.range.size() != 0 || !edit.now.starts_with(" AS ")) return false;
    for (const Named& named : text_.named) {
      if (named.itemEnd == kNone || text_.marks[named.itemEnd] != edit.range.begin || edit.range.begin == 0) continue;
      inserted_[named.itemEnd] = keyOfText(flavor_.columns, edit.now.substr(4), false);
      return true;
    }
    return false;
  }

  // USING (x)  ->  ON a.x = b.y: what it merged is two columns from now on.
  bool takeOn(const SqlEdit& edit) {
    for (size_t i = 0; i < text_.tokens.size(); ++i) {
      const Token& token = text_.tokens[i];
      if (token.role != Token::Role::kMerged || !edit.range.contains(token.range) || !edit.now.starts_with("ON "))
        continue;
      const size_t equals = edit.now.find(" = ");
      if (equals == std::string::npos) return false;
      const auto side = [&](std::string_view text) {
        const auto parts = dotted(text);
        return Written{parts.size() == 2 ? keyOfText(flavor_.tables, parts.front(), false) : std::string(),
                       keyOfText(flavor_.columns, parts.back(), false)};
      };
      ons_[i] = {side(std::string_view(edit.now).substr(3, equals - 3)),
                 side(std::string_view(edit.now).substr(equals + 3))};
      parted_.insert(token.means.begin(), token.means.end());
      auto& merged = text_.scopes[token.scope].merged;
      const auto group = std::ranges::find(merged, token.means);
      if (group == merged.end()) return true;
      group->pop_back();
      if (group->size() < 2) merged.erase(group);
      return true;
    }
    return false;
  }

  // A bare name of what an ON took apart, which has the side now that its value is from.
  bool isParted(size_t token) const {
    const auto found = edited_.find(token);
    return found != edited_.end() && !found->second.qualifier.empty() &&
           parted_.contains(text_.tokens[token].means.front());
  }

  std::string wrongOn(const Token& token, const std::pair<Written, Written>& on) const {
    Token probe = token;  // it sees what is joined so far, and what is joined by it
    ++probe.relations;
    const auto is = [&](const Written& side, const auto& isOne) {
      const Relation* relation = findRelation(text_, probe, side.qualifier, newKeys());
      return relation != nullptr && std::ranges::count_if(relation->columns, [&](size_t column) {
                                      return newKey(column) == side.key && isOne(column);
                                    }) == 1;
    };
    const auto& means = token.means;
    const bool left = is(on.first, [&](size_t column) {
      return std::ranges::any_of(means.begin(), means.end() - 1, [&](size_t one) { return one == column; });
    });
    const bool right = is(on.second, [&](size_t column) { return column == means.back(); });
    return left && right ? "" : "a wrong ON in the place of " + shown(token);
  }

  // A new name in the place of one, or a qualifier before it, or both.
  bool takeName(const SqlEdit& edit) {
    for (size_t i = 0; i < text_.tokens.size(); ++i) {
      const Token& token = text_.tokens[i];
      if (token.range.size() == 0) continue;
      const ByteRange whole = token.quoted ? ByteRange{token.range.begin - 1, token.range.end + 1} : token.range;
      const bool before = edit.range == ByteRange{whole.begin, whole.begin} && edit.now.ends_with('.');
      if (edit.range != token.range && edit.range != whole && !before) continue;
      const auto parts = dotted(before ? edit.now + textOf(whole) : edit.now);
      if (parts.size() > 2) return false;
      const bool quoted = token.quoted && edit.range == token.range;
      Written written{.key = keyOfText(caseOf(token.means.front()), parts.back(), quoted)};
      if (parts.size() == 2) written.qualifier = keyOfText(flavor_.tables, parts.front(), false);
      edited_[i] = written;
      return true;
    }
    return false;
  }

  Written written(size_t token) const {
    const auto found = edited_.find(token);
    if (found != edited_.end()) return found->second;
    const Token& it = text_.tokens[token];
    return {.key = writtenKey(caseOf(it.means.front()), textOf(it.range), it.quoted)};
  }

  bool isPlaced(const Token& token) const { return token.range.size() > 0; }

  // Of a text with listed names: what is edited all the same must be right.
  std::string wrongEdit() const {
    for (const auto& [i, now] : edited_) {
      const Token& token = text_.tokens[i];
      if (!isParted(i) && now.key != newKey(token.means.front()))
        return "a wrong edit of " + shown(token) + " to " + now.key;
    }
    return {};
  }

  // What a bare name meant by a USING, it may mean by the side that keeps the name.
  bool isOtherSide(const std::string& now, size_t means) const {
    return parted_.contains(means) &&
           std::ranges::any_of(parted_, [&](size_t column) { return newKey(column) == now; });
  }

  // Whether no column that was merged has that name in that relation.
  bool wrongSide(size_t token, const Written& now) const {
    const Relation* relation = findRelation(text_, text_.tokens[token], now.qualifier, newKeys());
    return relation == nullptr || std::ranges::count_if(relation->columns, [&](size_t column) {
                                    return parted_.contains(column) && newKey(column) == now.key;
                                  }) != 1;
  }

  std::string wrongToken() const {
    for (size_t i = 0; i < text_.tokens.size(); ++i) {
      const Token& token = text_.tokens[i];
      if (!isPlaced(token)) continue;
      if (const auto on = ons_.find(i); on != ons_.end()) {
        if (auto wrong = wrongOn(token, on->second); !wrong.empty()) return wrong;
        continue;
      }
      if (isParted(i)) {
        if (wrongSide(i, edited_.at(i))) return shown(token) + " is of no side of what was merged";
        continue;
      }
      const std::string now = written(i).key;
      for (const size_t means : token.means) {
        if (now == newKey(means) || isShownAs(token, now, means) || isOtherSide(now, means)) continue;
        return shown(token) + " is now called " + newKey(means) + ", and it became " + now;
      }
    }
    return {};
  }

  // The column that gives an output its name, and its value.
  size_t rootOf(size_t named) const {
    for (;;) {
      const Named& it = text_.named[named];
      const size_t next = it.given != kNone   ? text_.tokens[it.given].means.front()
                          : it.value != kNone ? it.value
                                              : it.through;
      if (next == kNone) return named;
      named = next;
    }
  }

  // Whether a name that meant a column is now that of an output which is this column: by the AS that is put behind it.
  bool isShownAs(const Token& token, const std::string& now, size_t means) const {
    if (token.role != Token::Role::kColumn || token.qualifier != kNone || token.clause == Clause::kPlain) return false;
    const Found found = findColumn(text_, token, now, newKeys());
    return found.named.size() == 1 && rootOf(found.named.front()) == rootOf(means);
  }

  // An output without AS keeps its name where it is the statement's.
  std::string wrongOutput() const {
    for (const Named& named : text_.named) {
      const auto id = static_cast<size_t>(&named - text_.named.data());
      const auto inserted = named.itemEnd == kNone ? inserted_.end() : inserted_.find(named.itemEnd);
      if (inserted != inserted_.end() && inserted->second != oldKey(id)) return "an output becomes " + inserted->second;
    }
    for (const auto* outputs : {&text_.outputs, &text_.madeOutputs}) {
      for (const GeneratedOutput& output : *outputs) {
        if (output.byStar || !text_.named[output.named].referable) continue;
        if (newKey(output.named) != oldKey(output.named)) return "the output " + oldKey(output.named) + " is renamed";
      }
    }
    return {};
  }

  // Empty, or a name that means something else among the new names. `names`: as if all were called by them.
  std::string wrongMeaning(bool names) const {
    for (size_t i = 0; i < text_.tokens.size(); ++i) {
      const Token& token = text_.tokens[i];
      if (!names && (ons_.contains(i) || isParted(i))) continue;
      if (isPlaced(token) && !stillMeans(token, names ? Written{.key = newKey(token.means.front())} : written(i)))
        return shown(token) + " means something else now";
    }
    std::set<size_t> seen;
    for (const Token& token : text_.tokens) {
      if (!isPlaced(token) || token.scope == kNone || !seen.insert(token.scope).second) continue;
      std::set<std::string> labels;
      for (const Relation& relation : text_.scopes[token.scope].relations) {
        if (!labels.insert(newKey(relation.label)).second) return "two relations are called " + newKey(relation.label);
      }
    }
    return {};
  }

  bool stillMeans(const Token& token, const Written& now) const {
    const size_t means = token.means.front();
    const Keys keys = newKeys();
    switch (token.role) {
      case Token::Role::kRelation:
        return token.inSchema || text_.named[means].kind != Named::Kind::kTable ||
               std::none_of(token.ctes.begin(), token.ctes.end(), [&](size_t cte) { return newKey(cte) == now.key; });
      case Token::Role::kQualifier: {
        const Relation* found = findRelation(text_, token, now.key, keys);
        return found != nullptr && found->label == means;
      }
      case Token::Role::kMerged: return mergesStill(token, now.key, keys);
      case Token::Role::kColumn: return columnStill(token, now, keys);
      case Token::Role::kTarget:
      case Token::Role::kDefinition: return true;
    }
    return false;
  }

  bool columnStill(const Token& token, const Written& now, const Keys& keys) const {
    // An output by a star is the column that the star passes on.
    const auto contains = [&](const std::vector<size_t>& columns) {
      size_t means = token.means.front();
      if (parted_.contains(means))
        return std::ranges::any_of(columns, [&](size_t column) { return parted_.contains(column); });
      while (std::find(columns.begin(), columns.end(), means) == columns.end()) {
        means = text_.named[means].through;
        if (means == kNone) return false;
      }
      return true;
    };
    if (token.qualifier == kNone && now.qualifier.empty()) {
      const Found found = findColumn(text_, token, now.key, keys);
      return (!found.several && contains(found.named)) || isShownAs(token, now.key, token.means.front());
    }
    const std::string label =
        token.qualifier == kNone ? now.qualifier : newKey(text_.tokens[token.qualifier].means.front());
    const Relation* relation = findRelation(text_, token, label, keys);
    if (relation == nullptr || !contains(relation->columns)) return false;
    const auto same = [&](size_t column) { return newKey(column) == now.key; };
    return std::count_if(relation->columns.begin(), relation->columns.end(), same) == 1;
  }

  // USING: one column on each side.
  bool mergesStill(const Token& token, const std::string& key, const Keys& keys) const {
    const auto different = [&](size_t column) { return newKey(column) != key; };
    if (std::any_of(token.means.begin(), token.means.end(), different)) return false;
    const Found left = findColumn(text_, token, key, keys);
    const auto& right = text_.scopes[token.scope].relations[token.relations].columns;
    const auto same = [&](size_t column) { return newKey(column) == key; };
    return !left.several && std::count_if(right.begin(), right.end(), same) == 1;
  }

  // Whether new names alone would not do, whichever outputs are kept.
  bool mustList() {
    if (text_.naturalJoin) return true;
    for (const Kept kept : {Kept::kContracts, Kept::kAll, Kept::kAsEdited}) {
      kept_ = kept;
      if (!wrongMeaning(true).empty()) return true;
    }
    return false;
  }

  GeneratedText text_;
  const Flavor& flavor_;
  const SqlResult& result_;
  std::map<size_t, std::pair<Written, Written>> ons_;  // by token of a USING
  std::set<size_t> parted_;                            // what these merged
  Kept kept_ = Kept::kAsEdited;
  std::map<size_t, std::string> inserted_;  // by mark
  std::map<size_t, Written> edited_;        // by token
};

}  // namespace

Checked checkEdits(const GeneratedText& text, const Flavor& flavor, const SqlResult& result, bool all) {
  return Checking(text, flavor, result).run(all);
}

}  // namespace gander::rewriter::sql::generated
