// Statements, and the control structures around them.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {
namespace {

// Words that begin a statement, also where no `;` ends the one before.
bool isVerb(Word word) {
  switch (word) {
    case Word::kSELECT:
    case Word::kINSERT:
    case Word::kUPDATE:
    case Word::kDELETE:
    case Word::kMERGE:
    case Word::kCREATE:
    case Word::kALTER:
    case Word::kDROP:
    case Word::kTRUNCATE:
    case Word::kDECLARE:
    case Word::kEXEC:
    case Word::kEXECUTE:
    case Word::kGO:
    case Word::kPRINT:
    case Word::kSET:
    case Word::kGRANT:
    case Word::kUSE:
    case Word::kIF:
    case Word::kBEGIN:
    case Word::kEND:
    case Word::kELSE:
    case Word::kWHILE:
    case Word::kWITH: return true;
    default: return false;
  }
}

}  // namespace

void Resolver::script(size_t begin, size_t end) {
  size_t at = begin;
  while (at < end) {
    if (token(at).is(';')) {
      ++at;
      continue;
    }
    const size_t stop = statementEnd(at, end);
    segment(at, stop);
    at = std::max(stop, at + 1);
  }
}

// The next `;`, or a statement that begins without one.
size_t Resolver::statementEnd(size_t begin, size_t end) const {
  bool selected = token(begin).word == Word::kSELECT;
  for (size_t at = begin + 1; at < end; ++at) {
    if (token(at - 1).kind == TokenKind::kSymbol && token(at - 1).match > at - 1) {
      at = std::max<size_t>(at, token(at - 1).match);
      if (at >= end) return end;
    }
    if (token(at).is(';')) return at;
    if (startsStatement(at, begin, selected)) return at;
    selected |= token(at).word == Word::kSELECT;
  }
  return end;
}

bool Resolver::startsStatement(size_t at, size_t begin, bool selected) const {
  const Token& one = token(at);
  const Token& before = token(at - 1);
  if (one.kind != TokenKind::kWord || !isVerb(one.word)) return false;
  if (before.end == one.begin || before.is('.') || before.is(',') || before.is('(')) return false;
  const bool line = text_.substr(before.end, one.begin - before.end).find('\n') != std::string_view::npos;
  if (one.word == Word::kSELECT) {
    // A second SELECT that no operator and no list of columns leads to.
    if (!selected || !line) return false;
    return endsValue(before) && before.word != Word::kALL && before.word != Word::kDISTINCT &&
           before.word != Word::kAS && !is(begin, at, Word::kWITH) && token(begin).word != Word::kCREATE &&
           setOperation(at - 1, begin, at + 1) == 0 && before.word != Word::kUNION && before.word != Word::kMINUS &&
           before.word != Word::kNAME && before.word != Word::kBY;
  }
  if (dialect_.name != DialectName::kTsql || !line) return false;
  if (one.word == Word::kWITH)
    return is(at + 2, tokens_.size(), Word::kAS) && token(begin).word != Word::kCREATE &&
           token(begin).word != Word::kINSERT && endsValue(before);
  const Word last = before.word;
  if (last == Word::kTHEN || last == Word::kFOR || last == Word::kAS || last == Word::kAFTER || last == Word::kON ||
      last == Word::kOR || last == Word::kINSTEAD)
    return false;
  if (one.word == Word::kSET)
    return token(begin).word != Word::kUPDATE && token(begin).word != Word::kMERGE && token(begin).word != Word::kALTER;
  if (one.word == Word::kEND || one.word == Word::kELSE) {
    size_t cases = 0;
    for (size_t i = begin; i < at; ++i) {
      if (token(i).word == Word::kCASE) ++cases;
      if (token(i).word == Word::kEND && cases > 0) --cases;
    }
    return cases == 0;
  }
  if (one.word == Word::kUPDATE || one.word == Word::kINSERT || one.word == Word::kDELETE || one.word == Word::kEXECUTE)
    return endsValue(before) && token(begin).word != Word::kGRANT && token(begin).word != Word::kMERGE &&
           token(begin).word != Word::kCREATE;
  return endsValue(before) || before.word == Word::kBEGIN || before.word == Word::kELSE;
}

