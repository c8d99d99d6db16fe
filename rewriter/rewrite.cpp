#include "rewriter/rewrite.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "rewriter/definitions/definitions.h"
#include "rewriter/lower/lowering.h"
#include "rewriter/scan/rule_files.h"
#include "rewriter/scan/scan.h"
#include "rewriter/solve/captures.h"
#include "rewriter/solve/derived.h"
#include "rewriter/solve/documents.h"
#include "rewriter/solve/inactive.h"
#include "rewriter/solve/keyed.h"
#include "rewriter/solve/message_texts.h"
#include "rewriter/solve/model_use.h"
#include "rewriter/solve/rules.h"
#include "rewriter/solve/sql_files.h"
#include "rewriter/solve/stringized.h"
#include "rewriter/solve/typed.h"
#include "rewriter/treesitter/frontends.h"
#include "rewriter/verdict/ledger.h"

namespace gander::rewriter {
namespace {

// Goes into the digest: raised where the same inputs would give another rewrite.
constexpr std::string_view kEngineVersion = "2";

std::vector<std::string> seedsOf(const Texts& texts, const Spellings& spellings) {
  Needles needles(spellings);
  std::vector<std::string> seeds;
  for (const auto& [path, source] : texts.all())
    if (source.nature == FileNature::kCode && needles.in(source.text)) seeds.push_back(path);
  return seeds;
}

std::vector<ByteRange> commentsOfCpp(std::string_view text) {
  std::vector<ByteRange> comments;
  for (const auto& zone : zones("cpp", text))
    if (zone.kind == ZoneKind::kComment) comments.push_back(zone.range);
  return comments;
}

// Whether one of the names stands in C++ outside of comments. Comments are only looked for where one stands there at all.
bool holdsOneOf(const std::vector<std::string>& names, std::string_view text) {
  std::vector<ByteRange> comments;
  const auto stands = [&](const auto& name) { return occursInCode(text, name, comments); };
  if (std::ranges::none_of(names, stands)) return false;
  comments = commentsOfCpp(text);
  return std::ranges::any_of(names, stands);
}

std::vector<std::string> oldNames(const Spellings& spellings) {
  std::vector<std::string> names;
  for (const auto& spelling : spellings.old) names.push_back(spelling.text);
  return names;
}

// Those whose own text asks for a compiler: C++ that has a name only in comments, or as a part of longer names, has no site of its
// own, and what flows through it is asked for.
std::vector<std::string> toLower(const Texts& texts, const Spellings& spellings, std::vector<std::string> seeds) {
  auto names = oldNames(spellings);
  names.insert(names.end(), spellings.anchors.begin(), spellings.anchors.end());
  std::erase_if(
      seeds, [&](const auto& path) { return languageOf(path) == "cpp" && !holdsOneOf(names, texts.find(path)->text); });
  return seeds;
}

// Files that are solved by themselves, whatever is lowered.
Solution solveDocuments(const SqlFiles& sqlFiles, const Meaning& meaning, const Texts& texts,
                        const std::vector<std::string>& seeds) {
  Solution solution;
  for (const auto& path : seeds) {
    auto language = languageOf(path);
    if (language == "sql")
      sqlFiles.solve(path, solution);
    else
      solveDocument(path, language, meaning, texts, solution);
  }
  for (const auto& path : sqlFiles.dbt().solvedAnyway())
    if (!std::binary_search(seeds.begin(), seeds.end(), path)) sqlFiles.solve(path, solution);
  sqlFiles.dbt().solve(solution);
  return solution;
}

Solution solve(const Program& program, const Meaning& meaning, const Texts& texts, const RewriteLimits& limits,
               const Spellings& spellings, const SqlFiles& sqlFiles, Solution solution) {
  solveTyped(program, meaning, texts, solution);
  const auto derived = solveDerived(program, meaning, texts, solution);
  if (meaning.hasKeyed()) solveKeyed(program, meaning, texts, limits, &sqlFiles, solution);
  solveStringized(program, texts, derived, solution);
  solveRules(program, meaning.migration(), spellings, texts, solution);
  return solution;
}

// A file that can't be read as text but holds an old name may need an edit that nobody makes.
std::vector<Hazard> hazardsOfSkipped(const Texts& texts, const Spellings& spellings, const FileSystem& tree) {
  Needles needles(spellings);
  std::vector<Hazard> hazards;
  for (const auto& file : texts.skipped()) {
    if (!file.why.starts_with("not UTF-8") && !file.why.starts_with("huge")) continue;
    auto text = tree.read(file.path);
    if (!text || !needles.in(*text)) continue;
    hazards.push_back(
        {"not-looked-into", file.path, {}, fmt::format("it holds an old name, and is not looked into: {}", file.why)});
  }
  return hazards;
}

// The files that rules are matched in, with the sources that may include one of them.
void lowerForRules(const std::vector<std::string>& files, Lowering& lowering, Program& program) {
  std::set<Need> needs;
  for (const auto& path : files)
    if (!isCppSource(path)) needs.insert({NeedKind::kIncluders, "cpp", path});
  lowering.lower(files, program);
  if (!needs.empty()) lowering.lowerNeeds(needs, program);
}

// C++ that holds an old name and that nobody could parse: a definition can't change under it.
std::string unseenCpp(const Texts& texts, const Spellings& spellings, const Lowering& lowering) {
  const auto names = oldNames(spellings);
  for (const auto& path : lowering.unparsed()) {
    const auto* source = texts.find(path);
    if (source == nullptr || source->nature != FileNature::kCode) continue;
    if (holdsOneOf(names, source->text))
      return path + " holds an old name and could not be parsed, so not every use is known";
  }
  return "";
}

// Rounds ran out before the set of callers and writers was closed: no flow is proved.
void listFlowDemands(Solution& solution) {
  for (auto& demand : solution.demands) {
    auto language = languageOf(demand.span.file);
    bool query = demand.tier == Tier::kScope && (language == "cpp" || language == "python");
    if (demand.stance != Stance::kReplace || (demand.tier != Tier::kFlow && !query)) continue;
    demand.stance = Stance::kOpen;
    demand.claimed = demand.blocks = true;
    demand.reason = "not every caller and writer could be looked at";
  }
}

// Before anything is built.
Status addCertificate(const RewriteParts& parts, Rewrite& out) {
  auto changed = changedFiles(out, parts.tree);
  if (!changed) {  // whoever writes it is told so
    setCertificate(out, {.grade = CertificateGrade::kNone, .why = changed.error().message, .difference = {}});
    return {};
  }
  GANDER_TRY(auto certificate, certify(out, {parts.migration, parts.library, parts.tree, *changed}));
  setCertificate(out, std::move(certificate));
  return {};
}

}  // namespace

std::string_view toString(Tier tier) {
  switch (tier) {
    case Tier::kType: return "type";
    case Tier::kScope: return "scope";
    case Tier::kFlow: return "flow";
    case Tier::kRule: return "rule";
    case Tier::kShape: return "shape";
    case Tier::kName: return "name";
  }
  return "name";
}

std::string_view toString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEdited: return "edited";
    case Verdict::kOther: return "other";
    case Verdict::kProse: return "prose";
    case Verdict::kGenerated: return "generated";
    case Verdict::kListed: return "listed";
    case Verdict::kUnreached: return "unreached";
  }
  return "unreached";
}

