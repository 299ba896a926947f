// reason.cpp: why an actor ended, as words.
#include <troupe/actors/reason.hpp>

#include <array>

namespace troupe {

std::string_view to_string(exit_kind kind) noexcept {
  static constexpr std::array<std::string_view, 10> names{
      "normal",      "shutdown", "failed", "killed", "unreferenced",
      "unreachable", "gone",     "signal", "exited", "user"};
  const auto i = static_cast<std::size_t>(kind);
  return i < names.size() ? names[i] : "unknown";
}

exit_reason::exit_reason(exit_kind kind, std::string text)
    : exit_reason(kind, 0, std::move(text)) {}

exit_reason::exit_reason(exit_kind kind, int number, std::string text)
    : kind_(kind),
      number_(number),
      said_(text.empty() ? nullptr
                         : std::make_shared<const words>(words{{}, std::move(text), {}})) {}

exit_reason::exit_reason(exit_kind kind, int number, std::shared_ptr<const words> said) noexcept
    : kind_(kind), number_(number), said_(std::move(said)) {}

exit_reason exit_reason::failed(std::string type, std::string text,
                                std::vector<std::string_view> recent) noexcept {
  try {
    return {
        exit_kind::failed, 0,
        std::make_shared<const words>(words{std::move(type), std::move(text), std::move(recent)})};
  } catch (...) {  // no memory: the kind is what matters
    return {exit_kind::failed, 0, std::shared_ptr<const words>{}};
  }
}

exit_reason exit_reason::linked(const exit_reason& cause, std::string other) noexcept {
  try {
    return {cause.kind_, cause.number_,
            std::make_shared<const words>(words{std::string(cause.type()),
                                                std::string(cause.text()),
                                                {},
                                                std::make_shared<const exit_reason>(cause),
                                                std::move(other)})};
  } catch (...) {
    return cause;
  }
}

exit_reason exit_reason::because_of(const exit_reason& cause) const noexcept {
  try {
    words all = said_ ? *said_ : words{};
    all.cause = std::make_shared<const exit_reason>(cause);
    return {kind_, number_, std::make_shared<const words>(std::move(all))};
  } catch (...) {
    return *this;
  }
}

const exit_reason* exit_reason::cause() const noexcept {
  return said_ ? said_->cause.get() : nullptr;
}

std::string_view exit_reason::type() const noexcept {
  return said_ ? std::string_view(said_->type) : "";
}

std::string_view exit_reason::text() const noexcept {
  return said_ ? std::string_view(said_->text) : "";
}

std::span<const std::string_view> exit_reason::recent() const noexcept {
  return said_ ? std::span(said_->recent) : std::span<const std::string_view>{};
}

bool exit_reason::is_clean() const noexcept {
  return kind_ == exit_kind::normal || kind_ == exit_kind::shutdown ||
         kind_ == exit_kind::unreferenced || (kind_ == exit_kind::exited && number_ == 0);
}

std::string exit_reason::to_string() const {
  std::string s(troupe::to_string(kind_));
  std::string inside(type());
  const auto add = [&](const std::string& part) {
    if (!inside.empty()) inside += ", ";
    inside += part;
  };
  if (kind_ == exit_kind::signal || kind_ == exit_kind::exited ||
      (kind_ == exit_kind::user && number_ != 0))
    add(std::to_string(number_));
  if (!text().empty()) add('"' + std::string(text()) + '"');
  if (!inside.empty()) s += '(' + inside + ')';
  if (said_ && !said_->linked_to.empty()) s += ", by its link to " + said_->linked_to;
  return s;
}

bool operator==(const exit_reason& a, const exit_reason& b) noexcept {
  return a.kind_ == b.kind_ && a.number_ == b.number_ && a.type() == b.type() &&
         a.text() == b.text();
}

}  // namespace troupe
