// names.hpp: addresses as a reader of an interleaving wants them.
//
//   Before   execution.cpp, when it writes an execution down.   After   nothing: pure.
//   Holds    names given by the program, and o1, o2 and so on in order of appearance.
//   Rules    N1  The same execution gives the same names, wherever its memory lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace model::detail {

/// What lies where.
class object_names {
public:
  /// The `bytes` from `object` on are called `name`, their parts `name+offset`.
  void add(const void* object, std::size_t bytes, const char* name);
  /// The name of what lies there; a new one, if it has none.
  [[nodiscard]] std::string of(const void* object);
  /// The same for a word that may be an address with flags in its low bits, or a number.
  [[nodiscard]] std::string of_word(std::uint64_t word);

private:
  struct label {
    std::string name;
    std::size_t bytes = 0;
  };

  /// @returns the empty string if nothing is known to lie there.
  [[nodiscard]] std::string find(std::uint64_t address) const;
  [[nodiscard]] std::string find_or_give(std::uint64_t address);

  std::map<std::uint64_t, label> labels_;
  unsigned given_ = 0;
};

}  // namespace model::detail
