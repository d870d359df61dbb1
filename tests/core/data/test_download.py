"""Downloading, against a real server on this machine that can misbehave."""

from __future__ import annotations

import io
import random
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sample_pairs import PAIRS, as_tsv

from seq2seq_core.data.download import cached_pairs
from seq2seq_core.data.pairs import read_pairs
from seq2seq_core.errors import Seq2SeqError


def archive(noise: int = 300_000, seed: int = 0) -> bytes:
    """A pairs archive, large enough to arrive in several pieces."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr("_about.txt", random.Random(seed).randbytes(noise))
        file.writestr("fra.txt", as_tsv(PAIRS, "CC-BY 2.0"))
    return out.getvalue()


@dataclass
class Site:
    """What the server does; a test changes it between two requests."""

    body: bytes = field(default_factory=archive)
    etag: str | None = '"one"'
    knows_range: bool = True
    breaks_after: int | None = None  # closes the connection after so many bytes of the answer
    says_length: bool = True
    status: int = 200
    redirect: str | None = None
    url: str = ""
    requests: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.requests.append(headers)
            if site.redirect is not None and self.path != site.redirect:
                return self._answer(302, b"", Location=site.redirect)
            if site.status != 200:
                return self._answer(site.status, b"no such page")
            wanted = headers.get("range") if site.knows_range and headers.get("if-range") in (None, site.etag) else None
            if wanted is None:
                return self._answer(200, site.body)
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if begin >= len(site.body):
                return self._answer(416, b"", **{"Content-Range": f"bytes */{len(site.body)}"})
            last = len(site.body) - 1
            return self._answer(206, site.body[begin:], **{"Content-Range": f"bytes {begin}-{last}/{last + 1}"})

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            site.answers.append(status)
            self.send_response(status)
            if site.etag is not None:
                self.send_header("ETag", site.etag)
            if site.says_length:
                self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: site.breaks_after])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Not into the tests' output."""

    return Handler


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # whatever proxy this machine has
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/anki/fra-eng.zip"
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Not there yet, as on a fresh machine."""
    return tmp_path / "cache" / "seq2seq-lab"


def refusal(url: str, cache: Path) -> str:
    """The one line; nothing may stand at the final path after it."""
    with pytest.raises(Seq2SeqError) as raised:
        cached_pairs(url, cache)
    assert not (cache / "fra-eng.zip").exists()
    message = str(raised.value)
    assert "\n" not in message
    assert url in message
    assert "--pairs" in message  # the way out
    return message


def break_off(site: Site, cache: Path) -> int:
    """A connection that ends halfway; returns how many bytes are kept."""
    site.breaks_after = 200_000
    refusal(site.url, cache)
    site.breaks_after = None
    part = cache / "fra-eng.zip.part"
    kept = part.stat().st_size
    assert 0 < kept <= 200_000
    assert part.read_bytes() == site.body[:kept]
    return kept


def test_a_whole_download(site: Site, cache: Path) -> None:
    path = cached_pairs(site.url, cache)
    assert path == cache / "fra-eng.zip"
    assert path.read_bytes() == site.body
    assert [file.name for file in cache.iterdir()] == ["fra-eng.zip"]
    assert read_pairs(path) == list(PAIRS)
    assert "python" not in site.requests[0]["user-agent"].lower()  # the real site refuses unnamed programs


def test_the_second_time_it_is_there(site: Site, cache: Path) -> None:
    assert cached_pairs(site.url, cache) == cached_pairs(site.url, cache)
    assert len(site.requests) == 1


def test_progress_is_reported(site: Site, cache: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    cached_pairs(site.url, cache, lambda done, total: seen.append((done, total)))
    done = [item[0] for item in seen]
    assert done == sorted(set(done))
    assert seen[-1] == (len(site.body), len(site.body))
    assert len(seen) > 3


def test_progress_without_a_length(site: Site, cache: Path) -> None:
    site.says_length = False
    seen: list[tuple[int, int | None]] = []
    path = cached_pairs(site.url, cache, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == site.body
    assert seen[-1] == (len(site.body), None)


def test_a_broken_download_is_continued(site: Site, cache: Path) -> None:
    kept = break_off(site, cache)
    seen: list[tuple[int, int | None]] = []
    path = cached_pairs(site.url, cache, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == site.body
    assert site.answers == [200, 206]
    assert site.requests[1]["range"] == f"bytes={kept}-"
    assert site.requests[1]["if-range"] == '"one"'
    assert seen[0][0] > kept
    assert seen[-1] == (len(site.body), len(site.body))
    assert [file.name for file in cache.iterdir()] == ["fra-eng.zip"]


def test_a_download_that_breaks_twice_is_continued_twice(site: Site, cache: Path) -> None:
    first = break_off(site, cache)
    site.breaks_after = 70_000
    refusal(site.url, cache)
    site.breaks_after = None
    assert (cache / "fra-eng.zip.part").stat().st_size > first
    assert cached_pairs(site.url, cache).read_bytes() == site.body
    assert site.answers == [200, 206, 206]


def test_a_server_without_range_starts_over(site: Site, cache: Path) -> None:
    break_off(site, cache)
    site.knows_range = False
    assert cached_pairs(site.url, cache).read_bytes() == site.body
    assert site.answers == [200, 200]


def test_a_file_that_changed_in_between_starts_over(site: Site, cache: Path) -> None:
    """Half of one file and half of another would still look like a zip."""
    break_off(site, cache)
    site.body, site.etag = archive(250_000, seed=1), '"two"'
    assert cached_pairs(site.url, cache).read_bytes() == site.body
    assert site.answers == [200, 200]


def test_without_a_tag_nothing_is_continued(site: Site, cache: Path) -> None:
    """A server that names no version could have changed the file."""
    site.etag = None
    break_off(site, cache)
    assert cached_pairs(site.url, cache).read_bytes() == site.body
    assert "range" not in site.requests[1]


def test_a_part_that_is_already_whole_is_no_dead_end(site: Site, cache: Path) -> None:
    """Killed between the last byte and the renaming: the server has nothing more to send, and says so with 416."""
    cache.mkdir(parents=True)
    (cache / "fra-eng.zip.part").write_bytes(site.body)
    (cache / "fra-eng.zip.etag").write_text('"one"')
    assert cached_pairs(site.url, cache).read_bytes() == site.body
    assert [file.name for file in cache.iterdir()] == ["fra-eng.zip"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_server_that_refuses(site: Site, cache: Path, status: int) -> None:
    site.status = status
    assert str(status) in refusal(site.url, cache)


def test_a_refusal_keeps_what_was_there(site: Site, cache: Path) -> None:
    kept = break_off(site, cache)
    site.status = 503
    refusal(site.url, cache)
    assert (cache / "fra-eng.zip.part").stat().st_size == kept
    site.status = 200
    assert cached_pairs(site.url, cache).read_bytes() == site.body
    assert site.answers[-1] == 206


@pytest.mark.parametrize("body", [b"<html>Please log in to this network</html>", b"", archive()[:-30]])
def test_what_is_no_whole_zip_is_refused_and_forgotten(site: Site, cache: Path, body: bytes) -> None:
    site.body, good = body, site.body
    assert "did not send a zip file" in refusal(site.url, cache)
    assert not (cache / "fra-eng.zip.part").exists()
    site.body = good
    assert cached_pairs(site.url, cache).read_bytes() == good


def test_redirects_are_followed(site: Site, cache: Path) -> None:
    site.redirect = "/moved/elsewhere.zip"
    assert cached_pairs(site.url, cache) == cache / "fra-eng.zip"


def test_no_network(site: Site, cache: Path) -> None:
    """A port that nobody listens at answers as a missing network does: not at all."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert "check the network" in refusal(f"http://127.0.0.1:{port}/anki/fra-eng.zip", cache)
    assert site.requests == []


def test_a_cache_that_cannot_be_written(site: Site, tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file where the folder should be")
    with pytest.raises(Seq2SeqError, match="could not be downloaded"):
        cached_pairs(site.url, tmp_path / "cache" / "seq2seq-lab")
