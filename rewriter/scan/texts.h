// The files of a tree that can be looked into, each read once; and what kind of file each is.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/file_system.h"
#include "rewriter/rewrite.h"

namespace gander::rewriter {

enum class FileNature {
  kCode,       // source, configuration, data: what may be edited
  kDocument,   // prose: Markdown, plain text
  kHistory,    // what has happened: changelogs, schema migrations that have run
  kGenerated,  // made by a program, or somebody else's: generated code, vendored folders
};

struct SourceText {
  std::string text;
  LineIndex lines{""};
  FileNature nature = FileNature::kCode;
  std::string natureReason;
};

class Texts {
 public:
  // Reads every regular file once; what is not text is recorded and left out.
  static Result<Texts> load(const FileSystem& tree, const RewriteLimits& limits);

  const SourceText* find(const std::string& path) const;
  const std::map<std::string, SourceText>& all() const { return texts_; }
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  const std::vector<std::string>& paths() const { return paths_; }

  Position positionOf(const Span& span) const;
  std::string_view slice(const Span& span) const;
  std::string lineOf(const Span& span) const;  // the first line of a span, trimmed

 private:
  void markSeries();
  std::map<std::string, SourceText> texts_;
  std::vector<SkippedFile> skipped_;
  std::vector<std::string> paths_;
};

// Why a file's bytes are not looked into, or empty: binary (a NUL in its first 8,000 bytes), not UTF-8, an LFS pointer.
std::string whyNotText(std::string_view text);

// Told by the path and the file's first lines.
FileNature natureOf(std::string_view path, std::string_view text, std::string* reason);

}  // namespace gander::rewriter
