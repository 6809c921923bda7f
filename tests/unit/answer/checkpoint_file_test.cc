#include "services/answer/checkpoint_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::answer {
namespace {

using hotline::testing::IsOk;

constexpr char kHead[] = "who wrote it";

class CheckpointFileTest : public ::testing::Test {
 protected:
  void Write() {
    auto writer = CheckpointWriter::Create(path_, kHead);
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Add("one", "first piece"), IsOk());
    ASSERT_THAT((*writer)->Add("two", std::string(3000, 'x')), IsOk());
    ASSERT_THAT((*writer)->Add("one", ""), IsOk());
    ASSERT_THAT((*writer)->Finish(), IsOk());
  }
  std::string Bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void Put(std::string_view bytes) const {
    std::filesystem::remove(path_);  // a file that is cut and written again waits for the disk
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  // Everything of the file, or what is wrong with it.
  absl::Status ReadAll() const {
    auto reader = CheckpointReader::Open(path_);
    if (!reader.ok()) return reader.status();
    for (size_t i = 0; i < (*reader)->section_count(); ++i) {
      if (const auto bytes = (*reader)->Read(i); !bytes.ok()) return bytes.status();
    }
    return absl::OkStatus();
  }

  testing::TempDir dir_;
  const std::string path_ = dir_.Join("a.checkpoint");
};

TEST_F(CheckpointFileTest, GivesBackWhatWasWritten) {
  Write();
  auto reader = CheckpointReader::Open(path_);
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ((*reader)->head(), kHead);
  ASSERT_EQ((*reader)->section_count(), 3U);
  EXPECT_EQ((*reader)->section_name(0), "one");
  EXPECT_EQ(*(*reader)->Read(0), "first piece");
  EXPECT_EQ(*(*reader)->Read(1), std::string(3000, 'x'));
  EXPECT_EQ((*reader)->section_name(2), "one");
  EXPECT_EQ(*(*reader)->Read(2), "");
}

TEST_F(CheckpointFileTest, IsReadableByItsOwnerAlone) {
  const mode_t before = umask(0);
  Write();
  umask(before);
  struct stat about {};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(CheckpointFileTest, IsNotThereUnlessFinished) {
  {
    auto writer = CheckpointWriter::Create(path_, kHead);
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Add("one", "first piece"), IsOk());
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
  EXPECT_EQ(CheckpointReader::Open(path_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CheckpointFileTest, TwoWritersOfOneFileDoNotMix) {
  auto first = CheckpointWriter::Create(path_, kHead);
  ASSERT_THAT(first, IsOk());
  EXPECT_FALSE(CheckpointWriter::Create(path_, kHead).ok());
  ASSERT_THAT((*first)->Add("one", "first piece"), IsOk());
  ASSERT_THAT((*first)->Finish(), IsOk());
  EXPECT_THAT(ReadAll(), IsOk());
}

TEST_F(CheckpointFileTest, EveryByteThatIsAnotherIsNoticed) {
  Write();
  const std::string sound = Bytes();
  for (size_t at = 0; at < sound.size(); ++at) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    Put(damaged);
    ASSERT_FALSE(ReadAll().ok()) << "byte " << at;
  }
}

TEST_F(CheckpointFileTest, EveryCutIsNoticed) {
  Write();
  const std::string sound = Bytes();
  for (size_t size = 0; size < sound.size(); ++size) {
    Put(std::string_view(sound).substr(0, size));
    ASSERT_FALSE(ReadAll().ok()) << size << " bytes";
  }
  Put(sound + "x");
  EXPECT_FALSE(ReadAll().ok());
}

TEST_F(CheckpointFileTest, ANewerFormatIsLeftAlone) {
  Write();
  std::string newer = Bytes();
  newer[8] = 2;
  Put(newer);
  EXPECT_EQ(ReadAll().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace hotline::answer
