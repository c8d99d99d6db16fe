#!/usr/bin/env python3
"""Makes a C++ project of many sources, few of which use the dataset, and builds its generated headers.

    make_project.py FOLDER BUILD [--sources 60] [--users 6]

All sources include the second message's header, as those of a real project include much that is not the dataset's; `users` of them use
the dataset. BUILD gets compile_commands.json and `parse-all`, a script that parses every source with clang.
"""

import argparse
import json
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
FLEET = ROOT / "fixtures" / "fleet"

CMAKE = """cmake_minimum_required(VERSION 3.16)
project(many CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(Protobuf REQUIRED)
protobuf_generate_cpp(PROTO_SOURCES PROTO_HEADERS plays.proto profiles.proto)
file(GLOB SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp)
add_library(many STATIC ${SOURCES} ${PROTO_SOURCES})
target_include_directories(many PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
add_custom_target(headers DEPENDS ${PROTO_HEADERS})
"""
USER = """#include <string>
#include "plays.pb.h"
std::string user%(n)d(const warehouse::v1::UserPlay& play) { return play.user_name() + std::to_string(play.track_ms()); }
"""
OTHER = """#include <map>
#include <regex>
#include <string>
#include "profiles.pb.h"
std::string other%(n)d(const accounts::v1::UserProfile& profile) {
  std::map<std::string, int> seen = {{profile.%(field)s(), %(n)d}};
  return seen.begin()->first;
}
"""


def write_sources(folder, sources, users):
    (folder / "src").mkdir(parents=True)
    (folder / "CMakeLists.txt").write_text(CMAKE)
    for proto, case in (("plays.proto", "user-directory/before/protos"), ("profiles.proto", "user-directory/before/protos")):
        (folder / proto).write_text((FLEET / case / proto).read_text())
    for number in range(sources):
        text = USER if number < users else OTHER
        # One in ten of the others uses the second message's field of the same name: it has to be parsed to tell.
        field = "user_name" if number % 10 == 9 else "country"
        (folder / "src" / f"source{number}.cpp").write_text(text % {"n": number, "field": field})


def write_parse_all(build):
    commands = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if entry["file"].endswith(".pb.cc"):
            continue
        words = [word for word in shlex.split(entry["command"]) if word != "-c"]
        at = words.index("-o")
        words = ["clang++-22", "-fsyntax-only", *words[1:at], *words[at + 2:]]
        commands.append(shlex.join(words))
    (build / "commands").write_text("\n".join(commands) + "\n")
    (build / "parse-all").write_text(f"exec xargs -P \"$(nproc)\" -I LINE sh -c LINE < {shlex.quote(str(build / 'commands'))}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--users", type=int, default=6)
    flags = parser.parse_args()
    write_sources(flags.folder, flags.sources, flags.users)
    configure = ["cmake", "-G", "Ninja", "-S", str(flags.folder), "-B", str(flags.build), "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
                 "-DCMAKE_CXX_COMPILER=clang++-22"]
    subprocess.run(configure, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", str(flags.build), "--target", "headers"], check=True, stdout=subprocess.DEVNULL)
    write_parse_all(flags.build)


if __name__ == "__main__":
    main()
