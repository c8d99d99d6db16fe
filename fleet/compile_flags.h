// The flags of a repository's compile command that our parser is given. Flags are code: they load plugins, name programs and
// read further flags from files. So only what is known to be harmless is let through, and what may matter is told when it is not.
//
//   Before: ccache /opt/gcc/bin/g++ -Iinclude -O2 -fplugin=./x.so -Wall -c -o a.o a.cpp
//   After:  clang++ -Iinclude -O2 -Wall                 left out: -fplugin=./x.so
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander::fleet {

struct FilteredFlags {
  std::vector<std::string> arguments;  // the compiler's name ("clang" or "clang++"), then flags; no input and no output
  std::vector<std::string> dropped;    // left out although they may change what the code means
};

FilteredFlags filterFlags(const std::vector<std::string>& command);

// Splits a command line as a POSIX shell does: quotes and backslashes, but no variables, globs or substitutions.
std::vector<std::string> splitCommandLine(std::string_view line);

}  // namespace gander::fleet
