// 64_foreign_request.cpp: reply_of for a message type that is not one's own.
//
// must compile
#include "../common.hpp"

namespace theirs {
struct query {
  std::string text;
};
}  // namespace theirs

template <>
struct troupe::reply_of<theirs::query> {
  using type = std::unique_ptr<std::string>;
};

struct librarian : troupe::actor<librarian> {
  std::unique_ptr<std::string> on(theirs::query q) {
    return std::make_unique<std::string>(std::move(q.text));
  }
};

std::string use(const troupe::ref<librarian>& l) {
  const troupe::address<theirs::query> to = l;
  return *l.ask(theirs::query{"who"}).get() + *to.ask<theirs::query>("what").get();
}
