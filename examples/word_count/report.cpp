// report.cpp: the results as text.
#include "report.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string_view>

namespace word_count {
namespace {

/// Like std::to_string, with digits behind the point.
std::string fixed(double number, int digits) {
  char text[64];
  const int n = std::snprintf(text, sizeof text, "%.*f", digits, number);
  return {text, static_cast<std::size_t>(n)};
}

/// The number in its column, then what it counts.
std::string line(std::uint64_t number, std::string_view what) {
  const std::string digits = std::to_string(number);
  std::string text(digits.size() < 12 ? 12 - digits.size() : 0, ' ');
  return text.append(digits).append(" ").append(what).append("\n");
}

std::string total(std::uint64_t number, std::string_view what) {
  return line(number, std::string(what).append(number == 1 ? "" : "s"));
}

std::string shares(const std::vector<troupe::worker_info>& workers) {
  std::uint64_t all = 0;
  for (const auto& w : workers) all += w.counted.messages;
  std::string text;
  for (const auto& w : workers) {
    const auto share = 100 * static_cast<double>(w.counted.messages);
    text += "worker " + std::to_string(w.number);
    if (w.pinned) text += " on CPU " + std::to_string(w.cpu);
    text += ": " + std::to_string(w.counted.messages) + " messages, " +
            fixed(all == 0 ? 0 : share / static_cast<double>(all), 1) + " %\n";
  }
  return text;
}

}  // namespace

std::string report(const summary& s, const run& r) {
  std::string text;
  for (const ranked& w : s.words.top) text += line(w.count, w.word);
  if (!s.words.top.empty()) text += "\n";
  text += total(r.files, "file");
  text += total(s.seen.bytes, "byte");
  text += total(s.seen.lines, "line");
  text += total(s.seen.words, "word");
  text += total(s.words.distinct, "distinct word");
  const double seconds = std::max(r.took.count(), 1e-9);
  text += '\n';
  text += fixed(seconds, 3) + " s, " + fixed(static_cast<double>(s.seen.bytes) / 1e6 / seconds, 1) +
          " MB/s\n";
  return text + shares(r.workers);
}

}  // namespace word_count
