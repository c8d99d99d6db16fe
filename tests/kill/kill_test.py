#!/usr/bin/env python3
"""Kills a campaign with SIGKILL at random moments and runs it again, until it ends as if nothing had happened.

    kill_test.py --gander PROGRAM [--kills 50] [--seed N]

An undisturbed run says what the end must be: the state of every target, and the commit of every branch of the forge. Then the same
fleet is run again and again, killed each time, in as many campaigns as it takes to kill it that often. After each campaign the end
must be the same, with exactly one proposal for each target that has one, and one more run must find nothing to do.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ["fleet/py-charts", "fleet/etl-config", "fleet/unrelated", "fleet/play-notes", "cpp/constants"]
CAMPAIGN = "user-plays-v2"
SECONDS = 300
# What differs between two runs of the same work.
TIMES = {"updated", "created", "unchanged"}


class Failure(Exception):
    pass


class Fleet:
    """One fleet in a folder: made afresh, run, and looked at."""

    def __init__(self, gander, folder):
        self.gander = gander
        self.folder = folder

    def make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        subprocess.run([str(ROOT / "tools" / "make-fleet"), str(self.folder), *CASES], check=True, stdout=subprocess.DEVNULL)

    def command(self, *words):
        return [self.gander, *words, "--state", str(self.folder / "state"), "--json"]

    def start(self):
        return subprocess.Popen(self.command("run", str(self.folder / "migration.yaml"), "--forge", str(self.folder / "forge"),
                                             "--workers", "2"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run_to_end(self):
        process = self.start()
        output, errors = process.communicate(timeout=SECONDS)
        if process.returncode not in (0, 1):
            raise Failure(f"run: exit status {process.returncode}: {errors.decode(errors='replace')}")
        return json.loads(output)

    def status(self):
        done = subprocess.run(self.command("status", CAMPAIGN), check=True, timeout=SECONDS, capture_output=True)
        return without_times(json.loads(done.stdout)["campaigns"][0])

    def branches(self):
        found = {}
        for repository in sorted((self.folder / "forge").iterdir()):
            listing = subprocess.run(["git", "-C", str(repository), "for-each-ref", "--format=%(refname) %(objectname)"], check=True,
                                     timeout=SECONDS, capture_output=True, text=True)
            found[repository.name] = listing.stdout.splitlines()
        return found

    def end(self):
        return {"status": self.status(), "branches": self.branches()}


def without_times(document):
    if isinstance(document, dict):
        return {key: without_times(value) for key, value in document.items() if key not in TIMES}
    if isinstance(document, list):
        return [without_times(value) for value in document]
    return document


def check_proposals(end):
    """A second proposal of a repository would have the number 2."""
    for target in end["status"]["targets"]:
        wanted = 1 if target["state"] == "open" else 0
        if target["proposal"] != wanted:
            raise Failure(f"{target['repository']} is {target['state']} with proposal {target['proposal']}, not {wanted}")


def compare(wanted, found):
    if wanted != found:
        raise Failure("the end is not that of an undisturbed run\n"
                      f"-- undisturbed --\n{json.dumps(wanted, indent=1)}\n-- killed --\n{json.dumps(found, indent=1)}")


def check_again(fleet, wanted):
    report = fleet.run_to_end()
    for target in report["targets"]:
        if not target["unchanged"]:
            raise Failure(f"one more run has worked on {target['repository']}: {target['state']}")
    compare(wanted, fleet.end())


def run_killed(fleet, kills, longest, chance):
    """Starts and kills until the campaign ends by itself or `kills` are used up; the number of kills."""
    done = 0
    while done < kills:
        process = fleet.start()
        try:
            _, errors = process.communicate(timeout=chance.uniform(0.0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            done += 1
            continue
        if process.returncode not in (0, 1):
            raise Failure(f"a run after {done} kills: exit status {process.returncode}: {errors.decode(errors='replace')}")
        return done
    fleet.run_to_end()
    return done


def prove(gander, kills, seed):
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="gander-kill-") as folder:
        fleet = Fleet(gander, pathlib.Path(folder) / "fleet")
        fleet.make()
        began = time.monotonic()
        fleet.run_to_end()
        took = time.monotonic() - began
        wanted = fleet.end()
        check_proposals(wanted)
        check_again(fleet, wanted)
        if sum(target["proposal"] for target in wanted["status"]["targets"]) < 3:
            raise Failure("the undisturbed run has made too few proposals to prove anything")
        killed, campaigns = 0, 0
        while killed < kills:
            fleet.make()
            killed += run_killed(fleet, kills - killed, took * 0.7, chance)
            campaigns += 1
            end = fleet.end()
            check_proposals(end)
            compare(wanted, end)
            check_again(fleet, wanted)
        return f"{killed} kills in {campaigns} campaigns; an undisturbed run takes {took:.1f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gander", required=True)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    flags = parser.parse_args()
    print(f"seed {flags.seed}", flush=True)
    try:
        print(prove(flags.gander, flags.kills, flags.seed))
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
