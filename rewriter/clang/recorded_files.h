// The files of the machine, with a note of everything that was asked of them: what a parse rests on.
//
// A file that was read comes with its size and time, so that whoever takes its digest later can tell that it is still the one that
// was read. What was looked for and not there is noted too: a header that appears earlier in the search path changes the parse.
#pragma once

#include <llvm/Support/VirtualFileSystem.h>

#include <map>
#include <string>
#include <vector>

#include "rewriter/facts/inputs.h"

namespace gander::rewriter {

class RecordedFiles final : public llvm::vfs::ProxyFileSystem {
 public:
  explicit RecordedFiles(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> below) : ProxyFileSystem(std::move(below)) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine& path) override;
  bool exists(const llvm::Twine& path) override { return static_cast<bool>(status(path)); }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine& path) override;
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine& folder, std::error_code& error) override;
  std::error_code getRealPath(const llvm::Twine& path, llvm::SmallVectorImpl<char>& output) override;

  // Sorted by path and kind; with the programs and libraries that this process runs.
  std::vector<Input> inputs() const;

 private:
  std::string absolute(const llvm::Twine& path) const;
  void record(const llvm::Twine& path, const llvm::ErrorOr<llvm::vfs::Status>& status, InputKind file);

  std::map<std::string, Input> seen_;      // by absolute path
  std::map<std::string, Input> listings_;  // folders whose entries were looked through
  std::map<std::string, Input> links_;     // paths that were resolved
};

}  // namespace gander::rewriter
