#include "fleet/include_roots.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace gander::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

class IncludeRootsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    tree_ = fs::path(::testing::TempDir()) / (std::string("include_roots_") + test->name());
    fs::remove_all(tree_);
  }
  void TearDown() override { fs::remove_all(tree_); }

  void put(const std::string& path, const std::string& text) const {
    fs::create_directories((tree_ / path).parent_path());
    std::ofstream(tree_ / path) << text;
  }
  std::vector<std::string> of(const std::string& file) const {
    return IncludeRoots(tree_).of(file, {"", "include", "src"});
  }

  fs::path tree_;
};

TEST_F(IncludeRootsTest, AreToldByTheIncludesOfAFileAndOfWhatItIncludes) {
  put("lib/include/lake/play.h", "#pragma once\n  #  include <base/text.h>\n");
  put("base/public/base/text.h", "");
  put("app/main.cpp", "#include <vector>\n#include \"lake/play.h\"\n#include \"near.h\"\n");
  put("app/near.h", "#include \"src_header.h\"\n");
  put("src/src_header.h", "");
  put("other/unused.h", "");
  EXPECT_THAT(of("app/main.cpp"), ElementsAre("lib/include", "base/public"));
}

TEST_F(IncludeRootsTest, AHeaderThatTwoFilesMayBeTellsNothing) {
  put("v1/play.h", "");
  put("v2/play.h", "");
  put("v2/deep/xplay.h", "");
  put("app/main.cpp", "#include \"play.h\"\n#include PLAY\n#include \"missing.h\"\n#include \"/v1/play.h\"\n");
  EXPECT_THAT(of("app/main.cpp"), IsEmpty());
}

TEST_F(IncludeRootsTest, RingsEndAndLinksAreNotFollowed) {
  put("a/in/a.h", "#include \"b.h\"\n");
  put("b/in/b.h", "#include \"a.h\"\n");
  put("app/main.cpp", "#include \"a.h\"\n#include \"c.h\"\n");
  put("outside.txt", "");
  fs::create_directories(tree_ / "c");
  fs::create_symlink("../outside.txt", tree_ / "c/c.h");
  EXPECT_THAT(of("app/main.cpp"), ElementsAre("a/in", "b/in"));
}

TEST_F(IncludeRootsTest, ATreeThatIsNotThereHasNone) { EXPECT_THAT(of("main.cpp"), IsEmpty()); }

}  // namespace
}  // namespace gander::fleet
