// Base64, RFC 4648.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gander::prbot {

std::string encodeBase64(std::string_view bytes);                // section 4, padded
std::string encodeBase64Url(std::string_view bytes);             // section 5, without padding, as a JWT has it
std::optional<std::string> decodeBase64(std::string_view text);  // of section 4; nothing for what is none, or empty

}  // namespace gander::prbot
