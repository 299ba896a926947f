// names.cpp: looks addresses up, and gives names to new ones.
//
//   Before   names.hpp.   After   nothing: pure.
#include "names.hpp"

#include "point.hpp"

namespace model::detail {

namespace {

constexpr std::uint64_t likely_from = std::uint64_t{1} << 32U;  // unknown words outside are numbers
constexpr std::uint64_t likely_to = std::uint64_t{1} << 48U;
constexpr std::uint64_t flags = 7;  // low bits of an address that shipped code uses

std::uint64_t number(const void* object) noexcept {
  return reinterpret_cast<std::uintptr_t>(object);
}

}  // namespace

void object_names::add(const void* object, std::size_t bytes, const char* name) {
  labels_[number(object)] = {name, bytes};
}

std::string object_names::of(const void* object) { return find_or_give(number(object)); }

std::string object_names::of_word(std::uint64_t word) {
  const std::uint64_t address = word & ~flags;
  const bool likely = address >= likely_from && address < likely_to;
  if (!likely && find(address).empty()) return std::to_string(word);
  const std::string name = find_or_give(address);
  return word == address ? name : joined({name, "|", std::to_string(word - address)});
}

std::string object_names::find(std::uint64_t address) const {
  auto after = labels_.upper_bound(address);
  while (after != labels_.begin()) {
    const auto& [start, known] = *--after;
    if (start == address) return known.name;
    if (address - start < known.bytes) {
      return joined({known.name, "+", std::to_string(address - start)});
    }
  }
  return {};
}

std::string object_names::find_or_give(std::uint64_t address) {
  std::string known = find(address);
  if (!known.empty()) return known;
  label& fresh = labels_[address];
  fresh = {joined({"o", std::to_string(++given_)}), 1};
  return fresh.name;
}

}  // namespace model::detail
