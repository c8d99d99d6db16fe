#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "rules/model.h"
#include "rules/yaml/problems.h"

namespace gander::rules {
namespace {

namespace fs = std::filesystem;

// Every *.yaml below a folder, sorted by path, so that the same library is read on every machine alike.
Result<std::vector<fs::path>> yamlFiles(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error))
    if (at->path().extension() == ".yaml") files.push_back(at->path());
  if (error) return failErrno(error.value(), fmt::format("read the folder {}", folder.string()));
  std::sort(files.begin(), files.end());
  return files;
}

// Reads files one after another and remembers what was wrong with any of them.
class LibraryReader {
 public:
  Status readModels(const fs::path& folder) {
    GANDER_TRY(auto files, yamlFiles(folder));
    for (const auto& file : files) {
      readModel(file, file.lexically_relative(folder));
      auto language = file.lexically_relative(folder).begin()->string();
      if (!library_.models.empty() && library_.models.back().file == file.string() &&
          library_.models.back().language != language)
        mistake(file, fmt::format("the model is for {}, and lies in the folder {}; move it",
                                  library_.models.back().language, inQuotes(language)));
    }
    return {};
  }

  Status readBindings(const fs::path& folder) {
    GANDER_TRY(auto files, yamlFiles(folder));
    for (const auto& file : files) {
      auto text = read(file, file.lexically_relative(folder));
      if (!text) continue;
      auto binding = parseBinding(file.string(), *text);
      if (!binding) {
        mistakes_.push_back(binding.error().message);
      } else if (library_.findBinding(binding->name) != nullptr) {
        mistake(file, fmt::format("a binding {} is there already; give it another name", inQuotes(binding->name)));
      } else {
        library_.bindings.push_back(std::move(*binding));
      }
    }
    return {};
  }

  // A library may do without.
  Status readUnits(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) return {};
    GANDER_TRY(auto files, yamlFiles(folder));
    for (const auto& file : files) {
      auto text = read(file, file.lexically_relative(folder));
      if (!text) continue;
      auto units = parseUnits(file.string(), *text);
      if (units)
        library_.units.insert(library_.units.end(), units->begin(), units->end());
      else
        mistakes_.push_back(units.error().message);
    }
    return {};
  }

  void readModel(const fs::path& file, const fs::path& shown, bool own = false) {
    auto text = read(file, shown);
    if (!text) return;
    auto model = parseModel(file.string(), *text);
    if (!model) {
      mistakes_.push_back(model.error().message);
      return;
    }
    model->own = own;
    for (const auto& other : library_.models)
      if (other.name == model->name && other.language == model->language)
        mistake(file, fmt::format("a model {} for {} is there already ({}); give it another name",
                                  inQuotes(model->name), model->language, other.file));
    library_.models.push_back(std::move(*model));
  }

  // What an entry gives of another model: "pandas.frame".
  void checkGiven() {
    for (const auto& model : library_.models)
      for (const auto& entry : model.entries) {
        if (!entry.gives.contains('.') || findObject(library_, model.language, entry.gives) != nullptr) continue;
        mistakes_.push_back(fmt::format("{}: no model for {} has an object {}", formatPlace(model.file, entry.position),
                                        model.language, inQuotes(entry.gives)));
      }
  }

  Result<Library> finish() {
    checkGiven();
    if (!mistakes_.empty()) return fail(kind_, fmt::format("{}", fmt::join(mistakes_, "\n")));
    library_.digest = digest_.hex();
    return std::move(library_);
  }

 private:
  std::optional<std::string> read(const fs::path& file, const fs::path& shown) {
    auto text = readFile(file);
    if (!text) {
      mistakes_.push_back(text.error().message);
      if (mistakes_.size() == 1) kind_ = text.error().kind;
      return std::nullopt;
    }
    digest_.add(shown.generic_string()).add(*text);
    return std::move(*text);
  }
  void mistake(const fs::path& file, const std::string& what) {
    mistakes_.push_back(fmt::format("{}: {}", formatPlace(file.string(), {}), what));
  }

  Library library_;
  Digest digest_;
  std::vector<std::string> mistakes_;
  ErrorKind kind_ = ErrorKind::kInvalid;
};

void checkObject(const Reference& reference, const Library& library, Problems& problems) {
  std::vector<std::string> known;
  for (const auto& model : library.models)
    for (const auto& object : model.objects) known.push_back(fmt::format("{}.{}", model.name, object));
  if (std::find(known.begin(), known.end(), reference.object) == known.end())
    problems.add(reference.position, fmt::format("no model has an object {}{}", inQuotes(reference.object),
                                                 meantName(reference.object, known, "; write it as model.object")));
}

void checkBinding(const Reference& reference, const Library& library, Problems& problems) {
  if (library.findBinding(reference.binding) != nullptr) return;
  std::vector<std::string> known;
  for (const auto& binding : library.bindings) known.push_back(binding.name);
  problems.add(reference.position,
               fmt::format("there is no binding {}{}", inQuotes(reference.binding),
                           meantName(reference.binding, known, known.empty() ? "" : "; there is " + choices(known))));
}

}  // namespace

const Model* findObject(const Library& library, std::string_view language, std::string_view dotted) {
  size_t dot = dotted.find('.');
  if (dot == std::string_view::npos) return nullptr;
  for (const auto& model : library.models)
    if (model.language == language && model.name == dotted.substr(0, dot) &&
        std::ranges::find(model.objects, dotted.substr(dot + 1)) != model.objects.end())
      return &model;
  return nullptr;
}

const Binding* Library::findBinding(std::string_view name) const {
  for (const auto& binding : bindings)
    if (binding.name == name) return &binding;
  return nullptr;
}

Status checkReferences(const Migration& migration, const Library& library) {
  Problems problems(migration.file);
  for (const auto& dataset : migration.datasets)
    for (const auto& reference : dataset.references) {
      if (reference.kind == ReferenceKind::kFunction || reference.kind == ReferenceKind::kAmbient)
        checkObject(reference, library, problems);
      if (!reference.binding.empty()) checkBinding(reference, library, problems);
    }
  if (!problems.empty()) return std::unexpected(problems.error());
  return {};
}

Result<Library> loadLibrary(const fs::path& folder, const std::vector<std::string>& ownModels) {
  LibraryReader reader;
  GANDER_CHECK(reader.readModels(folder / "models"));
  GANDER_CHECK(reader.readBindings(folder / "bindings"));
  GANDER_CHECK(reader.readUnits(folder / "units"));
  for (const auto& file : ownModels) reader.readModel(file, fs::path(file).filename(), true);
  return reader.finish();
}

}  // namespace gander::rules
