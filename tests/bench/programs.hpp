// programs.hpp: small shell scripts that stand for measured programs.
//
//   Holds    a folder of its own under the system's temporary one, until the end of the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace programs {

class folder {
public:
  folder() {
    std::string name = (std::filesystem::temp_directory_path() / "troupe_bench_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { std::filesystem::remove_all(path_); }

  std::string path() const { return path_.string(); }
  std::string path_of(const std::string& name) const { return (path_ / name).string(); }

  /// Writes a shell script that can be started. @returns its path
  std::string add(const std::string& name, const std::string& script) const {
    std::ofstream(path_ / name) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path_ / name, std::filesystem::perms::owner_all);
    return path_of(name);
  }

private:
  std::filesystem::path path_;
};

}  // namespace programs
