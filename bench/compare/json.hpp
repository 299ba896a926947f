// json.hpp: writing JSON, as much of it as results.json needs.
#pragma once

#include <string>
#include <string_view>

namespace compare {

/// Builds one JSON text. Inside an object each value comes after its key().
class json_writer {
public:
  json_writer& open(char bracket);   ///< '{' or '['
  json_writer& close(char bracket);  ///< '}' or ']'
  json_writer& key(std::string_view name);
  json_writer& value(std::string_view text);
  json_writer& value(double number);  ///< null if it is not finite
  json_writer& null();

  /// key and value in one.
  template <class V>
  json_writer& field(std::string_view name, const V& v) {
    return key(name).value(v);
  }

  /// The text so far.
  const std::string& text() const { return text_; }

private:
  void begin_value();
  void new_line();

  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;       // nothing stands before the next value at this depth
  bool after_key_ = false;  // the next value belongs on the line of its key
};

}  // namespace compare
