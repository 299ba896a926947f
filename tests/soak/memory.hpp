// memory.hpp: whether the resident memory of the soak grows.
//
//   Before   soak.cpp takes a sample after each phase, at rest.
//   After    the last third of the samples is judged by the middle third.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace soak {

class memory {
public:
  /// @throws std::runtime_error if /proc/self/statm cannot be read
  void sample();
  [[nodiscard]] std::uint64_t now() const { return samples_.empty() ? 0 : samples_.back(); }
  /// What is wrong, or nothing.
  [[nodiscard]] std::string complaint() const;
  /// For the last line: what was seen, or why it is not judged.
  [[nodiscard]] std::string verdict() const;

private:
  struct thirds {
    std::uint64_t middle, last;
  };
  [[nodiscard]] bool is_judged() const;
  [[nodiscard]] thirds largest() const;

  std::vector<std::uint64_t> samples_;
};

/// 12345678 as "11.8 MiB".
[[nodiscard]] std::string mebibytes(std::uint64_t bytes);

}  // namespace soak
