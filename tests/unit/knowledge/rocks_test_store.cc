#include "storage/rocks_store.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/knowledge/knowledge_test_base.h"
#include "tests/unit/knowledge/store_decorator.h"

namespace hotline::knowledge {
namespace {

// A durable store in a directory of its own, which goes away with it.
struct Home {
  ::hotline::testing::TempDir dir;
  std::unique_ptr<storage::RocksStore> store;
};

class TemporaryStore final : public StoreDecorator {
 public:
  explicit TemporaryStore(std::unique_ptr<Home> home)
      : StoreDecorator(*home->store), home_(std::move(home)) {}

 private:
  const std::unique_ptr<Home> home_;
};

}  // namespace

std::unique_ptr<storage::Store> MakeTestStore() {
  auto home = std::make_unique<Home>();
  auto store = storage::RocksStore::Open({.dir = home->dir.path(), .reserve_mib = 1});
  EXPECT_THAT(store, IsOk());
  if (!store.ok()) std::abort();
  home->store = *std::move(store);
  return std::make_unique<TemporaryStore>(std::move(home));
}

}  // namespace hotline::knowledge