// What stands before a statement: blocks, conditions, a template's configuration.
void Resolver::segment(size_t begin, size_t end) {
  size_t at = begin;
  while (at < end) {
    const Token& one = token(at);
    const bool next = at + 1 < end;
    if (one.kind == TokenKind::kHole && (!next || token(at + 1).begin != one.end ||
                                         token(at + 1).kind == TokenKind::kHole || isVerb(token(at + 1).word))) {
      // {{ config(...) }} SELECT, or a macro that makes the beginning: {{ cte() }}, final AS (
      if (next && token(at + 1).is(',') && is(at + 3, end, Word::kAS)) break;
      if (!next) return;
      ++at;
      continue;
    }
    if (one.kind != TokenKind::kWord) break;
    switch (one.word) {
      case Word::kBEGIN:
      case Word::kELSE:
      case Word::kLOOP:
      case Word::kTHEN:
      case Word::kEND:
      case Word::kREPEAT:
      case Word::kTRY:
      case Word::kCATCH:
      case Word::kGO: ++at; continue;
      case Word::kDO:
        if (next && (token(at + 1).kind == TokenKind::kString || is(at + 1, end, Word::kLANGUAGE))) break;
        ++at;
        continue;
      case Word::kEXPLAIN: at = behindExplain(at + 1, end); continue;
      case Word::kIF:
      case Word::kELSEIF:
      case Word::kELSIF:
      case Word::kWHILE:
      case Word::kEXCEPTION:
      case Word::kWHEN:
      case Word::kFOR: {
        const size_t after = skipCondition(at, end);
        if (after <= at) return;
        at = after;
        continue;
      }
      case Word::kANALYZE:
        if (next && isVerb(token(at + 1).word)) {
          ++at;
          continue;
        }
        break;
      default: break;
    }
    break;
  }
  if (at < end) statement(at, end);
}

// EXPLAIN (ANALYZE, BUFFERS) SELECT, EXPLAIN QUERY PLAN SELECT
size_t Resolver::behindExplain(size_t at, size_t end) const {
  for (size_t next = at; next < end; next = behind(next, end)) {
    if (isVerb(token(next).word)) return next;
    if (token(next).kind != TokenKind::kWord && !token(next).is('(')) break;
  }
  return at;
}

// IF x THEN, WHILE x DO, FOR r IN (SELECT ...) DO: behind the word that ends it.
size_t Resolver::skipCondition(size_t at, size_t end) {
  size_t stop = at + 1;
  for (; stop < end; stop = behind(stop, end)) {
    const Word word = token(stop).word;
    if (word == Word::kTHEN || word == Word::kDO || word == Word::kLOOP) break;
    if (word == Word::kBEGIN || (stop > at + 1 && isVerb(word) && word != Word::kSELECT && word != Word::kWITH)) break;
  }
  setStatement(at, stop);
  const ScopeId scope = addScope(kNone);
  size_t from = at + 1;
  const size_t in = findWord(from, stop, Word::kIN);
  if (token(at).word == Word::kFOR && in < stop && (isQuery(in + 1, stop) || is(in + 1, stop, '('))) from = in + 1;
  size_t last = stop;
  if (is(from, stop, '(') && from > at + 1 && token(from).match + 1 >= stop) {  // FOR r IN (SELECT ...) DO
    last = std::min<size_t>(token(from).match, stop);
    ++from;
  }
  if (from < last && isQuery(from, last) && !token(from).is('(')) {
    out_.results.back() = query(from, last, scope, nullptr);
    here().makes = Makes::kRows;
    if (out_.results.back() != kNone) out_.relations[out_.results.back()].contract = Contract::kRows;
  } else {
    walk(from, stop, scope, nullptr, Clause::kOther);
  }
  if (stop >= end) return end;
  const Word word = token(stop).word;
  return word == Word::kTHEN || word == Word::kDO || word == Word::kLOOP || word == Word::kBEGIN ? stop + 1 : stop;
}

void Resolver::setStatement(size_t begin, size_t end) {
  Statement one;
  one.range = {token(begin).begin, end > begin ? token(end - 1).end : token(begin).end};
  one.verb = std::string(slice(token(begin).range()));
  for (char& c : one.verb)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  out_.statements.push_back(std::move(one));
  out_.results.push_back(kNone);
}

void Resolver::statement(size_t begin, size_t end) {
  setStatement(begin, end);
  shadows_.clear();
  dispatch(begin, end, nullptr);
}

// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
void Resolver::dispatch(size_t begin, size_t end, Ctes ctes) {
  const Token& one = token(begin);
  const bool declares = one.word == Word::kDECLARE || (one.word == Word::kNone && declaring_);
  declaring_ = declares;
  if (declares) declaration(begin, end);
  if (toLowerAscii(slice(one.range())) == "msck") return tableList(begin + 1, end);
  switch (one.word) {
    case Word::kINSERT: return insertStatement(begin, end, ctes);
    case Word::kREPLACE:
      if (is(begin + 1, end, Word::kINTO)) return insertStatement(begin, end, ctes);
      break;
    case Word::kUPDATE: return updateStatement(begin, end, ctes);
    case Word::kDELETE: return deleteStatement(begin, end, ctes);
    case Word::kMERGE: return mergeStatement(begin, end, ctes);
    case Word::kCREATE: return createStatement(begin, end);
    case Word::kALTER: return alterStatement(begin, end);
    case Word::kDROP:
    case Word::kTRUNCATE:
    case Word::kDESCRIBE:
    case Word::kDESC:
    case Word::kANALYZE:
    case Word::kVACUUM:
    case Word::kOPTIMIZE:
    case Word::kREFRESH:
    case Word::kCACHE:
    case Word::kRENAME:
    case Word::kLOCK: return tableList(begin + 1, end);
    case Word::kSHOW: return showStatement(begin, end);
    case Word::kCOMMENT: return commentStatement(begin, end);
    case Word::kGRANT:
    case Word::kREVOKE: return grantStatement(begin, end);
    case Word::kPRAGMA: return pragmaStatement(begin, end);
    case Word::kCOPY: return copyStatement(begin, end);
    case Word::kLOAD: return loadStatement(begin, end);
    default: break;
  }
  if (isQuery(begin, end) || one.is('(') || one.kind == TokenKind::kHole || one.word == Word::kTABLE) {
    size_t at = begin;
    const bool with = one.word == Word::kWITH || one.kind == TokenKind::kHole;
    if (with) ctes = withList(&at, end, kNone, ctes);
    if (at < end && at > begin &&
        (token(at).word == Word::kINSERT || token(at).word == Word::kUPDATE || token(at).word == Word::kDELETE ||
         token(at).word == Word::kMERGE))
      return dispatch(at, end, ctes);
    const RelationId result = at < end ? queryBody(at, end, kNone, ctes) : kNone;
    out_.results.back() = result;
    here().makes = Makes::kRows;
    if (result == kNone) return;
    out_.relations[result].contract = Contract::kRows;
    // SELECT ... INTO t: a table is made.
    size_t into = begin;
    while (into < end && token(into).word != Word::kINTO && token(into).word != Word::kFROM) into = behind(into, end);
    size_t name = into + 1;
    while (name < end && (token(name).word == Word::kTEMP || token(name).word == Word::kTEMPORARY ||
                          token(name).word == Word::kTABLE || token(name).is('#')))
      ++name;
    DottedName made;
    if (into < end && token(into).word == Word::kINTO && readName(name, end, true, made) && !made.hole) {
      here().makes = Makes::kTable;
      out_.relations[result].contract = Contract::kTable;
      made_[std::string(names_.textOf(made.parts[made.count - 1].id))] = result;
    }
    return;
  }
  // EXPORT DATA ... AS query, DECLARE x DEFAULT (query), SET x = (query), DECLARE c CURSOR FOR query, RETURN query, CALL f(query)
  const ScopeId scope = addScope(kNone);
  for (size_t at = begin; at < end; ++at) {
    if (token(at).kind == TokenKind::kString &&
        (one.word == Word::kEXECUTE || one.word == Word::kEXEC || one.word == Word::kDO))
      textBody(at, one.word == Word::kDO || token(at).symbol == '$');
    const Word before = at > begin ? token(at - 1).word : Word::kNone;
    const bool lead = before == Word::kAS || before == Word::kFOR || before == Word::kRETURN ||
                      slice(token(at > begin ? at - 1 : at).range()) == "QUERY";
    if (!lead || !isQuery(at, end)) continue;
    const RelationId result = query(at, end, kNone, nullptr);
    out_.results.back() = result;
    here().makes = one.word == Word::kEXPORT ? Makes::kExport : Makes::kRows;
    if (result != kNone)
      out_.relations[result].contract = one.word == Word::kEXPORT ? Contract::kExport : Contract::kRows;
    return;
  }
  walk(begin + 1, end, scope, ctes, Clause::kOther);
}

}  // namespace gander::rewriter::sql
