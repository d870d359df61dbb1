"""Trainings on a real Ray cluster: three nodes' worth of processes on this machine, two with a core each.

Skipped where Ray is not installed.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from test_pool import last_message, listening, wait_for
from test_process import CONFIG

from seq2seq_core.live import pool as pool_module
from seq2seq_core.live.engines import RayEngine
from seq2seq_core.live.engines.going_on import GOES_ON, GoingOn
from seq2seq_core.live.pool import Pool
from seq2seq_core.live.protocol import Pause, Resume, SetProbe, Step, Stop, TurnRate
from seq2seq_core.live.run import Run

cluster_utils = pytest.importorskip("ray.cluster_utils")
pytestmark = pytest.mark.slow
MB = 2**20


@pytest.fixture(scope="module")
def cluster(subprocess_environment: dict[str, str]) -> Iterator[Any]:
    folder = tempfile.mkdtemp(prefix="ray")  # the paths of its sockets must be short
    with pytest.MonkeyPatch.context() as patch:
        for name, value in subprocess_environment.items():
            patch.setenv(name, value)
        for name, value in {
            "RAY_TMPDIR": folder,
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_AUTH_MODE": "disabled",
            # what tells that a node is lost, and how soon
            "RAY_health_check_initial_delay_ms": "500",
            "RAY_health_check_period_ms": "500",
            "RAY_health_check_failure_threshold": "4",
        }.items():
            patch.setenv(name, value)
        node = {"object_store_memory": 80 * MB, "include_dashboard": False}
        made = cluster_utils.Cluster(head_node_args={**node, "num_cpus": 0}, initialize_head=True)
        try:
            for _ in range(2):
                made.add_node(**node, num_cpus=1, memory=4_000 * MB)
            patch.setenv("SEQ2SEQ_RAY_ADDRESS", made.address)
            yield made
        finally:
            made.shutdown()
            shutil.rmtree(folder, ignore_errors=True)
        wait_for(lambda: not [each for each in psutil.process_iter() if is_of(folder, each)], 20)


def is_of(folder: str, process: psutil.Process) -> bool:
    """Of the cluster whose folder that is, and of whatever was started for it."""
    try:
        return process.environ().get("RAY_TMPDIR") == folder
    except psutil.Error:
        return False


def trainings_on(node: Any) -> int:
    """How many workers' processes there are among a node's."""
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
    return sum("seq2seq_core.live.engines.process_main" in each.cmdline() for each in raylet.children(recursive=True))


def figures(run: Run) -> dict[str, Any]:
    reports = [json.loads(line) for _, line in run.after(0) if b'"figures"' in line]
    return reports[-1]["figures"]


def test_two_train_on_two_machines_and_one_survives_the_loss_of_its_own(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "STOP_WITHIN", 60)  # a busy machine must not turn this red
    engine = RayEngine()
    pool = Pool(engine=GoingOn(engine))
    runs = [Run(CONFIG, (), "12+3", 100.0, 5.0) for _ in range(3)]
    one, two, waits = runs
    with listening(*runs):
        for run in runs:
            pool.submit(run)
        wait_for(lambda: pool.size == 2, 60)  # the head has no core to train on
        wait_for(lambda: one.state == two.state == "running", 120)
        assert sorted(trainings_on(node) for node in cluster.worker_nodes) == [1, 1]
        assert last_message(waits)["place"] == 1
        assert pool.speed

        # commands go through the cluster, and answers back
        one.tell(Pause())
        wait_for(lambda: one.state == "paused", 30)
        at = figures(one)["batches_done"]
        one.tell(TurnRate(0.125))
        one.tell(Step("batch"))
        wait_for(lambda: figures(one)["batches_done"] == at + 1, 30)
        assert figures(one)["learning_rate"] == pytest.approx(0.125, rel=0.01)
        one.tell(SetProbe("50+5"))
        wait_for(lambda: one.probe == "50+5", 30)
        (history,) = (json.loads(line) for _, line in one.after(0) if b'"history"' in line)
        assert history["moments"][0]["batch"] == 0
        one.tell(Resume())

        # a machine is lost: what trained there waits for a place on the other one, and goes on
        wait_for(lambda: all(worker.saved for worker in (one.worker, two.worker)), 60)
        lost = next(iter(cluster.worker_nodes))
        cluster.remove_node(lost, allow_graceful=False)
        goes_on = GOES_ON.partition(" of epoch")[0]
        wait_for(lambda: any(goes_on in line.decode() for run in (one, two) for _, line in run.after(0)), 60)
        wait_for(lambda: pool.size == 1, 60)
        moved, stayed = (one, two) if any(goes_on in line.decode() for _, line in one.after(0)) else (two, one)
        before = figures(moved)["batches_done"]
        assert (moved.state, stayed.state, waits.state) == ("running", "running", "queued")
        stayed.tell(Stop())
        wait_for(lambda: stayed.state == "kept", 60)
        wait_for(lambda: figures(moved)["batches_done"] > before, 90)
        moved.tell(Stop())
        wait_for(lambda: moved.state == "kept", 60)
        assert moved.kept
        table = list(csv.DictReader(io.StringIO(moved.kept.curves_csv)))
        assert [int(row["batch"]) for row in table] == list(range(1, len(table) + 1))
        assert len(table) > before
        pool.leave(waits)
    pool.close()
    engine.close()


def test_a_sweep_by_ray_finds_what_one_after_another_find(
    cluster: Any, tmp_path: Path, subprocess_environment: dict[str, str]
) -> None:
    config = replace(CONFIG, epochs=2)
    (tmp_path / "config.json").write_text(json.dumps(config.to_dict()))
    trials = ["--try", "units=16,24"]
    found = []
    for how in ("--ray", "--no-ray"):
        out = tmp_path / f"{how}.json"
        command = ["-m", "seq2seq_core", "sweep", "--config", "config.json", "--out", str(out), how, *trials]
        told = subprocess.run(
            [sys.executable, *command],
            env=subprocess_environment | {"SEQ2SEQ_RAY_ADDRESS": cluster.address},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
        )
        assert told.returncode == 0, told.stderr
        found.append(json.loads(out.read_text()))
    by_ray, alone = found
    for one, other in zip(by_ray["trials"], alone["trials"], strict=True):
        assert one["changes"] == other["changes"]
        for key in ("loss", "val_loss"):
            assert [each[key] for each in one["epochs"]] == pytest.approx([each[key] for each in other["epochs"]], 1e-3)
        assert one["ended"]["parameters"] == other["ended"]["parameters"] > 0
