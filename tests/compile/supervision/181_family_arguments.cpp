// 181_family_arguments.cpp: a family whose children are started with something else.
//
// must fail: troupe: family::start takes what family<A, Args...> names after the class
#include "../common.hpp"
#include <troupe/supervision/prelude.hpp>

auto open(const troupe::family<account, long>& all) { return all.start(std::string("a"), 1L); }
