// Values as bytes and back, for what is saved and read by the same program on the same kind of
// machine. A reader never reads past the end: it gives zeros from there on and says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hotline::index {

// Appends to a string.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  // An integer or an enum, as it lies in memory.
  template <typename T>
  void Number(T value) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void Text(std::string_view text) {
    Number(static_cast<uint64_t>(text.size()));
    out_.append(text);
  }
  // Elements must have no padding: what lies there would be written too.
  template <typename T>
  void Array(const std::vector<T>& values) {
    static_assert(std::has_unique_object_representations_v<T>);
    Number(static_cast<uint64_t>(values.size()));
    out_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }

 private:
  std::string& out_;
};

// Reads in the order of writing. `bytes` must outlive the reader and the texts it gives.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T Number() {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    T value{};
    if (const char* from = Take(sizeof(T), 1)) std::memcpy(&value, from, sizeof(T));
    return value;
  }
  // A count of things that take at least `least_bytes` each: never more than there can be.
  size_t Count(size_t least_bytes) {
    const auto count = Number<uint64_t>();
    if (count <= rest_.size() / least_bytes) return static_cast<size_t>(count);
    sound_ = false;
    return 0;
  }
  std::string_view Text() {
    const size_t size = Count(1);
    const char* from = Take(size, 1);
    return from == nullptr ? std::string_view() : std::string_view(from, size);
  }
  template <typename T>
  void Array(std::vector<T>& values) {
    static_assert(std::has_unique_object_representations_v<T>);
    const size_t count = Count(sizeof(T));
    values.resize(count);
    if (const char* from = Take(count, sizeof(T)); from != nullptr && count > 0)
      std::memcpy(values.data(), from, count * sizeof(T));
  }

  // What was read makes no sense: unsound from here on.
  void Refuse() { sound_ = false; }
  // Everything so far was there.
  bool sound() const { return sound_; }
  // … and nothing is left.
  bool finished() const { return sound_ && rest_.empty(); }

 private:
  // `count` is known to fit, or 1.
  const char* Take(size_t count, size_t size) {
    if (!sound_ || rest_.size() < count * size) {
      sound_ = false;
      return nullptr;
    }
    const char* from = rest_.data();
    rest_.remove_prefix(count * size);
    return from;
  }

  std::string_view rest_;
  bool sound_ = true;
};

}  // namespace hotline::index
