// json.cpp: brackets, commas, and strings in quotes.
#include "json.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace compare {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

json_writer& json_writer::open(char bracket) {
  begin_value();
  text_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  --depth_;
  if (!first_) new_line();
  text_ += bracket;
  first_ = false;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  begin_value();
  text_ += quoted(name) + ": ";
  after_key_ = true;
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  begin_value();
  text_ += quoted(text);
  return *this;
}

json_writer& json_writer::value(double number) {
  if (!std::isfinite(number)) return null();
  begin_value();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.10g", number);
  text_ += text.data();
  return *this;
}

json_writer& json_writer::null() {
  begin_value();
  text_ += "null";
  return *this;
}

void json_writer::begin_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) text_ += ',';
  if (depth_ > 0) new_line();
  first_ = false;
}

void json_writer::new_line() { text_ += '\n' + std::string(2 * depth_, ' '); }

}  // namespace compare
