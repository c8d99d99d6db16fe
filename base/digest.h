// SHA-256, for the identity of inputs (never for secrets).
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace gander {

// Feeds parts one after another; each part is framed by its length, so that ("ab", "c") and ("a", "bc") differ.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  Digest& add(std::string_view part);
  std::string hex();  // 64 lower-case digits; ends the digest

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The plain SHA-256 of one text, as sha256sum prints it.
std::string sha256(std::string_view text);

}  // namespace gander
