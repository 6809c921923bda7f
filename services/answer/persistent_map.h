// A map whose versions share what they have in common: a copy is one pointer, a change copies one
// path of small nodes (about log32 N of them), never the map. This is what lets one Change make a
// new snapshot of a million entries.
//
// Compressed hash-array-mapped trie (Steindorfer and Vinju, OOPSLA 2015) over keys of 64 bits. A
// version is immutable and may be read from any thread; an Editor makes the next one and is used by
// one thread.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::answer {

// The key of a name: the same in every process, so that followers agree on the order of ties. Two
// names of a base of a million share a key with odds of 1 : 37,000,000.
constexpr uint64_t KeyOf(std::string_view name) {
  uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a, then the finaliser of MurmurHash3
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCDU;
  hash = (hash ^ (hash >> 33U)) * 0xC4CEB9FE1A85EC53U;
  return hash ^ (hash >> 33U);
}

// Value has `uint64_t key() const`, which never changes and is spread evenly (KeyOf).
template <typename Value>
class PersistentMap {
 public:
  using Pointer = std::shared_ptr<const Value>;
  class Editor;
  class Cursor;

  // Null when there is no such key. Valid as long as this version lives.
  const Value* Find(uint64_t key) const {
    const Pointer* found = FindPointer(key);
    return found == nullptr ? nullptr : found->get();
  }

  const Pointer* FindPointer(uint64_t key) const {
    const Node* node = root_.get();
    for (unsigned shift = 0; node != nullptr; shift += kBits) {
      const uint32_t bit = BitAt(key, shift);
      if ((node->leaf_bits & bit) != 0) {
        const Pointer& leaf = node->leaves[IndexOf(node->leaf_bits, bit)];
        return leaf->key() == key ? &leaf : nullptr;
      }
      if ((node->child_bits & bit) == 0) return nullptr;
      node = node->children[IndexOf(node->child_bits, bit)].get();
    }
    return nullptr;
  }

  size_t size() const { return size_; }

 private:
  static constexpr unsigned kBits =
      5;  // 13 levels use up a key, so distinct keys part at one of them

  struct Node {
    uint64_t editor = 0;  // who may change it in place
    uint32_t leaf_bits = 0;
    uint32_t child_bits = 0;
    std::vector<Pointer> leaves;
    std::vector<std::shared_ptr<Node>> children;
  };
  using NodePointer = std::shared_ptr<Node>;

  static uint32_t BitAt(uint64_t key, unsigned shift) { return 1U << ((key >> shift) & 31U); }
  static size_t IndexOf(uint32_t bits, uint32_t bit) {
    return static_cast<size_t>(std::popcount(bits & (bit - 1)));
  }
  template <typename T>
  static auto At(std::vector<T>& items, size_t index) {
    return items.begin() + static_cast<std::ptrdiff_t>(index);
  }

  NodePointer root_;
  size_t size_ = 0;
};

// Walks over one version, each value once, and can rest between two values. Keeps the version
// alive.
template <typename Value>
class PersistentMap<Value>::Cursor {
 public:
  explicit Cursor(PersistentMap map) : map_(std::move(map)) {
    if (map_.root_ != nullptr) path_.push_back({map_.root_.get(), 0});
  }

  // The next value; null at the end.
  const Value* Next() {
    while (!path_.empty()) {
      Step& step = path_.back();
      const size_t at = step.next++;
      if (at < step.node->leaves.size()) return step.node->leaves[at].get();
      const size_t child = at - step.node->leaves.size();
      if (child < step.node->children.size()) {
        path_.push_back({step.node->children[child].get(), 0});
      } else {
        path_.pop_back();
      }
    }
    return nullptr;
  }

 private:
  struct Step {
    const Node* node;
    size_t next;  // leaves first, then children
  };
  PersistentMap map_;
  std::vector<Step> path_;
};

// Makes the next version. Nodes that this editor made since the last Commit are changed in place,
// others are copied.
template <typename Value>
class PersistentMap<Value>::Editor {
 public:
  Editor() : id_(NextId()) {}
  // Goes on from `map`, which stays as it is.
  explicit Editor(PersistentMap map) : map_(std::move(map)), id_(NextId()) {}
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  const Value* Find(uint64_t key) const { return map_.Find(key); }
  const Pointer* FindPointer(uint64_t key) const { return map_.FindPointer(key); }

  // Adds the value, or takes the place of the one with the same key.
  void Put(Pointer value) {
    const uint64_t key = value->key();
    NodePointer* at = &map_.root_;
    for (unsigned shift = 0;; shift += kBits) {
      Node& node = Own(*at);
      const uint32_t bit = BitAt(key, shift);
      if ((node.child_bits & bit) != 0) {
        at = &node.children[IndexOf(node.child_bits, bit)];
        continue;
      }
      const size_t index = IndexOf(node.leaf_bits, bit);
      if ((node.leaf_bits & bit) == 0) {
        node.leaf_bits |= bit;
        node.leaves.insert(At(node.leaves, index), std::move(value));
        ++map_.size_;
        return;
      }
      if (node.leaves[index]->key() == key) {
        node.leaves[index] = std::move(value);
        return;
      }
      at = &PushDown(node, bit, shift + kBits);
    }
  }

  // Does nothing when there is no such key.
  void Erase(uint64_t key) {
    if (map_.Find(key) == nullptr) return;
    NodePointer* at = &map_.root_;
    for (unsigned shift = 0;; shift += kBits) {
      Node& node = Own(*at);
      const uint32_t bit = BitAt(key, shift);
      if ((node.leaf_bits & bit) != 0) {
        node.leaves.erase(At(node.leaves, IndexOf(node.leaf_bits, bit)));
        node.leaf_bits &= ~bit;
        --map_.size_;
        return;
      }
      at = &node.children[IndexOf(node.child_bits, bit)];
    }
  }

  // The version made so far. The editor goes on to a further one.
  PersistentMap Commit() {
    id_ = NextId();
    return map_;
  }

 private:
  static uint64_t NextId() {
    static std::atomic<uint64_t> last{0};
    return ++last;
  }

  Node& Own(NodePointer& node) {
    if (node == nullptr) {
      node = std::make_shared<Node>();
    } else if (node->editor != id_) {
      node = std::make_shared<Node>(*node);
    }
    node->editor = id_;
    return *node;
  }

  // Two keys share this bit: moves the leaf one level down and returns the new child.
  NodePointer& PushDown(Node& node, uint32_t bit, unsigned shift) {
    const size_t leaf_index = IndexOf(node.leaf_bits, bit);
    auto child = std::make_shared<Node>();
    child->editor = id_;
    child->leaf_bits = BitAt(node.leaves[leaf_index]->key(), shift);
    child->leaves.push_back(std::move(node.leaves[leaf_index]));
    node.leaves.erase(At(node.leaves, leaf_index));
    node.leaf_bits &= ~bit;
    const size_t index = IndexOf(node.child_bits, bit);
    node.child_bits |= bit;
    return *node.children.insert(At(node.children, index), std::move(child));
  }

  PersistentMap map_;
  uint64_t id_;
};

}  // namespace hotline::answer
