"""Addresses of numbers and of functions, and arrays without owners: what makes a small step as cheap as in C.

Measured at n = 2 (one step of the loop, all detection on): 2.4 us with Numba's first-class functions taking arrays, 0.5 us
with these. A first-class function is a call with a fallback through the interpreter; an array is seven words and a
reference count, and counting is an atomic operation. So functions are called by their address (`caller`), take the
address of the first number (`pointer_to`), and the loop works on `borrowed` arrays, which the caller keeps alive.

An address does not keep an array alive: Numba frees a local array after its last use, which `pointer_to` would be. So
`pointer_to` is applied only to arguments, never to an array that the same function made.

With NUMBA_DISABLE_JIT=1 the address of a function is the function, and a pointer is a flat NumPy view.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def _pointer_to(typing_context: Any, array: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, args[0]).data

    return types.CPointer(array.dtype)(array), codegen


@intrinsic
def _shifted(typing_context: Any, pointer: Any, count: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.gep(args[0], [args[1]])

    return pointer(pointer, types.int64), codegen


def _as_pointer(kind: Any) -> Any:
    @intrinsic
    def convert(typing_context: Any, address: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(types.int64), codegen

    return convert


def _recast(kind: Any) -> Any:
    @intrinsic
    def convert(typing_context: Any, pointer: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.bitcast(args[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(pointer), codegen

    return convert


_recast_integers = _recast(types.int64)
_recast_complex = _recast(types.complex128)
_as_numbers = _as_pointer(types.float64)
_as_integers = _as_pointer(types.int64)


@intrinsic
def _borrowed(typing_context: Any, array: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, args[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()

    return array(array), codegen


def caller(signature: Any) -> Any:
    """`call(address, arguments)`: call the compiled function of this signature at an address, with a tuple of arguments."""
    if numba.config.DISABLE_JIT:
        return lambda function, arguments: function(*arguments)

    @intrinsic
    def call(typing_context: Any, address: Any, arguments: Any) -> Any:
        def codegen(context: Any, builder: Any, typed: Any, args: Any) -> Any:
            values = [
                context.cast(builder, value, given, wanted)
                for value, given, wanted in zip(
                    cgutils.unpack_tuple(builder, args[1]), typed.args[1].types, signature.args, strict=True
                )
            ]
            result = context.get_value_type(signature.return_type)
            if signature.return_type == types.void:
                result = ir.VoidType()
            kind = ir.FunctionType(result, [context.get_value_type(t) for t in signature.args])
            returned = builder.call(builder.inttoptr(args[0], kind.as_pointer()), values)
            return context.get_dummy_value() if signature.return_type == types.void else returned

        return signature.return_type(types.int64, arguments), codegen

    return call


def address_of(function: Any) -> Any:
    """The address of a compiled function pointer, as kernels take it."""
    return function if numba.config.DISABLE_JIT else function.address


if numba.config.DISABLE_JIT:

    def pointer_to(array):
        """Address of the first number of a contiguous array."""
        return array if isinstance(array, list) else array.reshape(-1)

    def shifted(pointer, count):
        """The pointer moved on by `count` numbers."""
        return pointer[count:]

    def as_numbers(address):
        """The numbers at an address of a table."""
        return address.reshape(-1)

    def as_integers(address):
        """The integers at an address of a table."""
        return address.reshape(-1)

    def borrowed(array):
        """The array without an owner."""
        return array

    def vector(pointer, n):
        """The `n` numbers at the pointer as an array (n,)."""
        return pointer[:n]

    def matrix(pointer, rows, columns):
        """The numbers at the pointer as an array (rows, columns)."""
        return pointer[: rows * columns].reshape(rows, columns)

    def integers(pointer):
        """The same memory as 64-bit integers."""
        return pointer.view(np.int64)

    def complexes(pointer):
        """The same memory as complex numbers, two numbers each."""
        return pointer[: len(pointer) // 2 * 2].view(np.complex128)

else:
    _fused = numba.njit(forceinline=True)

    @_fused
    def pointer_to(array):
        """Address of the first number of a contiguous array."""
        return _pointer_to(array)

    @_fused
    def shifted(pointer, count):
        """The pointer moved on by `count` numbers."""
        return _shifted(pointer, count)

    @_fused
    def as_numbers(address):
        """The numbers at an address of a table."""
        return _as_numbers(address)

    @_fused
    def as_integers(address):
        """The integers at an address of a table."""
        return _as_integers(address)

    @_fused
    def borrowed(array):
        """The array without an owner."""
        return _borrowed(array)

    @_fused
    def vector(pointer, n):
        """The `n` numbers at the pointer as an array (n,)."""
        return numba.carray(pointer, n)

    @_fused
    def matrix(pointer, rows, columns):
        """The numbers at the pointer as an array (rows, columns)."""
        return numba.carray(pointer, (rows, columns))

    @_fused
    def integers(pointer):
        """The same memory as 64-bit integers."""
        return _recast_integers(pointer)

    @_fused
    def complexes(pointer):
        """The same memory as complex numbers, two numbers each."""
        return _recast_complex(pointer)
