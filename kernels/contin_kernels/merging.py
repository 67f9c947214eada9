"""Rows put together: both directions of a branch, and its special points among its points."""

from __future__ import annotations

from contin_kernels.jit import entry, kernel
from contin_kernels.memory import pointer_to
from contin_kernels.records import borrow_rows


@kernel
def copy_row(source, i, target, k, sign, arclength):
    """Row k of `target` = row i of `source`, its tangent turned by `sign`."""
    for e in range(source.z.shape[1]):
        target.z[k, e] = source.z[i, e]
        target.tangent[k, e] = sign * source.tangent[i, e]
    for e in range(source.watch.shape[1]):
        target.watch[k, e] = source.watch[i, e]
    target.watch[k, 0] *= sign
    target.watch[k, 1] *= sign
    for e in range(source.columns.shape[1]):
        target.columns[k, e] = source.columns[i, e]
    target.arclength[k] = arclength
    target.unstable[k] = source.unstable[i]
    target.iterations[k] = source.iterations[i]
    target.residual[k] = source.residual[i]


@kernel
def copy_numbers(source, at, target, to, count):
    """Copy `count` numbers from source[at] to target[to]; pointers."""
    for e in range(count):
        target[to + e] = source[at + e]


@kernel
def copy_table(source, i, target, k, count):
    """Copy `count` rows of an array of two dimensions."""
    width = source.shape[1]
    copy_numbers(pointer_to(source), i * width, pointer_to(target), k * width, count * width)


@kernel
def copy_rows(source, i, target, k, count):
    """Rows k, k + 1, ... of `target` = `count` rows of `source` from row i."""
    copy_table(source.z, i, target.z, k, count)
    copy_table(source.tangent, i, target.tangent, k, count)
    copy_table(source.watch, i, target.watch, k, count)
    copy_table(source.columns, i, target.columns, k, count)
    copy_numbers(pointer_to(source.arclength), i, pointer_to(target.arclength), k, count)
    copy_numbers(pointer_to(source.unstable), i, pointer_to(target.unstable), k, count)
    copy_numbers(pointer_to(source.iterations), i, pointer_to(target.iterations), k, count)
    copy_numbers(pointer_to(source.residual), i, pointer_to(target.residual), k, count)


@entry
def join(backward, forward, out):
    """`out` (N + M - 1 rows) = the N rows of `backward` in reverse, then those of `forward` (M) without its first."""
    backward = borrow_rows(backward)
    forward = borrow_rows(forward)
    out = borrow_rows(out)
    last = backward.z.shape[0] - 1
    length = backward.arclength[last]
    for k in range(last + 1):
        copy_row(backward, last - k, out, k, -1.0, length - backward.arclength[last - k])
    for k in range(1, forward.z.shape[0]):
        copy_row(forward, k, out, last + k, 1.0, length + forward.arclength[k])


@entry
def insert(rows, found, out, places):
    """`out` = `rows` with those of the found points put in, or in the place of a row that is the point itself.

    `found` (`contin_kernels.points.locate.Found`, K points) in the order of the rows that they come after, one that is a
    row before those that come after it; `places` (K,) becomes where they stand.
    """
    rows = borrow_rows(rows)
    new = borrow_rows(found.rows)
    out = borrow_rows(out)
    start = 0
    shift = 0
    for q in range(places.shape[0]):
        places[q] = found.after[q] + shift
        if found.on[q] == 0:
            copy_rows(rows, start, out, start + shift, found.after[q] + 1 - start)
            start = found.after[q] + 1
            shift += 1
            places[q] += 1
    copy_rows(rows, start, out, start + shift, rows.z.shape[0] - start)
    for q in range(places.shape[0]):
        copy_row(new, q, out, places[q], 1.0, new.arclength[q])
