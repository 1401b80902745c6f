"""The machine that figures were measured on: without it they say little."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("research-agent-mcp", "chromadb", "onnxruntime", "tantivy", "sqlalchemy", "numpy")


def machine_facts() -> dict[str, str]:
    """Processor, cores, load, Python and the versions of what is measured."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load": load,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
    }


def _processor() -> str:
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name"))
    return next(names, platform.machine())
