#include "pr-bot/commands.h"

#include <gmock/gmock.h>

#include <random>

#include "base/text.h"

namespace gander::prbot {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// The only command of a text.
Command only(std::string_view body) {
  auto all = commandsIn(body);
  EXPECT_EQ(all.size(), 1u) << body;
  return all.size() == 1 ? all.front() : Command{.typed = "none", .mistaken = "none"};
}

std::string mistake(std::string_view body) { return only(body).mistaken.value_or("no mistake"); }

TEST(CommandsTest, EachCommandIsRead) {
  for (const auto& [text, kind] :
       {std::pair("/gander retry", CommandKind::kRetry), std::pair("/gander regenerate", CommandKind::kRegenerate),
        std::pair("/gander rollback", CommandKind::kRollback), std::pair("/gander help", CommandKind::kHelp),
        std::pair("/gander", CommandKind::kHelp),
        std::pair("Hello!\r\n/gander\tRETRY \r\nThanks.", CommandKind::kRetry)}) {
    EXPECT_EQ(only(text).kind, kind) << text;
    EXPECT_FALSE(only(text).mistaken) << text;
  }
  const auto skip = only("/gander skip  this one is *frozen*, see #12 ");
  EXPECT_EQ(skip.kind, CommandKind::kSkip);
  EXPECT_EQ(skip.words, "this one is *frozen*, see #12");
  for (const auto* text : {"/gander explain src/a b.cpp:12", "/gander explain `src/a b.cpp:12`"}) {
    EXPECT_EQ(only(text).file, "src/a b.cpp") << text;
    EXPECT_EQ(only(text).line, 12u) << text;
  }
}

TEST(CommandsTest, ACloseHasItsReason) {
  for (const auto& [text, why, words] :
       {std::tuple("wrong-edit the view is another one", Decline::kWrongEdit, "the view is another one"),
        std::tuple("Wrong edit: line 7", Decline::kWrongEdit, "line 7"), std::tuple("not-now", Decline::kNotNow, ""),
        std::tuple("not_ours", Decline::kNotOurs, ""),
        std::tuple("done otherwise, in !7", Decline::kDoneOtherwise, "in !7")}) {
    const auto command = only(std::string("/gander declined ") + text);
    EXPECT_FALSE(command.mistaken) << text;
    EXPECT_EQ(command.kind, CommandKind::kDeclined);
    EXPECT_EQ(command.why, why) << text;
    EXPECT_EQ(command.words, words) << text;
  }
  EXPECT_THAT(mistake("/gander declined wrong-edits"), HasSubstr("`/gander declined wrong-edit`"));
  EXPECT_THAT(mistake("/gander declined"), HasSubstr("not-ours or done-otherwise"));
}

TEST(CommandsTest, AMistypedOneGetsTheNearest) {
  EXPECT_THAT(mistake("/gander retyr"), HasSubstr("`/gander retry`"));
  EXPECT_THAT(mistake("/gander regen"), Not(HasSubstr("retry")));
  EXPECT_THAT(mistake("/gander qqqqqqqqqqqqqq"), HasSubstr("`/gander help`"));
  EXPECT_THAT(mistake("/gander skip"), HasSubstr("needs a reason"));
  EXPECT_THAT(mistake("/gander retry the second one"), HasSubstr("no more words"));
  for (const auto* place : {"", "a.cpp", "a.cpp:", ":3", "a.cpp:0", "a.cpp:-3", "a.cpp:3x", "/etc/passwd:3", "../a:3",
                            "a/../../b:3", "a//b:3", "a.cpp:99999999999999999999999"})
    EXPECT_THAT(mistake(std::string("/gander explain ") + place), HasSubstr("needs a line of a file")) << place;
}

TEST(CommandsTest, OnlyWhatShowsAsItsAuthorsOwnWordsIsACommand) {
  for (const auto* text : {" /gander retry",
                           "Please /gander retry",
                           "`/gander retry`",
                           "/gander-bot retry",
                           "/ganderretry",
                           "\\/gander retry",
                           "> /gander retry",
                           ">/gander retry",
                           "> He said:\n/gander retry",
                           "> a\n> b\nc\n/gander retry",
                           "```\n/gander retry\n```",
                           "~~~sh\n/gander retry\n```\n/gander retry\n~~~",
                           "````\n```\n/gander retry\n````",
                           "  ```\n/gander retry\n  ```",
                           "```\n/gander retry",
                           "```\n/gander retry\n``` x\n/gander retry",
                           "<!--\n/gander retry\n-->",
                           "a <!-- b\n/gander retry\n-->",
                           "<pre>\n/gander retry\n</pre>",
                           "<PRE class=x>\n\n/gander retry\n</PRE>",
                           "<details><code>\n/gander retry\n</code>",
                           ">>>\n/gander retry\n\n/gander retry\n>>>"})
    EXPECT_THAT(commandsIn(text), IsEmpty()) << text;
  for (const auto* text : {"> He said that.\n\n/gander retry", "```\nx\n```\n/gander retry", "``` a ` b\n/gander retry",
                           "<!-- a -->\n/gander retry", "```\n> x\n```\n/gander retry", "> ```\n\n/gander retry",
                           ">>>\nx\n>>>\n/gander retry", "<pre>x</pre>\n/gander retry"})
    EXPECT_EQ(commandsIn(text).size(), 1u) << text;
}

TEST(CommandsTest, ManyAreReadOnceAndNoMoreThanTen) {
  EXPECT_EQ(commandsIn("/gander retry\n/gander retry\n/gander help").size(), 2u);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "/gander skip " + std::to_string(i) + "\n";
  EXPECT_EQ(commandsIn(many).size(), 10u);
  EXPECT_THAT(commandsIn("/gander retry\n" + std::string(1U << 20, 'x')), IsEmpty());
}

TEST(CommandsTest, OnlyOthersWhoMayWriteCommand) {
  const Comment ann{.author = "ann", .mayWrite = true, .body = "/gander retry"};
  EXPECT_EQ(commandsOf(ann).size(), 1u);
  auto mallory = ann;
  mallory.mayWrite = false;
  EXPECT_THAT(commandsOf(mallory), IsEmpty());
  auto own = ann;
  own.own = true;
  EXPECT_THAT(commandsOf(own), IsEmpty());
}

TEST(CommandsTest, TheAnswerNamesTheCommandAndWhatCameOfIt) {
  EXPECT_EQ(answerTo(only("/gander retry"), "It is tried again."), "`/gander retry`: It is tried again.");
  const auto help = answerTo(only("/gander help"), "");
  for (const auto* name : {"retry", "regenerate", "skip", "explain", "rollback", "declined", "help"})
    EXPECT_THAT(help, HasSubstr(std::string("| `/gander ") + name)) << help;
  EXPECT_THAT(answerTo(only("/gander retyr"), "not said"),
              AllOf(StartsWith("`/gander retyr`: "), Not(HasSubstr("said"))));
}

// Whatever is written: no line of an answer commands, calls people or is read as anything but words.
TEST(CommandsTest, NothingGetsThroughAnAnswer) {
  const std::vector<std::string> pieces{"/close",
                                        "/gander retry",
                                        "@team",
                                        "#12",
                                        "!7",
                                        "`",
                                        "``",
                                        "\n",
                                        "\r",
                                        "\n/merge",
                                        "<b>",
                                        "](x)",
                                        "|",
                                        "https://x.example",
                                        "www.x.example",
                                        "\xFF",
                                        "skip ",
                                        "explain ",
                                        "a:1",
                                        "declined ",
                                        "wrong-edit ",
                                        " ",
                                        "-->",
                                        "\u202E",
                                        "*"};
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string body = "/gander ", outcome;
    for (unsigned n = random() % 8; n > 0; --n) body += pieces[random() % pieces.size()];
    for (unsigned n = random() % 8; n > 0; --n) outcome += pieces[random() % pieces.size()];
    for (const auto& command : commandsIn(body)) {
      const auto answer = answerTo(command, outcome);
      EXPECT_THAT(commandsIn(answer), IsEmpty()) << answer;
      for (const auto& line : splitLines(answer)) {
        EXPECT_FALSE(line.starts_with('/')) << answer;
        // What is left without code spans has no mention, no link and no HTML.
        std::string words;
        for (size_t at = 0; at < line.size();) {
          const auto run = std::min(line.find_first_not_of('`', at), line.size()) - at;
          const bool escaped = at > 0 && line[at - 1] == '\\';
          if (run == 0 || escaped) {
            words += line[at++];
            continue;
          }
          const std::string fence(run, '`');
          auto end = line.find(fence, at + run);
          while (end != std::string::npos && (line.substr(end + run, 1) == "`" || line[end - 1] == '`'))
            end = line.find(fence, line.find_first_not_of('`', end));
          ASSERT_NE(end, std::string::npos) << "a span that does not end: " << answer;
          at = end + run;
        }
        EXPECT_EQ(words.find("@team"), std::string::npos) << answer;
        EXPECT_EQ(words.find("://"), std::string::npos) << answer;
        for (size_t at = words.find_first_of("<|["); at != std::string::npos; at = words.find_first_of("<|[", at + 1))
          EXPECT_TRUE((at > 0 && words[at - 1] == '\\') || command.kind == CommandKind::kHelp) << answer;
      }
    }
  }
}

}  // namespace
}  // namespace gander::prbot
