"""Batches: every row counts once, no bucket cuts a token off, and no other buckets would leave less padding."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.batching import batches, batches_by_length, bucket_lengths, target_lengths
from seq2seq_core.data.vectorization import IdArrays, pad_ids
from seq2seq_core.data.vocabulary import PADDING_ID


def ids_of(lengths: list[int]) -> IdArrays:
    """Rows of these target lengths; every token of row k is k, so that it is known wherever it turns up."""
    rows = pad_ids([[row] * length for row, length in enumerate(lengths)])
    return IdArrays(np.arange(len(lengths), dtype=np.int32)[:, None], rows, rows)


row_lengths = st.lists(st.integers(1, 12), min_size=1, max_size=40)
bucket_counts = st.integers(1, 6)
batch_sizes = st.integers(1, 16)
generators = st.one_of(st.none(), st.integers(0, 99))


def generator(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


@given(lengths=row_lengths, count=bucket_counts, size=batch_sizes, seed=generators)
def test_every_row_counts_exactly_once_and_whole(lengths: list[int], count: int, size: int, seed: int | None) -> None:
    ids = ids_of(lengths)
    seen: list[int] = []
    for batch in batches(ids, size, generator(seed), bucket_lengths(ids, count)):
        counted = batch.weights.any(axis=1)
        rows = batch.ids.encoder_input[:, 0]
        seen += rows[counted].tolist()
        for row, target, read, weights in zip(
            rows, batch.ids.decoder_target, batch.ids.decoder_input, batch.weights, strict=True
        ):
            assert (target != PADDING_ID).sum() == lengths[row]  # a bucket cuts nothing off
            assert (target[: lengths[row]] == row).all()  # its own tokens, at their own places
            np.testing.assert_array_equal(read, target)
            assert weights.sum() in (0, lengths[row])
            assert not weights[lengths[row] :].any()
        assert batch.tokens == sum(lengths[row] for row in rows[counted]) > 0
    assert sorted(seen) == list(range(len(lengths)))


@given(lengths=row_lengths, count=bucket_counts, size=batch_sizes, seed=generators)
def test_there_are_no_more_shapes_than_buckets(lengths: list[int], count: int, size: int, seed: int | None) -> None:
    """Each shape is a compilation."""
    ids = ids_of(lengths)
    found = list(batches(ids, size, generator(seed), bucket_lengths(ids, count)))
    shapes = {(batch.ids.encoder_input.shape, batch.ids.decoder_target.shape, batch.weights.shape) for batch in found}
    assert len(shapes) <= count
    assert {len(batch.ids) for batch in found} == {min(size, len(lengths))}
    for batch in found:
        assert batch.ids.decoder_input.shape == batch.ids.decoder_target.shape == batch.weights.shape


@given(lengths=row_lengths, count=bucket_counts, size=batch_sizes, seed=st.integers(0, 99))
def test_the_same_generator_gives_the_same_batches(lengths: list[int], count: int, size: int, seed: int) -> None:
    ids = ids_of(lengths)
    first, again = (list(batches(ids, size, np.random.default_rng(seed), bucket_lengths(ids, count))) for _ in range(2))
    assert len(first) == len(again)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.ids.encoder_input, other.ids.encoder_input)
        np.testing.assert_array_equal(one.ids.decoder_target, other.ids.decoder_target)
        np.testing.assert_array_equal(one.weights, other.weights)


def steps_computed(lengths: list[int], buckets: tuple[int, ...]) -> int:
    """Decoder steps over all rows, each padded to the shortest bucket that holds it."""
    return sum(min(bucket for bucket in buckets if bucket >= length) for length in lengths)


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=15), count=st.integers(1, 5))
def test_no_other_buckets_leave_less_padding(lengths: list[int], count: int) -> None:
    buckets = bucket_lengths(ids_of(lengths), count)
    longest = max(lengths)
    assert list(buckets) == sorted(set(buckets))
    assert 1 <= len(buckets) <= count
    assert buckets[-1] == longest
    every_choice = (
        (*shorter, longest) for number in range(count) for shorter in combinations(range(1, longest), number)
    )
    best = min(steps_computed(lengths, choice) for choice in every_choice)
    assert steps_computed(lengths, buckets) == best


def test_bucket_examples() -> None:
    ids = ids_of([2, 2, 2, 9, 9, 10])
    assert bucket_lengths(ids, 1) == (10,)
    assert bucket_lengths(ids, 2) == (2, 10)
    assert bucket_lengths(ids, 3) == (2, 9, 10)
    assert bucket_lengths(ids, 9) == (2, 9, 10)  # more would be empty


def test_batches_of_different_buckets_are_mixed() -> None:
    """Else an epoch would begin with all the short sentences."""
    ids = ids_of([2] * 50 + [9] * 50)
    widths = [batch.weights.shape[1] for batch in batches(ids, 5, np.random.default_rng(0), (2, 9))]
    assert sorted(widths) == [2] * 10 + [9] * 10
    assert widths != sorted(widths)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_without_a_generator_rows_keep_their_order(size: int) -> None:
    ids = ids_of([3, 1, 2, 3, 1, 1, 2, 3])
    found = list(batches(ids, size))
    rows = np.concatenate([batch.ids.encoder_input[batch.weights.any(axis=1), 0] for batch in found])
    assert rows.tolist() == list(range(8))


@given(lengths=row_lengths)
def test_target_lengths(lengths: list[int]) -> None:
    assert target_lengths(ids_of(lengths)).tolist() == lengths


@given(lengths=row_lengths, sources=st.data(), size=batch_sizes, seed=generators)
def test_batches_of_one_source_length(lengths: list[int], sources: st.DataObject, size: int, seed: int | None) -> None:
    """Every row once; no source padding at all; targets no longer than the longest among them."""
    reads = sources.draw(st.lists(st.integers(1, 4), min_size=len(lengths), max_size=len(lengths)))
    targets = pad_ids([[row] * length for row, length in enumerate(lengths)])
    ids = IdArrays(pad_ids([[row] * length for row, length in enumerate(reads)]), targets, targets)
    seen: list[int] = []
    for batch in batches_by_length(ids, size, generator(seed)):
        assert 1 <= len(batch.weights) <= size
        assert (batch.ids.encoder_input != PADDING_ID).all()
        rows = batch.ids.encoder_input[:, 0].tolist()
        assert {reads[row] for row in rows} == {batch.ids.encoder_input.shape[1]}
        np.testing.assert_array_equal(batch.weights.sum(axis=1), [lengths[row] for row in rows])
        assert 0 <= batch.weights.shape[1] - max(lengths[row] for row in rows) < 4
        assert batch.ids.decoder_target.shape == batch.ids.decoder_input.shape == batch.weights.shape
        seen += rows
    assert sorted(seen) == list(range(len(lengths)))
