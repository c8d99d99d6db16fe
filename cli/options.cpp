#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "base/text.h"

namespace gander::cli {
namespace {

constexpr const char* kFooter = R"(Exit status: 0 done, 1 done but something asks for a person, 2 wrong input or usage,
3 the outside is not available, 4 a defect of gander. docs/cli.md tells every flag.)";

// Everything that a line can say, before it is known which command it is.
struct Typed {
  RewriteOptions rewrite;
  RunOptions run;
  LookOptions plan;
  LookOptions verify;
  StatusOptions status;
  ShowOptions show;
  ApproveOptions approve;
  DeclineOptions decline;
  RollbackOptions rollback;
  ServeOptions serve;
  bool diff = false;
  bool write = false;
  bool json = false;
  bool noSandbox = false;
  bool noBuild = false;
};

unsigned processors() { return std::max(1U, std::thread::hardware_concurrency()); }

std::filesystem::path stateFolder(const Environment& environment) {
  return environment.state.empty() ? std::filesystem::path(".gander-state") : std::filesystem::path(environment.state);
}

void addStateFlag(CLI::App& app, FleetOptions& options, const Environment& environment) {
  options.state = stateFolder(environment);
  options.workers = processors();
  app.add_option("--state", options.state,
                 "Folder for what gander remembers (default: $GANDER_STATE, else .gander-state)");
}

void addFleetFlags(CLI::App& app, FleetOptions& options, const Environment& environment) {
  addStateFlag(app, options, environment);
  app.add_flag("--json", options.json, "One JSON document on standard output");
}

void addForgeFlags(CLI::App& app, FleetOptions& options) {
  app.add_option("--forge", options.forge,
                 "Folder of bare repositories, or document of forges (default: that of the last run)");
  app.add_option("--rules", options.rules, "Folder with models and bindings (default: gander's own)");
  app.add_option("--workers", options.workers, "Targets at one time")->check(CLI::Range(1, 256));
}

void addTargetFlags(CLI::App& app, TargetName& target) {
  app.add_option("REPOSITORY", target.repository, "The target, by its repository's name")->required();
  app.add_option("--migration", target.campaign, "The migration's name, where several have a target of that name");
}

void addRewrite(CLI::App& app, Typed& typed) {
  auto* command = app.add_subcommand("rewrite", "Rewrite one tree on disk: no git, no network, no store");
  auto& options = typed.rewrite;
  options.jobs = processors();
  command->add_option("MIGRATION", options.migration, "The migration document")->required();
  command->add_option("TREE", options.tree, "The tree's folder")->required();
  command->add_option("--build-dir", options.buildFolder,
                      "Folder of the build, with compile_commands.json and generated headers");
  auto* output = command->add_option_group("output");
  output->add_flag("--diff", typed.diff, "Print the changes as a unified diff");
  output->add_flag("--write", typed.write, "Write the changes into the tree");
  output->add_flag("--json", typed.json, "One JSON document on standard output");
  output->require_option(0, 1);
  command->add_flag("--ledger", options.ledger, "Every occurrence of an old name with its verdict, not only the sums");
  command->add_option("--rules", options.rules, "Folder with models and bindings (default: gander's own)");
  command->add_option(
      "--cache", options.cache,
      "Folder where what is known of this tree's C++ is kept for the next run: one for each repository");
  command->add_option("--jobs", options.jobs, "C++ files parsed at one time")->check(CLI::Range(1, 256));
  command->add_flag("--no-sandbox", typed.noSandbox, "Parse C++ without a sandbox: only for a tree that you trust");
}

void addRun(CLI::App& app, Typed& typed, const Environment& environment) {
  auto* command = app.add_subcommand("run", "Run a migration's campaign, or go on with it");
  command->add_option("MIGRATION", typed.run.migration, "The migration document")->required();
  command->add_option("--repository", typed.run.repositories, "Only this target, by name or URL; may be repeated");
  addFleetFlags(*command, typed.run.fleet, environment);
  addForgeFlags(*command, typed.run.fleet);
}

void addLook(CLI::App& app, const char* name, const char* what, Typed& typed, LookOptions& options,
             const Environment& environment) {
  auto* command = app.add_subcommand(name, what);
  command->add_option("MIGRATION", options.migration, "The migration document")->required();
  command->add_flag("--no-build", typed.noBuild, "Build nothing: faster, but C++ is only read as text");
  addFleetFlags(*command, options.fleet, environment);
  addForgeFlags(*command, options.fleet);
}

void addStore(CLI::App& app, Typed& typed, const Environment& environment) {
  auto* status = app.add_subcommand("status", "Where each target stands");
  status->add_option("MIGRATION", typed.status.campaign, "A migration's name (default: all)");
  addFleetFlags(*status, typed.status.fleet, environment);

  auto* show = app.add_subcommand("show", "Everything about one target: its proposal, edits, attempts");
  addTargetFlags(*show, typed.show.target);
  show->add_flag("--diff", typed.show.diff, "The diff instead of the proposal's text");
  show->add_flag("--log", typed.show.log, "With the steps of each attempt and the build's log");
  addFleetFlags(*show, typed.show.fleet, environment);

  auto* approve = app.add_subcommand("approve", "Merge a target's proposal");
  addTargetFlags(*approve, typed.approve.target);
  addFleetFlags(*approve, typed.approve.fleet, environment);
  addForgeFlags(*approve, typed.approve.fleet);

  auto* decline = app.add_subcommand("decline", "Close a target's proposal for good");
  addTargetFlags(*decline, typed.decline.target);
  decline->add_option("--reason", typed.decline.reason, "Why; it is kept and shown")->required();
  addFleetFlags(*decline, typed.decline.fleet, environment);
  addForgeFlags(*decline, typed.decline.fleet);

  auto* rollback = app.add_subcommand("rollback", "Take a merged proposal back: a tested inverse pull request");
  addTargetFlags(*rollback, typed.rollback.target);
  addFleetFlags(*rollback, typed.rollback.fleet, environment);
  addForgeFlags(*rollback, typed.rollback.fleet);
}

void addServe(CLI::App& app, Typed& typed, const Environment& environment) {
  auto* command = app.add_subcommand("serve", "Watch all campaigns that have run: by webhooks, and by polling");
  auto& options = typed.serve;
  command->add_option("--listen", options.listen, "HOST:PORT for webhooks and /healthz; port 0: one that is free")
      ->capture_default_str();
  command
      ->add_option("--poll", options.poll, "Minutes from one round over all targets to the next; 0: the first one only")
      ->check(CLI::Range(0, 7 * 24 * 60))
      ->capture_default_str();
  addStateFlag(*command, options.fleet, environment);
  addForgeFlags(*command, options.fleet);
}

Command chosen(const CLI::App& app, Typed& typed) {
  auto name = app.get_subcommands().front()->get_name();
  if (name == "rewrite") {
    typed.rewrite.output = typed.diff    ? RewriteOutput::kDiff
                           : typed.write ? RewriteOutput::kWrite
                           : typed.json  ? RewriteOutput::kJson
                                         : RewriteOutput::kSummary;
    typed.rewrite.sandbox = !typed.noSandbox;
    return typed.rewrite;
  }
  if (name == "run") return typed.run;
  typed.plan.build = typed.verify.build = !typed.noBuild;
  typed.plan.plan = true;
  if (name == "plan") return typed.plan;
  if (name == "verify") return typed.verify;
  if (name == "status") return typed.status;
  if (name == "show") return typed.show;
  if (name == "approve") return typed.approve;
  if (name == "rollback") return typed.rollback;
  if (name == "serve") return typed.serve;
  return typed.decline;
}

// What is wrong with a line whose first word is no command, or nothing.
std::string unknownCommand(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.empty() || words[0].starts_with('-')) return {};
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (std::ranges::find(names, words[0]) != names.end()) return {};
  auto meant = nearest(words[0], names);
  auto hint =
      meant.empty() ? std::string("`gander help` lists the commands") : fmt::format("did you mean '{}'?", meant);
  return fmt::format("no command '{}': {}", words[0], hint);
}

