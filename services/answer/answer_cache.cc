#include "services/answer/answer_cache.h"

#include <utility>

namespace hotline::answer {
namespace {

constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;

}  // namespace

size_t AnswerCache::KeyHash::operator()(const Key& key) const {
  const uint64_t mixed = (key.source.text ^ ((key.wish ^ (key.source.facts * kMix)) * kMix)) * kMix;
  return static_cast<size_t>(mixed ^ (mixed >> 32U));
}

AnswerCache::Key AnswerCache::KeyFor(const Source& source, const RenderWish& wish) {
  // The region's note is part of a rendering, so the region asked for is part of the key.
  const uint64_t packed = static_cast<uint64_t>(wish.channel) << 56U |
                          static_cast<uint64_t>(RenderingOf(wish.rendering, wish.channel)) << 48U |
                          static_cast<uint64_t>(wish.language) << 40U |
                          static_cast<uint64_t>(wish.suspect) << 32U |
                          static_cast<uint64_t>(wish.region);
  return {source, packed};
}

std::shared_ptr<const v1::Answer> AnswerCache::Get(const Source& source, const RenderWish& wish,
                                                   const std::function<v1::Answer()>& render) {
  const Key key = KeyFor(source, wish);
  Shard& shard = shards_[KeyHash()(key) % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_key.find(key);
    if (found != shard.by_key.end()) {
      shard.rows.splice(shard.rows.begin(), shard.rows, found->second);
      return found->second->answer;
    }
  }
  auto answer = std::make_shared<const v1::Answer>(render());
  const size_t bytes = answer->SpaceUsedLong() + sizeof(Row);
  if (bytes > kBytesMax / kShards) return answer;
  const std::lock_guard lock(shard.mutex);
  if (shard.by_key.contains(key)) return answer;
  shard.rows.push_front({key, answer, bytes});
  shard.by_key.emplace(key, shard.rows.begin());
  shard.bytes += bytes;
  while (shard.bytes > kBytesMax / kShards) {
    shard.bytes -= shard.rows.back().bytes;
    shard.by_key.erase(shard.rows.back().key);
    shard.rows.pop_back();
  }
  return answer;
}

}  // namespace hotline::answer
