#!/usr/bin/env python3
"""install_test.py BUILD [unittest arguments]: what BUILD installs, seen by those who use it.

The prefix is installed once and moved before anybody looks at it. `./dev check install` builds the
preset release and runs this.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COMPILER = os.environ.get("CXX", "g++")
LANGUAGE = "-std=c++20"
EXPECTED = "150\n"  # what account prints


def run(*command, **how):
    how.setdefault("stderr", subprocess.STDOUT)
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        **how,
    )


def output(*command, **how):
    """What a command that must succeed prints."""
    done = run(*command, **how)
    if done.returncode != 0:
        text = " ".join(str(part) for part in command)
        raise AssertionError(f"exit code {done.returncode}: {text}\n{done.stdout}")
    return done.stdout


def setUpModule():
    global BUILD, FOLDER, PREFIX
    keeper = tempfile.TemporaryDirectory(prefix="troupe-install-")
    unittest.addModuleCleanup(keeper.cleanup)
    FOLDER = Path(keeper.name)
    output("cmake", "--install", BUILD, "--prefix", FOLDER / "built/for/here")
    PREFIX = FOLDER / "moved"
    shutil.move(FOLDER / "built/for/here", PREFIX)


def configure(source, build, *arguments):
    """A consumer that knows our prefix and nothing else of ours."""
    options = [f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_CXX_COMPILER={COMPILER}"]
    return run("cmake", "-S", source, "-B", build, *options, *arguments)


def pkg_config(*arguments):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(PREFIX / "lib/pkgconfig")}
    return output("pkg-config", *arguments, env=environment, stderr=subprocess.PIPE).split()


def refused_if(condition):
    return f'if({condition})\nmessage(FATAL_ERROR "{condition}")\nendif()'


class Programs(unittest.TestCase):
    def check(self, folder):
        self.assertEqual(output(folder / "account"), EXPECTED)
        for line in output(folder / "whose_malloc").splitlines():
            self.assertNotIn("mimalloc", line, "its malloc is no longer the program's own")

    def test_by_find_package(self):
        build = FOLDER / "by_cmake"
        done = configure(HERE, build)
        self.assertEqual(done.returncode, 0, done.stdout)
        output("cmake", "--build", build, "--parallel")
        self.check(build)

    def test_by_pkg_config(self):
        folder = FOLDER / "by_pkg_config"
        folder.mkdir()
        flags = pkg_config("--cflags", "--libs", "troupe-actors")
        for name in "account", "whose_malloc":
            output(COMPILER, LANGUAGE, HERE / f"{name}.cpp", *flags, "-o", folder / name)
        self.check(folder)

    def test_the_kit_by_pkg_config(self):
        source = FOLDER / "stage.cpp"
        source.write_text(
            "#include <troupe/actors/kit/prelude.hpp>\n"
            "int main() { return troupe::kit::stage(7).seed() == 7 ? 0 : 1; }\n"
        )
        flags = pkg_config("--cflags", "--libs", "troupe-kit")
        output(COMPILER, LANGUAGE, source, *flags, "-o", FOLDER / "stage")
        output(FOLDER / "stage")

    def test_classic_by_pkg_config(self):
        source = FOLDER / "queue.cpp"
        source.write_text(
            "#include <troupe/actors/classic/prelude.hpp>\n"
            "int main() {\n"
            "  troupe::actor_system sys;\n"
            "  troupe::classic::queue<int> q(sys);\n"
            "  if (q.put(7) != troupe::classic::wait_errc::ok) return 1;\n"
            "  return q.get().value() == 7 ? 0 : 1;\n"
            "}\n"
        )
        flags = pkg_config("--cflags", "--libs", "troupe-classic")
        output(COMPILER, LANGUAGE, source, *flags, "-o", FOLDER / "queue")
        output(FOLDER / "queue")

    def test_supervision_by_pkg_config(self):
        source = FOLDER / "tree.cpp"
        source.write_text(
            "#include <troupe/supervision/prelude.hpp>\n"
            "int main() {\n"
            "  troupe::actor_system sys;\n"
            "  auto top = troupe::start(sys, troupe::supervisor_spec{});\n"
            "}\n"
        )
        flags = pkg_config("--cflags", "--libs", "troupe-supervision")
        output(COMPILER, LANGUAGE, source, *flags, "-o", FOLDER / "tree")
        output(FOLDER / "tree")

    def test_io_by_pkg_config(self):
        source = FOLDER / "timer.cpp"
        source.write_text(
            "#include <troupe/actors/io/prelude.hpp>\n"
            "#include <asio/steady_timer.hpp>\n"
            "struct rest { using reply = long; };\n"
            "class sleeper : public troupe::actor<sleeper> {\n"
            "public:\n"
            "  troupe::task<long> on(rest) {\n"
            "    asio::steady_timer timer(troupe::io::executor_of(self()));\n"
            "    timer.expires_after(std::chrono::milliseconds(1));\n"
            "    co_await timer.async_wait(troupe::io::use_actor);\n"
            "    co_return 7;\n"
            "  }\n"
            "};\n"
            "int main() {\n"
            "  troupe::actor_system sys;\n"
            "  return sys.spawn<sleeper>().ask(rest{}).get() == 7 ? 0 : 1;\n"
            "}\n"
        )
        flags = pkg_config("--cflags", "--libs", "troupe-io")
        output(COMPILER, LANGUAGE, source, *flags, "-o", FOLDER / "timer")
        output(FOLDER / "timer")


class Package(unittest.TestCase):
    """find_package(troupe ...) with other words."""

    def find(self, words, then=""):
        folder = Path(tempfile.mkdtemp(dir=FOLDER))
        text = "cmake_minimum_required(VERSION 3.25)\nproject(other LANGUAGES CXX)\n"
        (folder / "CMakeLists.txt").write_text(f"{text}find_package(troupe {words})\n{then}\n")
        done = configure(folder, folder / "build")
        return done.returncode, " ".join(done.stdout.split())

    def test_an_unknown_component_is_named_with_those_there_are(self):
        code, text = self.find("REQUIRED COMPONENTS actors ballet")
        self.assertNotEqual(code, 0)
        components = "actors, classic, kit, io, supervision"
        message = f"troupe has no component 'ballet'; this installation has: {components}"
        self.assertIn(message, text)

    def test_an_optional_component_may_be_unknown(self):
        words = "REQUIRED COMPONENTS actors OPTIONAL_COMPONENTS ballet"
        code, text = self.find(words, refused_if("NOT TARGET troupe::actors"))
        self.assertEqual(code, 0, text)
        code, text = self.find(words, refused_if("troupe_ballet_FOUND"))
        self.assertEqual(code, 0, text)

    def test_a_component_brings_what_it_stands_on(self):
        words = "REQUIRED COMPONENTS kit"
        code, text = self.find(words, refused_if("NOT TARGET troupe::actors"))
        self.assertEqual(code, 0, text)

    def test_io_brings_asio(self):
        code, text = self.find("REQUIRED COMPONENTS io", refused_if("NOT TARGET troupe::asio"))
        self.assertEqual(code, 0, text)

    def test_without_components_all_are_there(self):
        code, text = self.find("REQUIRED", refused_if("NOT TARGET troupe::kit"))
        self.assertEqual(code, 0, text)

    def test_a_version_that_does_not_fit_is_refused(self):
        version = pkg_config("--modversion", "troupe-actors")[0]
        major, minor, _ = version.split(".")
        self.assertEqual(self.find(f"{major}.{minor} REQUIRED")[0], 0)
        code, text = self.find(f"{major}.{int(minor) + 1} REQUIRED")
        self.assertNotEqual(code, 0)
        self.assertIn(version, text)


class Files(unittest.TestCase):
    def test_each_header_compiles_alone(self):
        include = PREFIX / "include"
        headers = sorted(h.relative_to(include) for h in include.rglob("*.hpp"))
        self.assertIn(Path("troupe/actors/prelude.hpp"), headers)

        def compile_alone(header):
            command = [COMPILER, LANGUAGE, "-fsyntax-only", "-x", "c++", f"-I{include}"]
            return run(*command, "-include", header, "/dev/null")

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for header, done in zip(headers, pool.map(compile_alone, headers)):
                self.assertEqual(done.returncode, 0, f"{header}:\n{done.stdout}")

    def test_nothing_but_the_library_is_installed(self):
        places = {str(p.relative_to(PREFIX).parent) for p in PREFIX.rglob("*") if p.is_file()}
        floors = ("include/troupe/actors", "include/troupe/supervision")
        headers = {p for p in places if p.startswith(floors)}
        self.assertEqual(places - headers, {"lib", "lib/cmake/troupe", "lib/pkgconfig"})
        self.assertFalse([p for p in headers if "engine" in p], "engine/ is for our sources only")

    def test_no_file_names_the_place_it_was_built_in(self):
        for path in PREFIX.rglob("*"):
            if path.suffix in (".cmake", ".pc"):
                text = path.read_text(encoding="utf-8")
                for place in str(FOLDER), str(ROOT):
                    self.assertNotIn(place, text, path)


class Subdirectory(unittest.TestCase):
    """A project that takes the sources in: add_subdirectory, as FetchContent does."""

    def test_it_builds_the_library_and_nothing_else(self):
        folder = FOLDER / "parent"
        folder.mkdir()
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\n"
            "project(parent LANGUAGES CXX)\n"
            f'add_subdirectory("{ROOT}" troupe)\n'
            f'add_executable(account "{HERE}/account.cpp")\n'
            "target_link_libraries(account PRIVATE troupe::actors)\n"
            "install(TARGETS account)\n"
        )
        build = FOLDER / "parent_build"
        launcher = shutil.which("ccache")
        speed = [f"-DCMAKE_CXX_COMPILER_LAUNCHER={launcher}"] if launcher else []
        done = configure(folder, build, "-G", "Ninja", *speed)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(done.stdout.count("CMake Warning"), 0, done.stdout)
        output("cmake", "--build", build, "--parallel")
        self.assertEqual(output(build / "account"), EXPECTED)
        programs = [p.name for p in build.rglob("*") if p.is_file() and os.access(p, os.X_OK)]
        self.assertNotIn("word_count", programs)
        output("cmake", "--install", build, "--prefix", FOLDER / "parents")
        there = [p.name for p in (FOLDER / "parents").rglob("*") if p.is_file()]
        self.assertEqual(there, ["account"], "a parent installs what it says itself")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "CMakeCache.txt").is_file():
        sys.exit(f"usage: {sys.argv[0]} BUILD [unittest arguments]; BUILD is a build folder")
    BUILD = os.path.abspath(sys.argv.pop(1))
    unittest.main()
