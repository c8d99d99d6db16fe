// Which fields the values of facts.h and cpp_parser.h have when they are written down: one list for both directions.
//
//   visitFields(archive, fact)  calls  archive("op", fact.op), archive("in", fact.in), ...
#pragma once

#include "rewriter/cpp_parser.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

template <typename A>
void visitFields(A& a, ByteRange& v) {
  a("begin", v.begin), a("end", v.end);
}

template <typename A>
void visitFields(A& a, Span& v) {
  a("file", v.file), a("range", v.range);
}

template <typename A>
void visitFields(A& a, LiteralPiece& v) {
  a("value", v.value), a("span", v.span), a("offsets", v.offsets), a("raw", v.raw), a("quote", v.quote);
  a("triple", v.triple), a("formatted", v.formatted);
}

template <typename A>
void visitFields(A& a, Fact& v) {
  a("op", v.op), a("out", v.out), a("in", v.in), a("symbol", v.symbol), a("name", v.name), a("span", v.span);
  a("keywords", v.keywords), a("text", v.text), a("index", v.index), a("access", v.access), a("how", v.how);
  a("constructs", v.constructs);
}

template <typename A>
void visitFields(A& a, Parameter& v) {
  a("name", v.name), a("value", v.value), a("type", v.type), a("variadic", v.variadic);
}

template <typename A>
void visitFields(A& a, Function& v) {
  a("symbol", v.symbol), a("name", v.name), a("span", v.span), a("nameSpan", v.nameSpan), a("params", v.params);
  a("method", v.method), a("virtualMethod", v.virtualMethod), a("overrides", v.overrides);
  a("facts", v.facts);
}

template <typename A>
void visitFields(A& a, Qualifier& v) {
  a("span", v.span), a("symbol", v.symbol);
}

template <typename A>
void visitFields(A& a, Pasted& v) {
  a("argument", v.argument), a("before", v.before), a("behind", v.behind);
}

template <typename A>
void visitFields(A& a, Stringized& v) {
  a("span", v.span), a("text", v.text), a("macro", v.macro), a("alone", v.alone);
}

template <typename A>
void visitFields(A& a, NameUse& v) {
  a("span", v.span), a("text", v.text), a("symbol", v.symbol), a("kind", v.kind), a("declares", v.declares);
  a("definesHere", v.definesHere), a("how", v.how), a("dependent", v.dependent), a("pasted", v.pasted);
  a("macro", v.macro), a("templated", v.templated), a("objectType", v.objectType), a("object", v.object);
  a("declaration", v.declaration), a("qualifiers", v.qualifiers), a("paste", v.paste), a("varying", v.varying),
      a("bare", v.bare);
  a("lacking", v.lacking), a("overrides", v.overrides), a("pastes", v.pastes);
  a("takesLeast", v.takesLeast), a("takesMost", v.takesMost);
}

template <typename A>
void visitFields(A& a, ValueType& v) {
  a("name", v.name), a("bits", v.bits), a("isSigned", v.isSigned), a("floating", v.floating);
}

template <typename A>
void visitFields(A& a, UseContext& v) {
  a("name", v.name), a("symbol", v.symbol), a("fate", v.fate), a("whole", v.whole), a("called", v.called);
  a("arguments", v.arguments), a("written", v.written), a("pure", v.pure), a("operand", v.operand);
  a("ownStatement", v.ownStatement), a("statement", v.statement), a("around", v.around), a("type", v.type);
  a("into", v.into), a("intoName", v.intoName), a("passedTo", v.passedTo), a("wrapper", v.wrapper);
  a("wrapperName", v.wrapperName), a("wrapperLeaks", v.wrapperLeaks), a("scaled", v.scaled);
  a("conversion", v.conversion), a("base", v.base), a("baseName", v.baseName), a("baseSymbol", v.baseSymbol);
  a("why", v.why), a("braced", v.braced), a("passedAs", v.passedAs), a("comparedTo", v.comparedTo);
}

template <typename A>
void visitFields(A& a, SwitchUse& v) {
  a("keyword", v.keyword), a("type", v.type), a("hasDefault", v.hasDefault), a("cases", v.cases);
  a("constants", v.constants);
}

template <typename A>
void visitFields(A& a, IncludeUse& v) {
  a("span", v.span), a("written", v.written), a("resolved", v.resolved);
}

template <typename A>
void visitFields(A& a, TypeSeen& v) {
  a("symbol", v.symbol), a("members", v.members);
}

template <typename A>
void visitFields(A& a, Zone& v) {
  a("range", v.range), a("kind", v.kind);
}

template <typename A>
void visitFields(A& a, std::pair<std::string, Zone>& v) {
  a("file", v.first), a("zone", v.second);
}

template <typename A>
void visitFields(A& a, Gap& v) {
  a("file", v.file), a("why", v.why);
}

template <typename A>
void visitFields(A& a, RuleNode& v) {
  a("name", v.name), a("span", v.span);
}

template <typename A>
void visitFields(A& a, RuleMatch& v) {
  a("rule", v.rule), a("span", v.span), a("whole", v.whole), a("nodes", v.nodes), a("why", v.why);
  a("declared", v.declared), a("body", v.body), a("instances", v.instances);
}

template <typename A>
void visitFields(A& a, TemplateInstance& v) {
  a("declared", v.declared), a("name", v.name), a("body", v.body);
}

template <typename A>
void visitFields(A& a, Unit& v) {
  a("file", v.file), a("language", v.language), a("functions", v.functions), a("names", v.names);
  a("stringized", v.stringized);
  a("uses", v.uses), a("switches", v.switches);
  a("includes", v.includes), a("types", v.types), a("rules", v.rules), a("instances", v.instances), a("reads", v.reads),
      a("zones", v.zones), a("gaps", v.gaps);
}

template <typename A>
void visitFields(A& a, CppRule& v) {
  a("name", v.name), a("match", v.match), a("range", v.range), a("replace", v.replace), a("paths", v.paths);
}

template <typename A>
void visitFields(A& a, RuleProblem& v) {
  a("rule", v.rule), a("part", v.part), a("offset", v.offset), a("message", v.message);
}

template <typename A>
void visitFields(A& a, Overwrite& v) {
  a("span", v.span), a("text", v.text);
}

template <typename A>
void visitFields(A& a, CppRequest& v) {
  a("file", v.file), a("wanted", v.wanted), a("types", v.types), a("flow", v.flow);
  a("everything", v.everything), a("rules", v.rules), a("instead", v.instead);
}

template <typename A>
void visitFields(A& a, CppCommand& v) {
  a("request", v.request), a("root", v.root), a("directory", v.directory), a("arguments", v.arguments);
  a("inferred", v.inferred);
}

}  // namespace gander::rewriter