ParsedLine wrong(std::string text, const std::vector<std::string>& words) {
  bool json = std::ranges::find(words, "--json") != words.end();
  return {.command = {}, .status = ExitStatus::kWrongInput, .text = std::move(text), .json = json};
}

ParsedLine parse(CLI::App& app, Typed& typed, const std::vector<std::string>& words) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());  // as CLI11 takes them
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    auto chosenCommands = app.get_subcommands();
    return {.command = {},
            .status = ExitStatus::kDone,
            .text = (chosenCommands.empty() ? &app : chosenCommands[0])->help("gander")};
  } catch (const CLI::CallForVersion& version) {
    return {.command = {}, .status = ExitStatus::kDone, .text = std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    auto chosenCommands = app.get_subcommands();
    auto help = chosenCommands.empty() ? std::string("gander help")
                                       : fmt::format("gander {} --help", chosenCommands[0]->get_name());
    return wrong(fmt::format("{} (see `{}`)", error.what(), help), words);
  }
  return {.command = chosen(app, typed), .text = {}};
}

}  // namespace

bool wantsJson(const Command& command) {
  return std::visit(
      [](const auto& options) {
        if constexpr (std::is_same_v<std::decay_t<decltype(options)>, RewriteOptions>)
          return options.output == RewriteOutput::kJson;
        else
          return options.fleet.json;
      },
      command);
}

ParsedLine parseCommandLine(const std::vector<std::string>& given, const Environment& environment) {
  CLI::App app("gander moves the consumers of a dataset to its next version.", "gander");
  Typed typed;
  app.set_version_flag("--version", "gander " GANDER_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  addRewrite(app, typed);
  addLook(app, "plan", "What a run would change where, without a pull request", typed, typed.plan, environment);
  addRun(app, typed, environment);
  addStore(app, typed, environment);
  addLook(app, "verify", "What is left of the old version in the fleet", typed, typed.verify, environment);
  addServe(app, typed, environment);
  auto words = given;
  if (words.empty()) return wrong(app.help(), words);
  if (words[0] == "help")
    words = words.size() > 1 ? std::vector<std::string>{words[1], "--help"} : std::vector<std::string>{"--help"};
  if (auto text = unknownCommand(app, words); !text.empty()) return wrong(text, words);
  return parse(app, typed, words);
}

}  // namespace gander::cli
