// The language of a file, told by its name.
#include "base/text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// A language, and the names or endings that tell it, between spaces.
struct Row {
  std::string_view language;
  std::string_view names;
};

constexpr Row kByName[] = {
    {"make", " makefile gnumakefile "},
    {"cmake", " cmakelists.txt "},
    {"dockerfile", " dockerfile containerfile "},
    {"groovy", " jenkinsfile "},
    {"python", " build build.bazel workspace snakefile "},
    {"text", " readme changelog license "},
    {"ruby", " gemfile rakefile "},
    {"conf", " .gitignore "},
    {"ini", " .editorconfig "},
    {"shell", " .env .bashrc .profile "},
};

constexpr Row kByEnding[] = {
    {"cpp", " c cc cpp cxx c++ h hh hpp hxx ipp inl inc def tcc cu cuh m mm ino "},
    {"python", " py pyi pyw bzl "},
    {"yaml", " yaml yml "},
    {"json", " json jsonl ndjson json5 avsc ipynb geojson "},
    {"csv", " csv tsv psv "},
    {"sql", " sql ddl hql psql pgsql mysql "},
    {"shell", " sh bash zsh ksh env "},
    {"make", " mk mak "},
    {"cmake", " cmake "},
    {"toml", " toml "},
    {"ini", " ini cfg "},
    {"conf", " conf graphql "},
    {"properties", " properties "},
    {"proto", " proto "},
    {"go", " go "},
    {"java", " java kt kts scala cs swift "},
    {"groovy", " groovy gradle "},
    {"javascript", " js mjs cjs jsx ts tsx dart scss "},
    {"rust", " rs "},
    {"php", " php thrift "},
    {"ruby", " rb "},
    {"perl", " pl pm "},
    {"r", " r jl "},
    {"lua", " lua "},
    {"haskell", " hs "},
    {"css", " css "},
    {"html", " html htm xml svg "},
    {"hcl", " tf hcl "},
    {"markdown", " md markdown "},
    {"text", " rst txt adoc "},
    {"tex", " tex "},
    {"dockerfile", " dockerfile "},
};

template <size_t kRows>
std::string_view find(const Row (&table)[kRows], std::string_view name) {
  const std::string wanted = " " + std::string(name) + " ";
  for (const Row& row : table) {
    if (row.names.find(wanted) != std::string_view::npos) return row.language;
  }
  return "";
}

// Endings of templates that make the file in front: "report.sql.j2".
constexpr std::string_view kTemplates[] = {".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".in", ".erb"};

}  // namespace

std::string languageOf(std::string_view path) {
  std::string name = toLowerAscii(path.substr(path.rfind('/') + 1));
  for (const std::string_view ending : kTemplates) {
    if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  if (const auto language = find(kByName, name); !language.empty()) return std::string(language);
  if (name.starts_with("dockerfile.")) return "dockerfile";
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : std::string(find(kByEnding, std::string_view(name).substr(dot + 1)));
}

}  // namespace gander::rewriter
