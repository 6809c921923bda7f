#include "services/answer/persistent_map.h"

#include <map>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

struct Item {
  uint64_t id;
  int value;
  uint64_t key() const { return id; }
};
using Map = PersistentMap<Item>;
using Model = std::map<uint64_t, int>;

Model Contents(const Map& map) {
  Model contents;
  Map::Cursor cursor(map);
  while (const Item* item = cursor.Next())
    EXPECT_TRUE(contents.emplace(item->id, item->value).second);
  return contents;
}

TEST(PersistentMapTest, AgreesWithAModelAndKeepsEveryVersion) {
  std::mt19937_64 random(7);
  // Keys that share long beginnings, so that nodes are pushed down deep.
  const auto key = [&] { return (random() % 40) << 59U | (random() % 8) << 30U | (random() % 16); };
  Map::Editor editor;
  Model model;
  std::vector<std::pair<Map, Model>> versions;
  for (int i = 0; i < 4000; ++i) {
    const uint64_t at = key();
    if (random() % 3 == 0) {
      editor.Erase(at);
      model.erase(at);
    } else {
      editor.Put(std::make_shared<Item>(Item{at, i}));
      model[at] = i;
    }
    if (i % 100 == 0) versions.emplace_back(editor.Commit(), model);
  }
  versions.emplace_back(editor.Commit(), model);
  for (const auto& [map, expected] : versions) {
    EXPECT_EQ(map.size(), expected.size());
    EXPECT_EQ(Contents(map), expected);
    for (const auto& [at, value] : expected) {
      ASSERT_NE(map.Find(at), nullptr);
      EXPECT_EQ(map.Find(at)->value, value);
    }
  }
}

TEST(PersistentMapTest, FindsNothingInAnEmptyMap) {
  EXPECT_EQ(Map().Find(1), nullptr);
  Map::Editor editor;
  editor.Erase(1);
  EXPECT_EQ(editor.Commit().size(), 0U);
}

TEST(PersistentMapTest, KeysOfNamesAreTheSameInEveryProcess) {
  EXPECT_EQ(KeyOf("entries/shebao"), KeyOf(std::string("entries/") + "shebao"));
  EXPECT_EQ(KeyOf(""), 0xEFD01F60BA992926U) << std::hex << KeyOf("");
}

}  // namespace
}  // namespace hotline::answer
