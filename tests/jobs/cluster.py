"""A real SLURM of one node for tests: Debian's slurm-wlm and munge, in a folder of its own, on ports of its own.

Needs root: munge's key and slurmd want it. Nothing of the machine is configured; all of it ends with the context.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo")

_CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=debug Nodes={host} Default=YES MaxTime=60 State=UP
"""


def missing() -> str:
    """Why there can be no cluster here; empty if there can."""
    absent = [name for name in PROGRAMS if _program(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian: slurm-wlm, munge)"
    return "" if os.geteuid() == 0 else "a SLURM of one's own needs root"


@contextmanager
def one_node(folder: Path, cpus: int = 2) -> Iterator[None]:
    """The cluster, with $SLURM_CONF set to it."""
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    host, before = socket.gethostname().split(".")[0], os.environ.get("SLURM_CONF")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    text = _CONFIGURATION.format(host=host, folder=folder, ports=(_port(), _port()), cpus=cpus, memory=memory)
    (folder / "slurm.conf").write_text(text, encoding="utf-8")
    os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
    try:
        _start(folder)
        yield
    finally:
        for name in ("slurmd", "slurmctld", "munged"):
            _stop(folder / f"{name}.pid")
        os.environ.pop("SLURM_CONF")
        if before is not None:
            os.environ["SLURM_CONF"] = before


def _start(folder: Path) -> None:
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    places = {"key-file": key, "socket": folder / "munge.socket", "log-file": folder / "munged.log"}
    places |= {"pid-file": folder / "munged.pid", "seed-file": folder / "munged.seed"}
    _run("munged", "--force", "--num-threads=1", *(f"--{name}={path}" for name, path in places.items()))
    _run("slurmctld")
    _run("slurmd")
    end = time.monotonic() + 30
    while "idle" not in subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True, check=False).stdout:
        if time.monotonic() > end:
            raise RuntimeError("the cluster does not get ready: " + (folder / "slurmctld.log").read_text()[-500:])
        time.sleep(0.1)


def _run(name: str, *options: str) -> None:
    subprocess.run([_program(name) or name, *options], check=True, capture_output=True, timeout=30)


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _stop(pid_file: Path) -> None:
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        os.kill(pid, signal.SIGTERM)
        for _ in range(20):
            os.kill(pid, 0)
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
