// stage.cpp: a system in which nothing happens by chance.
#include <troupe/actors/kit/stage.hpp>

#include <troupe/actors/kit/seeded.hpp>

#include <cstdlib>
#include <memory>
#include <numeric>

namespace troupe::kit {

stage::stage(std::uint64_t seed)
    : seed_(seed),
      scheduler_(new seeded(seed)),
      system_(std::unique_ptr<detail::scheduler>(scheduler_), system_options{.log = false}) {}

void stage::settle() { scheduler_->settle(); }
void stage::advance(duration d) { scheduler_->advance(d); }
bool stage::step() { return scheduler_->step(); }

std::vector<std::uint64_t> seeds(std::size_t count) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread when it asks for its seeds
  if (const char* const one = std::getenv("TROUPE_SEED")) return {std::strtoull(one, nullptr, 10)};
  std::vector<std::uint64_t> all(count);
  std::iota(all.begin(), all.end(), std::uint64_t{1});
  return all;
}

}  // namespace troupe::kit
