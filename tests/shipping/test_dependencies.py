"""What is needed beside the package: the same in each place that says it, and under known licences."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from server import ROOT


def project() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return read


def test_requirements_are_those_of_the_package() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == project()["dependencies"]


def test_the_lock_has_one_version_within_each_range_and_names_no_host() -> None:
    """`make lock` after a change of the dependencies."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {pin.name: pin for pin in map(Requirement, text.splitlines()) if not pin.marker or pin.marker.evaluate()}
    for line in (*project()["dependencies"], *project()["optional-dependencies"]["test"]):
        needed = Requirement(line)
        (version,) = pinned[needed.name].specifier
        assert version.operator == "=="
        assert version.version in needed.specifier, line
    assert "/" not in text


def test_the_licence_of_every_package_that_is_needed_is_listed() -> None:
    found: set[str] = set()

    def walk(lines: Iterable[str]) -> None:
        for needed in map(Requirement, lines):
            name = canonicalize_name(needed.name)
            if name not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                found.add(name)
                with contextlib.suppress(PackageNotFoundError):
                    walk(distribution(name).requires or ())

    walk(project()["dependencies"])
    words = re.findall(r"[\w.-]+", (ROOT / "docs" / "licences.md").read_text(encoding="utf-8"))
    assert len(found) > 50
    assert sorted(found - {canonicalize_name(word) for word in words}) == []


def test_no_package_of_the_lock_has_a_known_hole() -> None:
    """Where the data of PyPI can be reached."""
    options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--timeout=10", "--format=json"]
    command = [sys.executable, "-m", "pip_audit", f"--requirement={ROOT / 'requirements.lock'}", *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=240)
    audited = json.loads(done.stdout)["dependencies"] if done.stdout.startswith("{") else []
    asked = [package for package in audited if "skip_reason" not in package]
    if not asked:
        pytest.skip(f"nobody tells what holes are known: {done.stderr.strip()[-200:]}")
    assert [(package["name"], package["version"], package["vulns"]) for package in asked if package["vulns"]] == []
