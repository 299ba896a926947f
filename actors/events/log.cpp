// log.cpp: the default sink. The only file that names spdlog.
//
//   Note     no logger and no registry of spdlog's: nothing is global, so neither the order of
//            static destruction nor a second system matters. And no lock: stdio keeps lines whole,
//            and a child of fork() finds none that is held.
#include <troupe/actors/events/log.hpp>

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace troupe {
namespace {

/// As spdlog's own for stderr, which does not tell when it could not write.
class checked_stderr final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  checked_stderr()
      : base_sink(std::make_unique<spdlog::pattern_formatter>(
            "troupe: %v", spdlog::pattern_time_type::local, "\n")) {}

private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    // A formatter keeps notes while it formats: each thread has its own.
    const auto formatter = formatter_->clone();
    spdlog::memory_buf_t line;
    formatter->format(message, line);
    const std::size_t written = std::fwrite(line.data(), 1, line.size(), stderr);
    if (written != line.size() || std::fflush(stderr) != 0)
      throw spdlog::spdlog_ex("stderr", errno);
  }
  void flush_() override {}  // each line is
};

class default_sink final : public log_sink {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "stderr"; }
  void write(log_level level, std::string_view text) override {
    out_.log(spdlog::details::log_msg("troupe", level_of(level), {text.data(), text.size()}));
  }

private:
  static spdlog::level::level_enum level_of(log_level level) noexcept {
    switch (level) {
      case log_level::error: return spdlog::level::err;
      case log_level::warning: return spdlog::level::warn;
      case log_level::info: break;
    }
    return spdlog::level::info;
  }
  checked_stderr out_;
};

}  // namespace

std::string_view to_string(log_level level) noexcept {
  static constexpr std::array<std::string_view, 3> names{"info", "warning", "error"};
  const auto i = static_cast<std::size_t>(level);
  return i < names.size() ? names[i] : "unknown";
}

std::shared_ptr<log_sink> stderr_log() { return std::make_shared<default_sink>(); }

}  // namespace troupe