uint64_t Ledger::count(Verdict verdict) const {
  return static_cast<uint64_t>(std::count_if(entries.begin(), entries.end(),
                                             [&](const LedgerEntry& entry) { return entry.verdict == verdict; }));
}

Status checkMigration(const rules::Migration& migration) { return checkDefinitionQueries(migration); }

Result<bool> mentions(const rules::Migration& migration, const rules::Library& library, const FileSystem& tree,
                      const RewriteLimits& limits) {
  auto spellings = makeSpellings(migration, library);
  Needles needles(spellings);
  const auto& rules = migration.rules;
  GANDER_TRY(auto entries, tree.list());
  for (const auto& entry : entries) {
    if (entry.kind != FileKind::kRegular || entry.size > limits.fileBytes) continue;
    GANDER_TRY(auto text, tree.read(entry.path));
    if (needles.in(text) || concernsRules(rules, entry.path, text)) return true;
  }
  return false;
}

Result<Rewrite> rewrite(const RewriteParts& parts, const RewriteLimits& limits) {
  GANDER_CHECK(checkMigration(parts.migration));
  if (parts.cpp != nullptr) GANDER_CHECK(checkRules(parts.migration, *parts.cpp));
  GANDER_TRY(auto texts, Texts::load(parts.tree, limits));
  auto spellings = makeSpellings(parts.migration, parts.library);
  Meaning meaning(parts.migration, parts.library);
  auto seeds = seedsOf(texts, spellings);
  if (namesFieldsByText(meaning, texts, seeds)) meaning.followTexts();

  Lowering lowering(texts, spellings, meaning, parts.cpp);
  Program program;
  lowering.lower(toLower(texts, spellings, seeds), program);
  const auto ruled = filesOfRules(parts.migration.rules, texts);
  lowerForRules(ruled, lowering, program);
  SqlFiles sqlFiles(meaning, texts);
  const auto documents = solveDocuments(sqlFiles, meaning, texts, seeds);
  auto solution = solve(program, meaning, texts, limits, spellings, sqlFiles, documents);
  bool closed = false;
  for (int round = 0; round < limits.rounds && !closed; ++round) {
    closed = !lowering.lowerNeeds(solution.needs, program) && !lowering.lowerBranches(program);
    if (!closed) solution = solve(program, meaning, texts, limits, spellings, sqlFiles, documents);
  }

  Rewrite out;
  out.hazards = hazardsOfSkipped(texts, spellings, parts.tree);
  for (auto& hazard : hazardsOfModels(program, parts.library)) out.hazards.push_back(std::move(hazard));
  for (auto& hazard : hazardsOfRules(program, parts.migration, texts, ruled, lowering.unparsed()))
    out.hazards.push_back(std::move(hazard));
  if (!closed) listFlowDemands(solution);
  solveInactive(lowering.inactive(), spellings, texts, solution);
  listCaptures(program, meaning, texts, solution);
  auto replaced = fileActions(parts.migration, texts);
  ProtoTree protos(texts, parts.migration);
  solveDefinitions({meaning, texts, protos, replaced, unseenCpp(texts, spellings, lowering)}, solution);
  joinRules(parts.migration, solution);
  auto verdicts = decide(meaning, texts, std::move(solution), std::move(replaced));
  out.ledger = makeLedger({parts.migration, spellings, texts, lowering, meaning.hasTyped("cpp")}, verdicts);
  out.edits = std::move(verdicts.edits);
  out.listed = std::move(verdicts.listed);
  out.hazards.insert(out.hazards.end(), verdicts.hazards.begin(), verdicts.hazards.end());
  out.files = std::move(verdicts.files);
  out.incomplete = verdicts.incomplete;
  out.gaps = lowering.gaps();
  out.skipped = texts.skipped();
  for (const auto& unit : program.units())
    if (unit.language == "cpp") std::ranges::copy(unit.reads, std::back_inserter(out.cppUnits[unit.file]));
  GANDER_CHECK(addCertificate(parts, out));
  out.digest = Digest().add(kEngineVersion).add(parts.migration.digest).add(parts.library.digest).hex();
  return out;
}

}  // namespace gander::rewriter
