// ping_pong.cpp: two actors, one message that bounces between them.
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

namespace bench {
namespace {

class player : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {
        [this](ball b) {
          if (b.left > 0)
            send(other_, ball{b.left - 1});
          else
            over_.deliver(number{0});
        },
        [this](caf::actor& other) { other_ = std::move(other); },
        [this](play p) -> caf::result<number> {
          over_ = make_response_promise();
          send(other_, ball{p.hops - 1});
          return caf::delegated<number>{};
        },
    };
  }

private:
  caf::actor other_;
  caf::response_promise over_;
};

}  // namespace

double ping_pong(const order& o) {
  session caf_side(o);
  auto server = caf_side.system().spawn<player>();
  auto returner = caf_side.system().spawn<player>();
  caf::anon_send(server, returner);
  caf::anon_send(returner, server);
  const number hops = even(o.work);
  caf_side.ask(server, play{even(warm_up(hops))});
  return ns_each(seconds([&] { caf_side.ask(server, play{hops}); }), hops);
}

}  // namespace bench
