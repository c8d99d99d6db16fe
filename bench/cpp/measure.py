#!/usr/bin/env python3
"""How fast gander rewrites a C++ project, each figure beside what it is compared with; medians, all by one way of measuring.

    measure.py TREE FIRST.yaml SECOND.yaml --gander FILE [--runs 3] [--sample N] [--json FILE]

TREE holds its own compile_commands.json. Times are processor seconds (user and system) of all processes, so that a busy machine does not
decide, with the time on the clock in brackets. Everything runs one process at a time.

    compiler      clang++ -fsyntax-only of each source of the database that holds an old name or names the dataset
    every file    the parsing process with the first migration's request, for each source of the database; `whole`: with all functions'
                  bodies, as a compiler parses. With --sample N: N sources spread over the database, and the sum scaled up
    first         `gander rewrite` from nothing;  `again`: the same once more with --cache;  `second`: another migration with that cache
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

WRAPPER = """#!/usr/bin/env python3
import json, os, subprocess, sys
request = sys.stdin.buffer.read()
child = subprocess.Popen([%r, *sys.argv[1:]], stdin=subprocess.PIPE)
child.stdin.write(request)
child.stdin.close()
_, status, used = os.wait4(child.pid, 0)
with open(%r, "a") as log:
    log.write(json.dumps({"request": json.loads(request), "memory": used.ru_maxrss, "seconds": used.ru_utime + used.ru_stime}) + "\\n")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def timed(command, text=None, folder=None, worst=1):
    began = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if text:
        child.stdin.write(text)
    child.stdin.close()
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in range(worst + 1):
        sys.exit(f"measure: {command[0]}: {said.decode(errors='replace')[-500:]}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began


def median(runs, work):
    """Of processor seconds, with the clock's of the same run."""
    results = sorted(work() for _ in range(runs))
    return results[len(results) // 2]


def total(pairs):
    pairs = list(pairs)
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


class Measurement:
    def __init__(self, flags):
        self.flags = flags
        self.tree = flags.tree.resolve()
        self.parser = flags.gander.resolve().parent / "gander-cpp"
        self.database = json.loads((self.tree / "compile_commands.json").read_text())
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="gander-measure-"))
        self.results = {}

    def rewrite(self, migration, *more, gander=None):
        return timed([gander or self.flags.gander, "rewrite", migration, self.tree, "--json", "--no-sandbox", "--jobs", "1", *more])

    def observe(self):
        """One run whose parsing processes are watched: their requests, memory and time."""
        folder = self.work / "bin"
        folder.mkdir()
        shutil.copy(self.flags.gander, folder / "gander")
        for name in ("rules", "share"):
            if (self.flags.gander.parent / name).exists():
                (folder / name).symlink_to(self.flags.gander.parent.resolve() / name)
        log = self.work / "log"
        (folder / "gander-cpp").write_text(WRAPPER % (str(self.parser), str(log)))
        (folder / "gander-cpp").chmod(0o755)
        self.rewrite(self.flags.first, "--rules", self.flags.rules, gander=folder / "gander")
        return [json.loads(line) for line in log.read_text().splitlines()]

    def holding(self, request):
        """Sources that hold a wanted name that is no part of a namespace's name only."""
        names = [name for name in request["wanted"] if name not in request["types"][0].split("::")[:-1]]
        pattern = re.compile(r"(?<![A-Za-z0-9_])(" + "|".join(map(re.escape, names)) + r")(?![A-Za-z0-9_])")
        made = (".pb.cc", ".pb.cpp")
        return [entry for entry in self.database if not entry["file"].endswith(made)
                and pattern.search((self.tree / entry["file"]).read_text(errors="replace"))]

    def compiler(self, entry):
        words = [word for word in entry["arguments"][1:] if word != "-c"]
        return timed(["clang++-22", "-fsyntax-only", *words], folder=entry["directory"])

    def parse(self, entry, command, flags):
        words = [word for word in entry["arguments"][1:] if word not in ("-c", entry["file"])]
        asked = dict(command, directory=entry["directory"], arguments=["clang++", *words, str(self.tree / entry["file"])])
        asked["request"] = dict(command["request"], file=entry["file"])
        return timed([self.parser, *flags], json.dumps(asked).encode())

    def everyFile(self, command, flags):
        step = max(1, len(self.database) // self.flags.sample) if self.flags.sample else 1
        sample = self.database[::step]
        pair = total(self.parse(entry, command, flags) for entry in sample)
        return tuple(part * len(self.database) / len(sample) for part in pair)

    def cached(self, runs):
        """(first with an empty cache, again, second) of each run."""
        found = []
        for _ in range(runs):
            folder = self.work / "cache"
            shutil.rmtree(folder, ignore_errors=True)
            found.append([self.rewrite(migration, "--cache", folder) for migration in (self.flags.first, self.flags.first, self.flags.second)])
        return [sorted(column)[len(column) // 2] for column in zip(*found)]

    def run(self):
        runs = self.flags.runs
        seen = self.observe()
        command = seen[0]["request"]
        holding = self.holding(command["request"])
        figures = self.results
        figures["compiler"] = median(runs, lambda: total(map(self.compiler, holding)))
        figures["first"] = median(runs, lambda: self.rewrite(self.flags.first))
        figures["second from nothing"] = median(runs, lambda: self.rewrite(self.flags.second))
        figures["first, filling the cache"], figures["again"], figures["second"] = self.cached(runs)
        figures["every file"] = median(1 if self.flags.sample else runs, lambda: self.everyFile(command, []))
        figures["every file, whole"] = median(1 if self.flags.sample else runs, lambda: self.everyFile(command, ["--all-bodies"]))
        self.report(seen, holding)
        shutil.rmtree(self.work)

    def report(self, seen, holding):
        figures = self.results
        print(f"{self.tree.name}: {len(self.database)} sources in the database, {len(holding)} hold the name, {len(seen)} were parsed"
              + (f"; every file: from a sample of {self.flags.sample}" if self.flags.sample else "") + f"; {self.flags.runs} runs, medians")
        for name, (processor, clock) in figures.items():
            print(f"  {name:26} {processor:9.2f} s  ({clock:.2f})")
        first = figures["first"][0]
        goals = [("every file, whole / first", figures["every file, whole"][0] / first, ">=", 30),
                 ("every file / first", figures["every file"][0] / first, ">=", 30),
                 ("first / compiler", first / figures["compiler"][0], "<=", 0.4),
                 ("again / first", figures["again"][0] / first, "<=", 0.1),
                 ("second / second from nothing", figures["second"][0] / figures["second from nothing"][0], "<=", 0.1),
                 ("memory of a process, MiB", max(entry["memory"] for entry in seen) / 1024, "<=", 1536)]
        for name, value, sign, goal in goals:
            met = value >= goal if sign == ">=" else value <= goal
            print(f"  {name:30} {value:8.2f}   goal {sign} {goal:<5} {'met' if met else 'NOT MET'}")
        memory = [round(entry["memory"] / 1024) for entry in seen]
        print(f"  memory by process, in their order, MiB: {memory}; median {statistics.median(memory):.0f}")
        if self.flags.json:
            self.flags.json.write_text(json.dumps({"figures": figures, "memory": memory}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tree", type=pathlib.Path)
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second", type=pathlib.Path)
    parser.add_argument("--gander", type=pathlib.Path, required=True)
    parser.add_argument("--rules", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "rules")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--json", type=pathlib.Path)
    Measurement(parser.parse_args()).run()


if __name__ == "__main__":
    main()
