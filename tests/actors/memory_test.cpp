// memory_test.cpp: whose malloc a program runs on.
#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <dlfcn.h>
#include <new>
#include <string>

namespace {

std::string library_of(void* function) {
  Dl_info info{};
  return dladdr(function, &info) != 0 ? info.dli_fname : "";
}

TEST(Memory, EnvelopesOfTheLibraryDoNotChangeTheProgramsMalloc) {
  const troupe::actor_system sys({.workers = 1});  // so that the library is linked
  void* const malloc_function = dlsym(RTLD_DEFAULT, "malloc");
  ASSERT_NE(malloc_function, nullptr);
  EXPECT_EQ(library_of(malloc_function).find("mimalloc"), std::string::npos);
  void* const new_function = dlsym(RTLD_DEFAULT, "_Znwm");
  ASSERT_NE(new_function, nullptr);
  EXPECT_EQ(library_of(new_function).find("mimalloc"), std::string::npos);
}

}  // namespace
