#include "rewriter/definitions/proto_unread.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"
#include "rewriter/definitions/proto_enums.h"
#include "rewriter/definitions/proto_places.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

using Name = std::vector<std::string>;  // part by part

// Names by which a file may speak of what changes: of a package all of it, of a type its last part, and of what is in that the names
// that no file which was read defines.
std::set<Name> namesOf(const DefinitionParts& parts, size_t index, const rules::Reference& reference) {
  const bool moves = reference.old != reference.now;
  if (reference.kind == rules::ReferenceKind::kPackage)
    return moves ? std::set{split(reference.old, '.')} : std::set<Name>();
  const auto& dataset = parts.meaning.dataset(index);
  std::set<Name> names{{lastPart(reference.old)}};
  for (const auto& change : dataset.changes) {
    bool known = false;
    if (change.kind == rules::ChangeKind::kEnumValue)
      known = std::ranges::any_of(parts.protos.enumsBeside(reference.old, enumName(dataset, change)),
                                  [&](const std::string& full) { return parts.protos.definesType(full); });
    else
      known = !parts.protos.ownerOf(reference.old, change.field).empty();
    if (!known) names.insert({lastPart(change.field)});
  }
  return names;
}

std::optional<ByteRange> findAny(std::string_view text, const std::set<Name>& names) {
  const auto words = identifiersIn(text, {0, static_cast<uint32_t>(text.size())});
  auto isAt = [&](size_t at, const Name& name) {
    if (at + name.size() > words.size()) return false;
    for (size_t i = 0; i < name.size(); ++i)
      if (text.substr(words[at + i].begin, words[at + i].size()) != name[i]) return false;
    return true;
  };
  for (size_t at = 0; at < words.size(); ++at)
    for (const auto& name : names)
      if (isAt(at, name)) return ByteRange{words[at].begin, words[at + name.size() - 1].end};
  return std::nullopt;
}

}  // namespace

void tellUnread(const DefinitionParts& parts, DefinitionScribe& scribe, size_t dataset,
                const rules::Reference& reference) {
  const auto names = namesOf(parts, dataset, reference);
  for (const auto& source : parts.protos.sources()) {
    if (source.problem.empty() || scribe.isLeftAlone(source.path)) continue;
    auto mention = findAny(parts.texts.find(source.path)->text, names);
    if (!mention) continue;
    Defined defined{dataset, {source.path, *mention}, "what this file may say of " + reference.old};
    const bool edited =
        reference.old != reference.now || editsDefinition(parts.meaning.migration(), dataset, source.path);
    scribe.hazard("definition-not-read", defined.name,
                  fmt::format("{}: what this file says of {} is not known{}", source.problem, reference.old,
                              edited ? ", and what hangs together with it is not edited" : ""));
    scribe.list(defined, *mention, referenceId(parts.meaning.dataset(dataset), reference),
                fmt::format("this file could not be read: {}", source.problem), edited);
  }
}

}  // namespace gander::rewriter
