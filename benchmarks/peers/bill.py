"""Run a command and print its bill as JSON: CPU and wall seconds of it and all that it starts, peak memory."""

import ctypes
import json
import os
import resource
import sys
import threading
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def family(root: int) -> set[int]:
    """The process and its descendants that live now."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found, frontier = {root}, {root}
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return found


def memory(root: int) -> int:
    """Bytes of all of them, shared pages counted once."""
    total = 0
    for pid in family(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
        except (OSError, StopIteration, ValueError):
            continue
    return total


def main() -> None:
    """Run, wait for orphans too (forkserver workers), print."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    began, peak, done = time.perf_counter(), 0, threading.Event()
    pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.2):
            peak = max(peak, memory(pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    _, status = os.waitpid(pid, 0)
    wall = time.perf_counter() - began
    done.set()
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = os.waitstatus_to_exitcode(status)
    bill = {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "peak": max(peak, used.ru_maxrss * 1024), "code": code}
    print(json.dumps(bill))


if __name__ == "__main__":
    main()
