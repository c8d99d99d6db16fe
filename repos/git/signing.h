// Signatures of commits with an SSH key, as git makes and verifies them with gpg.format=ssh.
#pragma once

#include <string>

#include "base/error.h"
#include "repos/remote_access.h"

namespace gander::repos {

// The armoured signature, without the last line end.
Result<std::string> signText(const Signing& signing, const std::string& text);

}  // namespace gander::repos
