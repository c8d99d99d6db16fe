#!/usr/bin/env python3
"""Gets OLA, a public project of some 500 C++ files with protobuf, as a Debian source package, and configures it.

    get_ola.py FOLDER      FOLDER/ola-*/ gets its generated headers and a compile_commands.json; prints that folder

Status 3, with what is missing, where it can't be had. Needs the network once; then the folder is used as it is. Nothing is installed and
no list of the machine's packages is changed: the source's place is asked for with lists of its own.
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys

NEEDED = {"autoreconf": "autoconf automake libtool", "bison": "bison", "flex": "flex", "protoc": "protobuf-compiler", "dpkg-source": "dpkg-dev"}
FLAGS = ["CC=clang-22", "CXX=clang++-22", "CXXFLAGS=-O0", "--disable-http", "--disable-libusb", "--disable-libftdi", "--disable-osc",
         "--disable-unittests", "--disable-fatal-warnings"]


def fail(why):
    print(f"get_ola: {why}", file=sys.stderr)
    sys.exit(3)


def run(command, folder, **more):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, **more)
    if done.returncode != 0:
        fail(f"{shlex.join(map(str, command))}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.stdout


def fetch(folder):
    lists = folder / "apt"
    for part in ("lists/partial", "archives/partial"):
        (lists / part).mkdir(parents=True, exist_ok=True)
    (lists / "sources.list").write_text("deb-src http://deb.debian.org/debian bookworm main\n")
    apt = ["apt-get", "-o", f"Dir::Etc::sourcelist={lists}/sources.list", "-o", "Dir::Etc::sourceparts=-", "-o", f"Dir::State::lists={lists}/lists"]
    run([*apt, "update"], folder)
    # Debian's own changes are not needed, and may be gone from a mirror that the original is still on.
    run([*apt, "source", "--download-only", "--tar-only", "ola"], folder)
    archives = list(folder.glob("ola_*.orig.tar.*"))
    if not archives:
        fail("the source package was not downloaded")
    run(["tar", "xf", archives[0].name], folder)


def commands(tree):
    """What `make` would run for each source, from its own words."""
    said = run(["make", "--dry-run", "--keep-going", "all"], tree).replace("\\\n", " ")
    entries = {}
    for line in said.splitlines():
        if " -c " not in line or "clang++-22" not in line:
            continue
        line = re.sub(r"`test -f '([^']*)' \|\| echo './'`\S*", r"\1", line)
        line = line[line.index("clang++-22"):].split("&&")[0].split(";")[0].replace("$depbase", "x")
        words, kept = shlex.split(line), []
        skipped = False
        for word in words:
            if not skipped and word not in ("-o", "-MT", "-MF", "-MD", "-MP"):
                kept.append(word)
            skipped = word in ("-o", "-MT", "-MF")
        sources = [word for word in kept if word.endswith((".cpp", ".cc"))]
        if len(sources) == 1:
            entries[sources[0]] = {"directory": str(tree), "file": sources[0], "arguments": kept}
    return list(entries.values())


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    missing = [packages for program, packages in NEEDED.items() if subprocess.run(["which", program], capture_output=True).returncode]
    if missing:
        fail(f"needs more packages: apt-get install {' '.join(missing)}")
    if not list(folder.glob("ola-*/configure.ac")):
        fetch(folder)
    tree = next(folder.glob("ola-*/configure.ac")).parent
    if not (tree / "compile_commands.json").exists():
        run(["autoreconf", "-i"], tree)
        run(["./configure", *FLAGS], tree)
        run(["make", "builtfiles"], tree)
        (tree / "compile_commands.json").write_text(json.dumps(commands(tree), indent=0))
    print(tree)


if __name__ == "__main__":
    main()
