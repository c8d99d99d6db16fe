#include "rewriter/facts/cbor_check.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace gander::rewriter {
namespace {

// RFC 8949, section 3: three bits of major type, five bits that are the argument or say how many bytes it has.
struct Head {
  uint8_t major = 0;
  uint64_t argument = 0;
};

std::optional<Head> readHead(std::string_view bytes, size_t& at) {
  const auto first = static_cast<uint8_t>(bytes[at++]);
  Head head{.major = static_cast<uint8_t>(first >> 5), .argument = static_cast<uint64_t>(first & 31)};
  if (head.argument < 24) return head;
  if (head.argument > 27) return std::nullopt;
  const size_t width = size_t{1} << (head.argument - 24);
  if (bytes.size() - at < width) return std::nullopt;
  head.argument = 0;
  for (size_t i = 0; i < width; ++i) head.argument = head.argument << 8 | static_cast<uint8_t>(bytes[at++]);
  return head;
}

constexpr uint8_t kText = 3;
constexpr uint8_t kArray = 4;
constexpr uint8_t kMap = 5;
constexpr uint8_t kSimple = 7;
constexpr uint64_t kFalse = 20;
constexpr uint64_t kTrue = 21;

bool isScalar(const Head& head) {
  return head.major <= 1 || (head.major == kSimple && (head.argument == kFalse || head.argument == kTrue));
}

}  // namespace

Status checkCbor(std::string_view bytes, size_t depth) {
  const auto corrupt = [](size_t at) {
    return fail(ErrorKind::kCorrupt, fmt::format("unreadable data at byte {}", at));
  };
  std::vector<uint64_t> missing{1};  // items that are still to come, on each level
  size_t at = 0;
  while (!missing.empty()) {
    if (missing.back() == 0) {
      missing.pop_back();
      continue;
    }
    --missing.back();
    if (at >= bytes.size()) return corrupt(at);
    const auto head = readHead(bytes, at);
    if (!head) return corrupt(at);
    const uint64_t left = bytes.size() - at;
    if (head->major == kText && head->argument <= left) {
      at += head->argument;
    } else if ((head->major == kArray || head->major == kMap) && head->argument <= left && missing.size() <= depth) {
      missing.push_back(head->major == kMap ? head->argument * 2 : head->argument);
    } else if (!isScalar(*head)) {
      return corrupt(at);
    }
  }
  if (at != bytes.size()) return corrupt(at);
  return {};
}

}  // namespace gander::rewriter
