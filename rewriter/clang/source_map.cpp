#include "rewriter/clang/source_map.h"

#include <clang/Basic/FileEntry.h>
#include <clang/Lex/Lexer.h>
#include <llvm/Support/Path.h>

#include "base/text.h"

namespace gander::rewriter {

namespace path = llvm::sys::path;
using clang::CharSourceRange;
using clang::FileID;
using clang::Lexer;
using clang::SourceLocation;
using llvm::StringRef;

std::string SourceMap::realPath(StringRef name) const {
  llvm::SmallString<256> real;
  if (files().getRealPath(name, real)) return name.str();
  return real.str().str();
}

SourceMap::SourceMap(const clang::SourceManager& sources, const clang::LangOptions& language, std::string_view root)
    : sources_(sources), language_(language), given_(root), root_(realPath(root)) {
  while (given_.ends_with('/')) given_.pop_back();
  while (root_.ends_with('/')) root_.pop_back();
}

std::string SourceMap::withoutRoot(std::string text) const {
  if (text.contains(given_)) text = replaceAll(text, given_ + "/", "");
  return text.contains(root_) ? replaceAll(text, root_ + "/", "") : text;
}

// Folders are resolved once each: a unit reads a thousand headers from some fifty of them.
std::string SourceMap::canonicalPath(StringRef name) const {
  llvm::SmallString<256> absolute(name);
  auto& manager = sources_.getFileManager();
  manager.makeAbsolutePath(absolute);
  auto [known, fresh] = folders_.try_emplace(path::parent_path(absolute));
  if (fresh) known->second = realPath(path::parent_path(absolute));
  llvm::SmallString<256> joined(known->second);
  path::append(joined, path::filename(absolute));
  if (StringRef(joined).starts_with(root_)) return realPath(joined);  // the file itself may be a link
  return joined.str().str();
}

bool SourceMap::isBuildFolder(StringRef folder) const {
  if (folder.size() <= root_.size()) return false;  // a build in the root itself: its sources stand there too
  auto [known, fresh] = builds_.try_emplace(folder);
  if (!fresh) return known->second;
  llvm::SmallString<256> cache(folder);
  path::append(cache, "CMakeCache.txt");
  const bool build = files().exists(cache) || isBuildFolder(path::parent_path(folder));
  builds_[folder] = build;
  return build;
}

bool SourceMap::isProtobuf(std::string_view path) { return path.ends_with(".pb.h") || path.ends_with(".pb.cc"); }

SourceMap::File SourceMap::classify(StringRef name) const {
  File file{canonicalPath(name), false, false};
  const StringRef full = file.path;
  if (!full.starts_with(root_ + "/")) return file;
  const bool build = isBuildFolder(path::parent_path(full));
  file.inTree = true;
  file.own = !build && !isProtobuf(full);
  file.path = full.substr(root_.size() + 1).str();
  return file;
}

const SourceMap::File& SourceMap::file(FileID id) const {
  auto [known, fresh] = files_.try_emplace(id);
  if (!fresh) return known->second;
  const auto entry = sources_.getFileEntryRefForID(id);
  if (entry) known->second = classify(entry->getName());
  return known->second;
}

bool SourceMap::isOwn(SourceLocation location) const {
  if (location.isInvalid()) return false;
  return file(sources_.getFileID(sources_.getExpansionLoc(location))).own;
}

// Follows a token through macro arguments down to where somebody wrote it.
//   #define GET(row, name) row.name()      GET(play, user_name)  ->  `user_name` of the call, macro ""
//   #define NAME(row) row.user_name()      NAME(play)            ->  `user_name` of the definition, macro "NAME"
SourceMap::Spelling SourceMap::spell(SourceLocation location) const {
  Spelling spelling;
  while (location.isMacroID()) {
    if (!sources_.isMacroArgExpansion(location)) {
      spelling.macro = Lexer::getImmediateMacroName(location, sources_, language_).str();
    } else {
      spelling.macro.clear();
    }
    location = sources_.getImmediateSpellingLoc(location);
  }
  spelling.location = location;
  spelling.pasted = sources_.isWrittenInScratchSpace(location);
  return spelling;
}

Span SourceMap::fileRange(SourceLocation begin, SourceLocation end) const {
  const auto [beginFile, beginOffset] = sources_.getDecomposedLoc(begin);
  const auto [endFile, endOffset] = sources_.getDecomposedLoc(end);
  const File& where = file(beginFile);
  if (where.path.empty() || beginFile != endFile || endOffset < beginOffset) return {};
  const unsigned length = Lexer::MeasureTokenLength(end, sources_, language_);
  return {where.path, {beginOffset, endOffset + length}};
}

Span SourceMap::expansion(SourceLocation location) const {
  const CharSourceRange whole = sources_.getExpansionRange(location);
  if (whole.isTokenRange()) return fileRange(whole.getBegin(), whole.getEnd());
  Span span = fileRange(whole.getBegin(), whole.getBegin());
  if (!span.file.empty()) span.range.end = sources_.getFileOffset(whole.getEnd());
  return span;
}

std::optional<WrittenToken> SourceMap::token(SourceLocation location) const {
  if (location.isInvalid()) return std::nullopt;
  const Spelling spelling = spell(location);
  const SourceLocation effect = spelling.pasted ? sources_.getExpansionLoc(location) : spelling.location;
  if (!file(sources_.getFileID(effect)).own) return std::nullopt;
  const unsigned length = Lexer::MeasureTokenLength(spelling.location, sources_, language_);
  WrittenToken token;
  token.span = spelling.pasted ? expansion(location) : fileRange(spelling.location, spelling.location);
  token.text = std::string(sources_.getCharacterData(spelling.location), length);
  token.pasted = spelling.pasted;
  for (auto at = location; at.isMacroID(); at = sources_.getImmediateMacroCallerLoc(at)) {
    token.through.push_back(Lexer::getImmediateMacroName(at, sources_, language_).str());
  }
  if (!spelling.pasted) token.macro = spelling.macro;
  return token;
}

std::optional<WrittenToken> SourceMap::foreignToken(SourceLocation location) const {
  if (location.isInvalid()) return std::nullopt;
  const Spelling spelling = spell(location);
  WrittenToken token;
  token.span = fileRange(spelling.location, spelling.location);
  if (spelling.pasted || token.span.file.empty()) return std::nullopt;
  const unsigned length = Lexer::MeasureTokenLength(spelling.location, sources_, language_);
  token.text = std::string(sources_.getCharacterData(spelling.location), length);
  token.macro = spelling.macro;
  return token;
}

Span SourceMap::place(SourceLocation location) const {
  if (location.isInvalid()) return {};
  const Spelling spelling = spell(location);
  Span span = spelling.pasted ? Span{} : fileRange(spelling.location, spelling.location);
  return span.file.empty() ? expansion(location) : span;
}

Span SourceMap::range(clang::SourceRange range) const {
  if (range.isInvalid()) return {};
  const auto written = Lexer::makeFileCharRange(CharSourceRange::getTokenRange(range), sources_, language_);
  if (written.isValid()) {
    Span span = fileRange(written.getBegin(), written.getBegin());
    if (!span.file.empty()) span.range.end = sources_.getFileOffset(written.getEnd());
    return span;
  }
  const Spelling begin = spell(range.getBegin());
  const Spelling end = spell(range.getEnd());
  if (begin.pasted || end.pasted || begin.macro != end.macro) return expansion(range.getBegin());
  const Span span = fileRange(begin.location, end.location);
  return span.file.empty() ? expansion(range.getBegin()) : span;
}

std::vector<std::string> SourceMap::reads() const {
  std::set<std::string> paths;
  for (auto entry = sources_.fileinfo_begin(); entry != sources_.fileinfo_end(); ++entry) {
    const File found = classify(entry->first.getName());
    if (found.inTree && !isBuildFolder(path::parent_path(root_ + "/" + found.path))) paths.insert(found.path);
  }
  return {paths.begin(), paths.end()};
}

}  // namespace gander::rewriter
