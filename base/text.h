// Small questions about bytes of text that several parts ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander {

// A letter, digit or '_' of ASCII, or any byte of a multi-byte UTF-8 sequence: what makes a name longer.
bool isWordByte(char c);
bool isValidUtf8(std::string_view text);
std::string toValidUtf8(std::string_view text);  // each byte that is part of no sequence becomes U+FFFD
std::string toLowerAscii(std::string_view text);
std::string_view trimmed(std::string_view text);             // without blanks, tabs and line ends around it
std::vector<std::string> splitLines(std::string_view text);  // without their line ends
std::vector<std::string> split(std::string_view text, char separator);
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);

// Matches '*' (no '/'), '**' (anything) and '?' against a whole path: "third_party/**", "**/CHANGELOG*".
bool globMatches(std::string_view pattern, std::string_view path);

// The candidate nearest to a mistyped name, if one is near enough to be meant; else empty.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

// An URL without the user and password it may carry: "https://u:p@host/x" -> "https://host/x".
std::string withoutCredentials(std::string_view url);

}  // namespace gander
