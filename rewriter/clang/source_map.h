// Where Clang's locations stand in the tree.
//
// A token has two places: where it is written (its spelling, maybe in a macro's body or argument) and where it takes effect
// (its expansion). gander edits what is written, so places here are spellings wherever there is one.
#pragma once

#include <clang/Basic/LangOptions.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/StringMap.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

// An identifier as it is written.
struct WrittenToken {
  Span span;
  std::string text;
  std::string macro;                 // the macro whose body holds the token, or empty
  bool pasted = false;               // made by ##, the span covers the whole expansion
  std::vector<std::string> through;  // the macros by which it takes effect, from the inside out
};

class SourceMap {
 public:
  // `root`: the tree's root, as a path of this machine.
  SourceMap(const clang::SourceManager& sources, const clang::LangOptions& language, std::string_view root);

  struct File {
    std::string path;  // relative to the root if it is in the tree, else as the machine knows it; empty: not a file
    bool inTree = false;
    bool own = false;  // in the tree, and not made by a build or a generator
  };
  const File& file(clang::FileID id) const;
  // The file that a path of the machine names.
  File classify(llvm::StringRef path) const;

  // Whether protobuf's compiler made a file.
  static bool isProtobuf(std::string_view path);

  // A text that may hold paths of the tree's files, with these relative to the root.
  std::string withoutRoot(std::string text) const;

  // Whether what takes effect at a location stands in one of the repository's own files.
  bool isOwn(clang::SourceLocation location) const;

  // The token at a location, if it is written in an own file.
  std::optional<WrittenToken> token(clang::SourceLocation location) const;
  // The same of a token in any file, unless a macro pastes it together: `lu` of PRIu64.
  std::optional<WrittenToken> foreignToken(clang::SourceLocation location) const;
  // Where a token is written, in any file; an empty file name where it is nowhere.
  Span place(clang::SourceLocation location) const;
  // The bytes of an expression: as written if it is written in one piece, else of the expansion that it comes from.
  Span range(clang::SourceRange range) const;

  const clang::SourceManager& sources() const { return sources_; }
  const clang::LangOptions& language() const { return language_; }

  // The own files that were met, and the other files of the tree that no build made.
  std::vector<std::string> reads() const;

 private:
  struct Spelling {
    clang::SourceLocation location;  // of a file, or of the scratch buffer
    std::string macro;
    bool pasted = false;
  };
  Spelling spell(clang::SourceLocation location) const;
  // The files are asked for through Clang's file system, so that what is asked of them is known.
  llvm::vfs::FileSystem& files() const { return sources_.getFileManager().getVirtualFileSystem(); }
  std::string realPath(llvm::StringRef path) const;
  std::string canonicalPath(llvm::StringRef path) const;
  bool isBuildFolder(llvm::StringRef folder) const;
  Span expansion(clang::SourceLocation location) const;
  Span fileRange(clang::SourceLocation begin, clang::SourceLocation end) const;

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  std::string given_;  // the root as it was given
  std::string root_;   // canonical; both without a slash at the end
  mutable std::map<clang::FileID, File> files_;
  mutable llvm::StringMap<std::string> folders_;  // as written -> canonical
  mutable llvm::StringMap<bool> builds_;
};

}  // namespace gander::rewriter
