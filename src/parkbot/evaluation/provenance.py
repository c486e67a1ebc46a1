"""Where a run was made: the machine, and the commit of the code."""

import os
import platform
import re
import subprocess
from pathlib import Path

from parkbot.evaluation.runs import Machine

_CPUINFO = Path("/proc/cpuinfo")
_PATIENCE_S = 10


def machine() -> Machine:
    """CPU, cores and Python of this machine."""
    return Machine(_cpu(), os.cpu_count() or 1, platform.python_version())


def _cpu() -> str:
    """The CPU's name as its maker writes it, or at least its architecture."""
    named = None
    if _CPUINFO.is_file():
        named = re.search(r"^model name\s*:\s*(.+)$", _CPUINFO.read_text(errors="replace"), re.MULTILINE)
    name = named[1] if named else _output(["sysctl", "-n", "machdep.cpu.brand_string"], Path.cwd())
    return name or platform.processor() or platform.machine()


def checkout() -> Path | None:
    """The checkout whose code is running, which holds eval/suites; None for an installed package."""
    folder = Path(__file__).resolve().parents[3]
    return folder if (folder / "eval" / "suites").is_dir() else None


def commit(folder: Path | None) -> str | None:
    """Commit of a checkout, marked where files have been changed since; None where git does not know."""
    if folder is None:
        return None
    described = _output(["git", "rev-parse", "--short", "HEAD"], folder)
    if described and _output(["git", "status", "--porcelain", "--untracked-files=no"], folder):
        described += " with changes"
    return described


def _output(command: list[str], folder: Path) -> str | None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
