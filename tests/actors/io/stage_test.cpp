// stage_test.cpp: real I/O under the seeded scheduler.
#include <troupe/actors/io/prelude.hpp>
#include <troupe/actors/kit/prelude.hpp>

#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <string>

namespace {

struct open_it {
  using reply = void;
};
class opener : public troupe::actor<opener> {
public:
  void on(open_it) { asio::ip::tcp::socket socket(troupe::io::executor_of(self())); }
};

TEST(Stage, RefusesRealIoWithANamedError) {
  troupe::kit::stage stage(1);
  const auto o = stage.spawn<opener>();
  const auto refused = o.try_ask(open_it{}).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason().type(), "troupe::io::real_io_refused");
  EXPECT_NE(refused.error().reason().text().find("kit::stage"), std::string::npos);
}

}  // namespace
