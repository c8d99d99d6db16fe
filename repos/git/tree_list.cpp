#include "repos/git/tree_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "repos/git/failure.h"
#include "repos/git/objects.h"

namespace gander::repos {
namespace {

constexpr size_t kPathLimit = 4095;      // bytes, as Linux's PATH_MAX without the end
constexpr size_t kEntryLimit = 1000000;  // entries and folders of one commit

std::unexpected<Error> refuse(std::string_view path, std::string_view why) {
  return fail(ErrorKind::kInvalid, fmt::format("the path '{}' {}", path, why));
}

// Why a part of a path is refused; empty if it is not.
std::string_view faultOf(std::string_view part) {
  if (part.empty()) return "has an empty part";
  if (part == "." || part == "..") return "leaves the tree or names its own folder";
  if (part.size() == 4 && part[0] == '.' && toLowerAscii(part) == ".git") return "names git's own folder";
  return {};
}

struct Folder {
  std::string prefix;  // "" or "a/b/"
  git_oid id;
};

// Unfolds one folder after another, not by recursion: the depth is a stranger's to choose.
class TreeListing {
 public:
  explicit TreeListing(git_repository* repository) : repository_(repository) {}

  Status add(const std::string& prefix, const git_tree* tree) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
      if (!names.insert(git_tree_entry_name(entry)).second) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("the tree has two entries '{}{}'", prefix, git_tree_entry_name(entry)));
      }
      GANDER_CHECK(addEntry(prefix, entry));
    }
    return {};
  }

  Status unfold() {
    while (!folders_.empty()) {
      auto folder = std::move(folders_.back());
      folders_.pop_back();
      TreeHandle tree;
      GANDER_GIT(git_tree_lookup(into(tree), repository_, &folder.id),
                 fmt::format("read the folder {}", folder.prefix));
      GANDER_CHECK(add(folder.prefix, tree.get()));
    }
    return {};
  }

  Status openObjects() {
    GANDER_GIT(git_repository_odb(into(objects_), repository_), "open the object database");
    return {};
  }

  std::vector<TreeEntry> takeSorted() {
    std::ranges::sort(entries_, {}, &TreeEntry::path);
    return std::move(entries_);
  }

 private:
  Status addEntry(const std::string& prefix, const git_tree_entry* entry) {
    std::string_view name = git_tree_entry_name(entry);
    auto path = prefix + git_tree_entry_name(entry);
    if (auto fault = faultOf(name); !fault.empty()) return refuse(path, fault);
    if (name.find('/') != std::string_view::npos) return refuse(path, "has a part with a slash in it");
    if (path.size() > kPathLimit) return refuse(path, "is too long");
    if (++seen_ > kEntryLimit)
      return fail(ErrorKind::kExhausted, fmt::format("the tree has more than {} entries", kEntryLimit));
    const git_oid* id = git_tree_entry_id(entry);
    switch (git_tree_entry_filemode(entry)) {
      case GIT_FILEMODE_TREE: folders_.push_back({path + "/", *id}); return {};
      case GIT_FILEMODE_COMMIT: entries_.push_back({path, EntryKind::kSubmodule, toHex(*id), 0}); return {};
      case GIT_FILEMODE_LINK: return addFile(path, EntryKind::kSymlink, *id);
      case GIT_FILEMODE_BLOB_EXECUTABLE: return addFile(path, EntryKind::kExecutable, *id);
      default: return addFile(path, EntryKind::kFile, *id);
    }
  }

  Status addFile(const std::string& path, EntryKind kind, const git_oid& id) {
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    GANDER_GIT(git_odb_read_header(&size, &type, objects_.get(), &id), fmt::format("read the size of {}", path));
    if (type != GIT_OBJECT_BLOB)
      return fail(ErrorKind::kCorrupt, fmt::format("{} is no file in the object database", path));
    entries_.push_back({path, kind, toHex(id), size});
    return {};
  }

  git_repository* repository_;
  OdbHandle objects_;
  std::vector<Folder> folders_;
  std::vector<TreeEntry> entries_;
  size_t seen_ = 0;
};

}  // namespace

Status checkTreePath(std::string_view path) {
  if (path.empty()) return refuse(path, "is empty");
  if (path.size() > kPathLimit) return refuse(path, "is too long");
  if (path.find('\0') != std::string_view::npos) return refuse(path, "holds a zero byte");
  if (path.starts_with('/')) return refuse(path, "is absolute");
  for (const auto& part : split(path, '/')) {
    if (auto fault = faultOf(part); !fault.empty()) return refuse(path, fault);
  }
  return {};
}

Result<std::vector<TreeEntry>> listEntries(git_repository* repository, const git_tree* root) {
  TreeListing listing(repository);
  GANDER_CHECK(listing.openObjects());
  GANDER_CHECK(listing.add("", root));
  GANDER_CHECK(listing.unfold());
  return listing.takeSorted();
}

}  // namespace gander::repos
