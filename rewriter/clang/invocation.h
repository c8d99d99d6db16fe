// From a compile command to Clang's own description of the work: syntax only, nothing loaded, nothing written.
#pragma once

#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "rewriter/cpp_parser.h"

namespace gander::rewriter {

// What Clang's driver is asked: the command without what it reads, writes and links, and with `file` as its only input.
std::vector<std::string> driverArguments(const CppCommand& command, const std::string& file,
                                         const std::string& resources);

// The folder of Clang's own headers.
Result<std::string> resourceFolder();

// kInvalid where the driver makes nothing of the command.
Result<std::shared_ptr<clang::CompilerInvocation>> makeInvocation(const CppCommand& command,
                                                                  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files,
                                                                  clang::DiagnosticConsumer& diagnostics);

}  // namespace gander::rewriter
