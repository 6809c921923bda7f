#include "storage/memory_store.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {

std::unique_ptr<storage::Store> MakeTestStore() { return std::make_unique<storage::MemoryStore>(); }

}  // namespace hotline::knowledge
