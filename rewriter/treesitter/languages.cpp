// The language of a file, told by its name.
#include <map>

#include "base/text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

using Table = std::map<std::string_view, std::string_view>;

const Table kByName = {
    {"makefile", "make"},      {"gnumakefile", "make"},  {"cmakelists.txt", "cmake"}, {"dockerfile", "dockerfile"}, {"containerfile", "dockerfile"},
    {"jenkinsfile", "groovy"}, {"build", "python"},      {"build.bazel", "python"},   {"workspace", "python"},      {"snakefile", "python"},
    {"readme", "text"},        {"changelog", "text"},    {"license", "text"},         {"gemfile", "ruby"},          {"rakefile", "ruby"},
    {".gitignore", "conf"},    {".editorconfig", "ini"}, {".env", "shell"},           {".bashrc", "shell"},         {".profile", "shell"},
};

const Table kByEnding = {
    {"c", "cpp"},        {"cc", "cpp"},        {"cpp", "cpp"},       {"cxx", "cpp"},        {"c++", "cpp"},        {"h", "cpp"},
    {"hh", "cpp"},       {"hpp", "cpp"},       {"hxx", "cpp"},       {"ipp", "cpp"},        {"inl", "cpp"},        {"inc", "cpp"},
    {"tcc", "cpp"},      {"cu", "cpp"},        {"cuh", "cpp"},       {"m", "cpp"},          {"mm", "cpp"},         {"ino", "cpp"},
    {"py", "python"},    {"pyi", "python"},    {"pyw", "python"},    {"bzl", "python"},     {"yaml", "yaml"},      {"yml", "yaml"},
    {"json", "json"},    {"jsonl", "json"},    {"ndjson", "json"},   {"json5", "json"},     {"avsc", "json"},      {"ipynb", "json"},
    {"geojson", "json"}, {"sql", "sql"},       {"ddl", "sql"},       {"hql", "sql"},        {"psql", "sql"},       {"pgsql", "sql"},
    {"sh", "shell"},     {"bash", "shell"},    {"zsh", "shell"},     {"ksh", "shell"},      {"env", "shell"},      {"mk", "make"},
    {"mak", "make"},     {"cmake", "cmake"},   {"toml", "toml"},     {"ini", "ini"},        {"cfg", "ini"},        {"conf", "conf"},
    {"properties", "properties"},              {"proto", "proto"},   {"go", "go"},          {"java", "java"},      {"kt", "java"},
    {"kts", "java"},     {"scala", "java"},    {"groovy", "groovy"}, {"gradle", "groovy"},  {"cs", "java"},        {"swift", "java"},
    {"dart", "javascript"},                    {"js", "javascript"}, {"mjs", "javascript"}, {"cjs", "javascript"}, {"jsx", "javascript"},
    {"ts", "javascript"},                      {"tsx", "javascript"}, {"rs", "rust"},       {"php", "php"},        {"rb", "ruby"},
    {"pl", "perl"},      {"pm", "perl"},       {"r", "r"},           {"jl", "r"},           {"lua", "lua"},        {"hs", "haskell"},
    {"css", "css"},      {"scss", "javascript"}, {"html", "html"},   {"htm", "html"},       {"xml", "html"},       {"svg", "html"},
    {"tf", "hcl"},       {"hcl", "hcl"},       {"thrift", "php"},    {"graphql", "conf"},   {"md", "markdown"},    {"markdown", "markdown"},
    {"rst", "text"},     {"txt", "text"},      {"adoc", "text"},     {"tex", "tex"},        {"dockerfile", "dockerfile"},
};

// Endings of templates that make the file in front: "report.sql.j2".
constexpr std::string_view kTemplates[] = {".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".in", ".erb"};

}  // namespace

std::string languageOf(std::string_view path) {
  std::string name = toLowerAscii(path.substr(path.rfind('/') + 1));
  for (const std::string_view ending : kTemplates) {
    if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  if (const auto found = kByName.find(name); found != kByName.end()) return std::string(found->second);
  const size_t dot = name.rfind('.');
  if (name.starts_with("dockerfile.")) return "dockerfile";
  if (dot == std::string::npos) return "";
  const auto found = kByEnding.find(std::string_view(name).substr(dot + 1));
  return found == kByEnding.end() ? "" : std::string(found->second);
}

}  // namespace gander::rewriter
