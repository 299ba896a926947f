// 63_class_template.cpp: actors that are class templates, with messages that are.
//
// must compile
#include "../common.hpp"

#include <map>

template <class K, class V>
struct put {
  K key;
  V value;
};
template <class K, class V>
struct find {
  using reply = troupe::result<V, std::string>;
  K key;
};

template <class K, class V>
class cache : public troupe::actor<cache<K, V>> {
public:
  using cache::actor::self;

  void on(put<K, V> p) {
    content_.insert_or_assign(std::move(p.key), std::move(p.value));
    if (content_.size() > 1000) self().stop();
  }
  troupe::result<V, std::string> on(const find<K, V>& f) const {
    const auto at = content_.find(f.key);
    if (at == content_.end()) return std::string("not there");
    return at->second;
  }

private:
  std::map<K, V> content_;
};

int use(troupe::actor_system& sys) {
  auto c = sys.spawn<cache<std::string, int>>();
  c.tell<put<std::string, int>>("a", 1);
  const troupe::address<find<std::string, int>> to = c;
  return to.ask<find<std::string, int>>("a").get().value_or(0);
}
