// sleeper.cpp: how a worker sleeps.
#include <troupe/actors/engine/scheduling/sleeper.hpp>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <new>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace troupe::detail {
namespace {

/// What is written to `rings` is read from `heard`: of an eventfd they are one.
struct bell_ends {
  int heard;
  int rings;
};

bell_ends make_bell() {
  const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd >= 0) return {fd, fd};
  int ends[2];
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(),
                            "troupe: neither an eventfd nor a pipe for a worker");
  return {ends[0], ends[1]};
}

/// The destruction of what is under way, before that of the context.
struct context_of_worker : asio::io_context {
  using asio::io_context::shutdown;
};

}  // namespace

struct sleeper::reactor {
  explicit reactor(bell_ends ends) : rings(ends.rings), bell(io, ends.heard) { listen(); }
  reactor(const reactor&) = delete;
  reactor& operator=(const reactor&) = delete;
  ~reactor() {
    if (is_pipe()) ::close(rings);
  }
  [[nodiscard]] bool is_pipe() { return rings != bell.native_handle(); }

  /// The bell is always listened to: it is the work that keeps the context running.
  void listen() {
    bell.async_wait(asio::posix::descriptor_base::wait_read, [this](const asio::error_code& error) {
      if (error) return;
      if (std::this_thread::get_id() == owner.load(std::memory_order_relaxed)) {  // W2
        std::array<std::uint64_t, 8> rung_before{};  // an eventfd fills the first, a pipe as many
        [[maybe_unused]] const auto bytes =
            ::read(bell.native_handle(), rung_before.data(), sizeof rung_before);
      }
      listen();
    });
  }

  /// What has passed already needs no alarm; nor does what it is set for: it stays set when
  /// something else has ended the sleep. (io_context::run_one_until() would wake up every second.)
  /// @returns false: there is no memory
  bool set_alarm(time_point deadline) noexcept try {
    if (deadline <= std::chrono::steady_clock::now()) {
      asio::post(io, [] {});
    } else if (alarm.expiry() != deadline) {
      alarm.expires_at(deadline);
      alarm.async_wait([](const asio::error_code&) {});
    }
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  std::atomic<std::thread::id> owner;
  const int rings;
  context_of_worker io;
  asio::posix::stream_descriptor bell;
  asio::steady_timer alarm{io};
  std::atomic<bool> rung{false};
};

sleeper::sleeper() : reactor_(std::make_unique<reactor>(make_bell())) {}
sleeper::~sleeper() = default;

void sleeper::sleep(time_point deadline) noexcept {
  // acquire: with wake(): what was put before the bell was rung.
  if (reactor_->rung.exchange(false, std::memory_order_acquire)) return;  // W1
  if (deadline == time_point::max() || reactor_->set_alarm(deadline))
    reactor_->io.run_one();
  else
    reactor_->io.run_one_until(deadline);
  reactor_->rung.exchange(false, std::memory_order_acquire);
}

asio::io_context& sleeper::io() noexcept { return reactor_->io; }

bool sleeper::has_eventfd() const noexcept { return !reactor_->is_pipe(); }

void sleeper::own() noexcept {
  reactor_->owner.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

/// Bounded: for others than the owner the bell stays ready.
void sleeper::run_ready() noexcept {
  constexpr int most = 64;
  for (int i = 0; i < most && reactor_->io.poll_one() != 0; ++i) {}
}

bool sleeper::run_one_ready() noexcept { return reactor_->io.poll_one() != 0; }

void sleeper::close(bool for_good) noexcept {
  own();  // W2: the bell has no other taker any more
  while (reactor_->io.poll_one() != 0) {}
  if (for_good) reactor_->io.shutdown();
}

void sleeper::wake() noexcept {
  if (reactor_->rung.exchange(true, std::memory_order_release)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto bytes = ::write(reactor_->rings, &one, sizeof one);
}

}  // namespace troupe::detail
