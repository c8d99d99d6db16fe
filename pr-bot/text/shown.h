// Text of unknown origin as characters that show as what they are. Private to pr-bot/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gander::prbot {

// Takes one character off the front of valid UTF-8 that is not empty.
std::string_view takeSequence(std::string_view& text);

// One character as it is shown: a blank for control characters and separators of lines, "[U+202E]" for what turns the direction of
// writing or can't be seen, else itself.
std::string shownSequence(std::string_view sequence);

// A program's output as a terminal would leave it: without escape sequences, in lines of shown characters, of at most `limit` bytes
// each and without blanks at their ends. A carriage return ends a line.
std::vector<std::string> terminalLines(std::string_view text, size_t limit);

}  // namespace gander::prbot
