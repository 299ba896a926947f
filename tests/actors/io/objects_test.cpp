// objects_test.cpp: what else can be awaited: Unix sockets, pipes, signals, timers; and tokens.
#include "house.hpp"

#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/compose.hpp>
#include <asio/connect_pipe.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/readable_pipe.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/writable_pipe.hpp>
#include <asio/write.hpp>

#include <csignal>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>
#include <tuple>

namespace {

using namespace house;
using troupe::io::this_actor;

/// Runs a task in an actor of its own, and gives what it gives.
template <class R>
struct run_it {
  using reply = R;
  troupe::task<R> (*what)();
};
template <class R>
class runner : public troupe::actor<runner<R>> {
public:
  troupe::task<R> on(run_it<R> r) { co_return co_await r.what(); }
};
template <class R>
R run(troupe::actor_system& sys, troupe::task<R> (*what)()) {
  return sys.spawn<runner<R>>().template ask<run_it<R>>(what).within(patience).get();
}

troupe::task<std::string> over_unix_sockets() {
  using local = asio::local::stream_protocol;
  local::socket a(this_actor()), b(this_actor());
  asio::local::connect_pair(a, b);
  std::string got(5, ' ');
  auto reads = asio::async_read(b, asio::buffer(got), use_actor);
  co_await asio::async_write(a, asio::buffer("local", 5), use_actor);
  co_await std::move(reads);
  co_return got;
}

TEST(UnixSocket, CarriesBytesBetweenItsEnds) {
  everywhere([](auto& sys) { EXPECT_EQ(run<std::string>(sys, &over_unix_sockets), "local"); });
}

troupe::task<std::string> at_a_path() {
  using local = asio::local::stream_protocol;
  std::string name = (std::filesystem::temp_directory_path() / "troupe_io_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  const local::endpoint path(name + "/socket");
  local::acceptor acceptor(this_actor(), path);
  local::socket near(this_actor());
  auto accepts = acceptor.async_accept(use_actor);
  co_await near.async_connect(path, use_actor);
  local::socket far = co_await std::move(accepts);
  co_await asio::async_write(near, asio::buffer("path", 4), use_actor);
  std::string got(4, ' ');
  co_await asio::async_read(far, asio::buffer(got), use_actor);
  std::filesystem::remove_all(name);
  co_return got;
}

TEST(UnixSocket, IsReachedByItsPath) {
  everywhere([](auto& sys) { EXPECT_EQ(run<std::string>(sys, &at_a_path), "path"); });
}

troupe::task<std::string> through_a_pipe() {
  asio::readable_pipe out(this_actor());
  asio::writable_pipe in(this_actor());
  asio::connect_pipe(out, in);
  co_await asio::async_write(in, asio::buffer("water", 5), use_actor);
  in.close();
  std::string got;
  const auto end = co_await asio::async_read(out, asio::dynamic_buffer(got), use_actor_result);
  EXPECT_EQ(end.error(), asio::error::eof);
  co_return got;
}

TEST(Pipe, CarriesBytesToItsEnd) {
  everywhere([](auto& sys) { EXPECT_EQ(run<std::string>(sys, &through_a_pipe), "water"); });
}

troupe::task<bool> into_a_broken_pipe() {
  asio::readable_pipe out(this_actor());
  asio::writable_pipe in(this_actor());
  asio::connect_pipe(out, in);
  out.close();
  const auto n = co_await asio::async_write(in, asio::buffer("water", 5), use_actor_result);
  co_return !n && n.error() == asio::error::broken_pipe;
}

TEST(Pipe, ThatNobodyReadsGivesAnErrorAndNoSigpipe) {
  everywhere([](auto& sys) { EXPECT_TRUE(run<bool>(sys, &into_a_broken_pipe)); });
}

troupe::task<int> a_signal() {
  asio::signal_set signals(this_actor(), SIGUSR1);
  ::kill(::getpid(), SIGUSR1);
  co_return co_await signals.async_wait(use_actor);
}

TEST(SignalSet, GivesTheSignal) {
  everywhere([](auto& sys) { EXPECT_EQ(run<int>(sys, &a_signal), SIGUSR1); });
}

troupe::task<bool> a_timer() {
  asio::steady_timer timer(this_actor());
  const auto before = std::chrono::steady_clock::now();
  timer.expires_after(3ms);
  co_await timer.async_wait(use_actor);
  co_return std::chrono::steady_clock::now() - before >= 3ms;
}

TEST(SteadyTimer, IsNotTooEarly) {
  everywhere([](auto& sys) { EXPECT_TRUE(run<bool>(sys, &a_timer)); });
}

troupe::task<int> two_that_look_at_each_other() {
  asio::steady_timer timer(this_actor(), asio::steady_timer::time_point::max());
  auto waits = timer.async_wait(use_actor_result);
  const auto cancel = [](asio::steady_timer& t) -> troupe::task<> {
    co_await troupe::sleep(1ms);
    t.cancel();
  };
  auto cancels = cancel(timer);
  const auto both = co_await troupe::when_all(std::move(waits), std::move(cancels));
  co_return std::get<0>(both).error() == asio::error::operation_aborted ? 1 : 0;
}

TEST(SteadyTimer, ThatIsCancelledByAnotherCoroutineSaysSo) {
  everywhere([](auto& sys) { EXPECT_EQ(run<int>(sys, &two_that_look_at_each_other), 1); });
}

// --- what handlers can be given

template <class Signature, class Token, class... Values>
auto gives(Token token, Values... values) {
  return asio::async_initiate<Token, Signature>(
      [](auto handler, auto... all) {
        const auto executor = asio::get_associated_executor(handler);
        asio::post(executor, [handler = std::move(handler), all...]() mutable { handler(all...); });
      },
      token, values...);
}

troupe::task<bool> every_kind() {
  co_await gives<void()>(use_actor);
  const int one = co_await gives<void(int)>(use_actor, 1);
  const auto two = co_await gives<void(int, char)>(use_actor, 2, 'b');
  const auto three =
      co_await gives<void(asio::error_code, int, char)>(use_actor, asio::error_code(), 3, 'c');
  const auto four = co_await gives<void(asio::error_code, int, char)>(use_actor_result,
                                                                      asio::error_code(), 4, 'd');
  co_await gives<void(std::exception_ptr)>(use_actor, std::exception_ptr());
  EXPECT_EQ(one, 1);
  EXPECT_EQ(two, std::tuple(2, 'b'));
  EXPECT_EQ(three, std::tuple(3, 'c'));
  EXPECT_EQ(four.value(), std::tuple(4, 'd'));
  bool thrown = false;
  try {
    co_await gives<void(std::exception_ptr)>(
        use_actor, std::make_exception_ptr(std::runtime_error("as it was")));
  } catch (const std::runtime_error& e) {
    thrown = std::string_view(e.what()) == "as it was";
  }
  co_return thrown;
}

TEST(UseActor, GivesWhatTheHandlerIsGivenWhateverItsSignature) {
  everywhere([](auto& sys) { EXPECT_TRUE(run<bool>(sys, &every_kind)); });
}

/// Ends at once, inside the initiating function; or on a thread of its own; or never calls.
template <class Token>
auto misbehaves(int how, Token token) {
  return asio::async_initiate<Token, void(asio::error_code, int)>(
      [](auto handler, int in_which_way) {
        if (in_which_way == 0) {
          handler(asio::error_code(), 7);
        } else if (in_which_way == 1) {
          std::thread([handler = std::move(handler)]() mutable {
            handler(asio::error_code(), 7);
          }).detach();
        } else if (in_which_way == 3) {
          throw std::runtime_error("not begun");
        }
      },
      token, how);
}

troupe::task<bool> misbehaving() {
  const int at_once = co_await misbehaves(0, use_actor);
  const int elsewhere = co_await misbehaves(1, use_actor);
  const auto never = co_await misbehaves(2, use_actor_result);
  EXPECT_EQ(at_once, 7);
  EXPECT_EQ(elsewhere, 7);
  EXPECT_EQ(never.error(), asio::error::operation_aborted);
  bool thrown = false;
  try {
    co_await misbehaves(3, use_actor);
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  co_return thrown;
}

TEST(UseActor, SurvivesOperationsThatDoNotKeepAsiosRules) {
  everywhere([](auto& sys) { EXPECT_TRUE(run<bool>(sys, &misbehaving)); });
}

}  // namespace
