// word_count.cpp: counts the words of files or of standard input, on all cores.
//
//   Main's thread is the reader: reading may block, and a worker must not. It hands each chunk to a
//   pipeline of actors and waits for the credit to hand over the next.
#include "actors.hpp"
#include "console.hpp"
#include "input.hpp"
#include "options.hpp"
#include "report.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

namespace word_count {
namespace {

std::string name_of(const std::string& path) {
  return path == "-" ? "standard input" : path.empty() ? "''" : path;
}

/// Hands an input to the pipeline, chunk by chunk.
/// @returns whether it was counted to its end
bool feed(const std::string& path, const pipeline& to, console& user) {
  input in(path);
  for (;;) {
    auto text = in.next();
    if (!text) {
      user.complain(name_of(path), text.error().text);
      return false;
    }
    if (text->empty()) return true;
    user.add(text->size());
    to.ask<chunk>(std::move(*text)).within(any_time).get();
  }
}

exit_code show(std::string_view text, console& user) {
  const int error = print(text);
  if (error == 0) return all_counted;
  user.complain("standard output", std::generic_category().message(error));
  return output_failed;
}

exit_code count(const options& o, console& user) {
  const auto begin = std::chrono::steady_clock::now();
  troupe::actor_system sys({.workers = o.workers});
  const pipeline to = sys.spawn<desk>(sys.workers().size());

  run r;
  for (const std::string& path : o.paths)
    if (feed(path, to, user)) ++r.files;
  const summary s = to.ask<finish>(o.top).within(any_time).get();

  r.took = std::chrono::steady_clock::now() - begin;
  r.workers = sys.workers();
  user.clear();
  const exit_code shown = show(report(s, r), user);
  if (shown != all_counted) return shown;
  return r.files == o.paths.size() ? all_counted : input_failed;
}

exit_code run_program(int argc, char** argv, console& user) {
  const auto o = parse(argc, argv);
  if (!o) {
    user.complain("", o.error().text + "; try 'word_count --help'");
    return wrong_usage;
  }
  if (o->help) return show(help_text(), user);
  try {
    return count(*o, user);
  } catch (const troupe::bad_option& e) {  // more workers than there can be
    user.complain("", e.what());
    return wrong_usage;
  } catch (const std::exception& e) {  // an actor has failed, or a thread could not be had
    user.complain("the count failed", e.what());
    return count_failed;
  }
}

}  // namespace
}  // namespace word_count

int main(int argc, char** argv) {
  word_count::guard_standard_streams();
  word_count::console user;
  return word_count::run_program(argc, argv, user);
}
