"""Downloading the tutorial's data set from manythings.org, once, into the user's cache."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import platformdirs

from ..decimals import whole
from ..errors import Seq2SeqError
from ..language import later, tr

PAIRS_URL = "https://www.manythings.org/anki/fra-eng.zip"
_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; seq2seq-lab)"}  # the site refuses unnamed programs
_CHUNK = 1 << 16
BY_HAND = later("download it by hand and give it with --pairs")

# (bytes so far, bytes in all or None) → nothing
Progress = Callable[[int, int | None], None]


def cached_pairs(
    url: str = PAIRS_URL, cache: Path | None = None, progress: Progress | None = None, instead: str = BY_HAND
) -> Path:
    """Path of the pairs archive, downloaded if it is not in the cache yet.

    The download goes to a `.part` file beside its final name: a broken one is continued with a Range request the
    next time (from the start where the server's file has changed), and only a whole zip gets the final name.

    Args:
        instead: what to do where it cannot be had, for the message.

    Raises:
        Seq2SeqError: no network, a server that refuses, or something that is no zip file.
    """
    cache = cache or Path(platformdirs.user_cache_dir("seq2seq-lab"))
    path = cache / url.rpartition("/")[2]
    if path.exists():
        return path
    part, tag = path.with_name(path.name + ".part"), path.with_name(path.name + ".etag")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _download(url, part, tag, progress)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        if isinstance(error, httpx.ConnectError):  # whose own words are "[Errno -2] Name or service not known"
            reason = tr("there is no connection to it")
        raise Seq2SeqError(
            tr(
                "The sentence pairs could not be downloaded from {url} ({reason}): check the network, or {instead}.",
                url=url,
                reason=reason,
                instead=tr(instead),
            )
        ) from None
    if not zipfile.is_zipfile(part):
        part.unlink()
        raise Seq2SeqError(tr("{url} did not send a zip file: {instead}.", url=url, instead=tr(instead)))
    part.replace(path)
    tag.unlink(missing_ok=True)
    return path


def _download(url: str, part: Path, tag: Path, progress: Progress | None) -> None:
    headers = {**_HEADERS, "Accept-Encoding": "identity"}  # a range counts the bytes of the file itself
    done = part.stat().st_size if part.exists() else 0
    if done and tag.exists():
        # If-Range: the rest only if the file is still the same one, else all of it
        headers |= {"Range": f"bytes={done}-", "If-Range": tag.read_text()}
    with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=30) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and "Range" in headers:
            part.unlink()  # all of it is there already, or more: nothing tells which, so from the start
            return _download(url, part, tag, progress)
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            done = 0
        if validator := response.headers.get("etag") or response.headers.get("last-modified"):
            tag.write_text(validator)
        length = response.headers.get("content-length")
        total = done + int(length) if length else None
        with part.open("ab" if done else "wb") as file:
            for chunk in response.iter_bytes(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                if progress:
                    progress(done, total)
    if total is not None and done < total:
        raise httpx.ReadError(
            tr("the connection ended after {done} of {all} bytes", done=whole(done), all=whole(total))
        )
