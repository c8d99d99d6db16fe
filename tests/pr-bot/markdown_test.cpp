#include "pr-bot/markdown.h"

#include <gmock/gmock.h>

namespace gander::prbot {
namespace {

TEST(MarkdownTest, FencesCodeLongerThanItsBackticks) {
  EXPECT_EQ(codeSpan("a"), "`a`");
  EXPECT_EQ(codeSpan("a``b"), "```a``b```");
  EXPECT_EQ(codeSpan("`a"), "`` `a ``");
  EXPECT_EQ(codeSpan("a|b", Place::kTable), "`a\\|b`");
  EXPECT_EQ(codeSpan("a\nb"), "`a b`");
  EXPECT_EQ(codeSpan(" "), "(nothing)");
}

TEST(MarkdownTest, EscapesWhatWouldBeActive) {
  EXPECT_EQ(escapeMarkdown("see <b>@team</b> | `x`"), "see \\<b\\>@&#8203;team\\</b\\> \\| \\`x\\`");
  EXPECT_EQ(escapeMarkdown("1. x"), "1\\. x");
  EXPECT_EQ(escapeMarkdown("- x - y"), "\\- x - y");
  EXPECT_EQ(escapeMarkdown("at https://x, www.x"), "at https:&#8203;//x, www&#8203;.x");
  EXPECT_EQ(escapeMarkdown("fixes #12"), "fixes&#8203; \\#&#8203;12");
  EXPECT_EQ(escapeMarkdown("!3 ~bug %\"1.0\" &4 $5 50 % GH-6"),
            "\\!&#8203;3 \\~&#8203;bug %&#8203;\"1.0\" \\&&#8203;4 \\$&#8203;5 50 % GH-&#8203;6");
}

TEST(MarkdownTest, MakesOneCleanLine) {
  EXPECT_EQ(oneLine(" a \t\r\n b\x01"), "a b");
  EXPECT_EQ(oneLine("a\xE2\x80\xAE"
                    "b"),
            "a[U+202E]b");
  EXPECT_EQ(oneLine("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(oneLine("abcdef", 3), "abc…");
}

TEST(MarkdownTest, SpellsOutWhatCannotBeSeen) {
  EXPECT_EQ(oneLine("a\u200Bb\u2066c\uFEFF\U000E0041"), "a[U+200B]b[U+2066]c[U+FEFF][U+E0041]");
  EXPECT_EQ(oneLine(std::string_view("a\0b\u0085c\u2028d", 10)), "a b c d");
}

TEST(MarkdownTest, ClosesNoIssue) {
  EXPECT_EQ(codeSpan("// Closes #1"), "`// Closes\u200B #1`");
  EXPECT_EQ(codeSpan("fixed: issue acme/x#1"), "`fixed\u200B: issue acme/x#1`");
  EXPECT_EQ(plainLine("Resolves https://x/1 for @team"), "Resolves\u200B https://x/1 for @\u200Bteam");
  EXPECT_EQ(codeSpan("implements the plan"), "`implements the plan`");
}

TEST(MarkdownTest, ACodeBlockIsTheEndOfAProgramsOutput) {
  EXPECT_EQ(codeBlock("a\n\nb\tc \n\n"), "```text\n a\n\n b    c\n```\n");
  EXPECT_EQ(codeBlock("\x1B[1;31mred\x1B[0m \x1B]8;;http://evil\x1B\\link\x1B]8;;\a\r\n50%\r100%\x1B"),
            "```text\n red link\n 50%\n 100%\n```\n");
  EXPECT_EQ(codeBlock("```\n/approve\n````\n"), "`````text\n ```\n /approve\n ````\n`````\n");
  EXPECT_EQ(codeBlock("a\nb\nc\n", 2), "```text\n b\n c\n```\n");
  EXPECT_EQ(codeBlock("aaaa\nbbbb\n", 40, 8), "```text\n bbbb\n```\n");
  EXPECT_EQ(codeBlock(" \n\x1B[0m\n"), "");
}

TEST(MarkdownTest, ATablesCodeKeepsItsCell) {
  EXPECT_EQ(codeSpan("a\\|b", Place::kTable), "`a\\\u200B\\|b`");
  EXPECT_EQ(linkedCode("a", "https://x.example/a", Place::kTable), "[`a`](https://x.example/a)");
  EXPECT_EQ(linkedCode("a", "https://x.example/a|b"), "`a`");
}

TEST(MarkdownTest, LinksOnlyTheWeb) {
  EXPECT_EQ(link("Guide", "https://x.example/a?b=c"), "[Guide](https://x.example/a?b=c)");
  EXPECT_EQ(link("Guide", "javascript:x"), "Guide: `javascript:x`");
  EXPECT_EQ(link("Guide", "https://x)[y]("), "Guide: `https://x)[y](`");
}

}  // namespace
}  // namespace gander::prbot
