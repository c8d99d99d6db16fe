// New text in the place of a literal's bytes: what is written is read back as meant.
#include "rewriter/solve/escape.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// The literal pieces of a Python file, in their order.
std::vector<LiteralPiece> piecesOf(const std::string& source) {
  LoweringContext context({"a.py"});
  std::vector<LiteralPiece> pieces;
  for (const auto& function : lowerPython("a.py", source, context, {}).functions)
    for (const auto& fact : function.facts) pieces.insert(pieces.end(), fact.text.begin(), fact.text.end());
  return pieces;
}

// `old` in the file's only literal becomes `now`; "-" where it can't be written.
std::string rewritten(const std::string& source, const std::string& old, const std::string& now, char holes = 0) {
  auto pieces = piecesOf(source);
  if (pieces.size() != 1) return "not one literal";
  const auto& piece = pieces[0];
  size_t at = piece.value.find(old);
  if (at == std::string::npos) return "not there";
  auto written = escapeForLiteral({&piece, at, at + old.size(), holes}, "python", source, now);
  if (!written) return "-";
  auto begin = piece.offsetOf(at);
  return source.substr(0, begin) + *written + source.substr(piece.offsetOf(at + old.size()));
}

TEST(EscapeTest, PythonsLiterals) {
  EXPECT_EQ(rewritten(R"(x = "a old b")", "old", R"("new")"), R"(x = "a \"new\" b")");
  EXPECT_EQ(rewritten(R"(x = 'a old b')", "old", R"("new")"), R"(x = 'a "new" b')");
  EXPECT_EQ(rewritten(R"(x = 'a old b')", "old", R"(n\'w)"), R"(x = 'a n\\\'w b')");
  EXPECT_EQ(rewritten(R"(x = """a old b""")", "old", R"("new")"), R"(x = """a "new" b""")");
  EXPECT_EQ(rewritten(R"(x = """a old""")", "old", R"("new")"), R"(x = """a \"new\"""")");
  EXPECT_EQ(rewritten(R"(x = r"a old b")", "old", R"("new")"), "-");
  EXPECT_EQ(rewritten(R"(x = r'a old b')", "old", R"("new")"), R"(x = r'a "new" b')");
  EXPECT_EQ(rewritten(R"(x = f"a old b")", "old", "{n}"), R"(x = f"a {{n}} b")");
  EXPECT_EQ(rewritten(R"(x = "a old %s")", "old", "100%", '%'), R"(x = "a 100%% %s")");
  EXPECT_EQ(rewritten(R"(x = "a old {}")", "old", "{n}", '{'), R"(x = "a {{n}} {}")");
  EXPECT_EQ(rewritten(R"(x = b"a old")", "old", "n\xC3\xA9w"), "-");
  EXPECT_EQ(rewritten(R"(x = "\x41old")", "old", "dew"), R"(x = "\x41dew")");
}

std::string rewrittenCpp(const LiteralPiece& piece, const std::string& source, size_t begin, size_t end,
                         const std::string& now) {
  auto written = escapeForLiteral({&piece, begin, end, 0}, "cpp", source, now);
  if (!written) return "-";
  return source.substr(0, piece.offsetOf(begin)) + *written + source.substr(piece.offsetOf(end));
}

TEST(EscapeTest, CppsLiterals) {
  std::string source = R"(x("a old");)";
  LiteralPiece plain{.value = "a old", .span = {"a.cpp", {3, 8}}};
  EXPECT_EQ(rewrittenCpp(plain, source, 2, 5, R"("new")"), R"(x("a \"new\"");)");
  source = "x(R\"s(a old)s\");";
  LiteralPiece raw{.value = "a old", .span = {"a.cpp", {6, 11}}, .raw = true};
  EXPECT_EQ(rewrittenCpp(raw, source, 2, 5, R"("new")"), "x(R\"s(a \"new\")s\");");
  EXPECT_EQ(rewrittenCpp(raw, source, 2, 5, ")s\""), "-");
  source = R"(x("\x20old");)";
  LiteralPiece hex{.value = " old", .span = {"a.cpp", {3, 10}}, .offsets = {3, 7, 8, 9, 10}};
  EXPECT_EQ(rewrittenCpp(hex, source, 1, 4, "dew"), "-");  // \x20de is another character
  EXPECT_EQ(rewrittenCpp(hex, source, 1, 4, "new"), R"(x("\x20new");)");
  source = "X(a old)";
  LiteralPiece bare{.value = "a old", .span = {"a.cpp", {2, 7}}, .raw = true, .quote = '\0'};
  EXPECT_EQ(rewrittenCpp(bare, source, 2, 5, "new"), "X(a new)");
  EXPECT_EQ(rewrittenCpp(bare, source, 2, 5, R"("new")"), "-");
}

// Whatever stands around, what is read back is the text with the new name in it.
TEST(EscapeTest, IsReadBackAsMeant) {
  std::mt19937 random(7);
  auto any = [&](const std::vector<std::string>& parts, size_t most) {
    std::string out;
    for (size_t count = random() % (most + 1); count > 0; --count) out += parts[random() % parts.size()];
    return out;
  };
  const std::vector<std::string> source = {"a", " ", "\\n", "\\\\", "\\x41", "\\'", "\\\"", "\\u00e9", "%", "z", "."};
  const std::vector<std::string> text = {"a", "\"", "'", "\\", "{", "}", "9", "%", "\n", "f"};
  int written = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string prefix = std::vector<std::string>{"", "f", "r", "rf"}[random() % 4];
    const std::string quote = std::vector<std::string>{"\"", "'", "\"\"\"", "'''"}[random() % 4];
    bool raw = prefix.contains('r');
    auto before = raw ? any({"a", " ", "."}, 4) : any(source, 4);
    auto behind = raw ? any({"a", " ", "."}, 4) : any(source, 4);
    auto file = "x = " + prefix + quote + before + "OLD" + behind + quote + "\n";
    auto now = any(text, 5);
    auto old = piecesOf(file);
    ASSERT_EQ(old.size(), 1U) << file;
    auto meant = old[0].value;
    meant.replace(meant.find("OLD"), 3, now);
    auto result = rewritten(file, "OLD", now);
    if (result == "-") {
      EXPECT_TRUE(raw) << file << now;
      continue;
    }
    ++written;
    auto read = piecesOf(result);
    std::string value;
    for (const auto& piece : read) value += piece.value;
    EXPECT_EQ(value, meant) << file << " -> " << result;
  }
  EXPECT_GT(written, 2500);
}

}  // namespace
}  // namespace gander::rewriter
