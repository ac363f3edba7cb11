"""What every benchmark measures alike."""

import subprocess
import sys


def peak(command, where):
    """Peak resident memory of one run, in MiB."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=where, capture_output=True, text=True, check=True
    )
    return int(done.stdout)
