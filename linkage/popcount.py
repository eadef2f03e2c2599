"""Two machine instructions that Python code, compiled or not, cannot ask for: popcount of whole vectors, and prefetch.

Plain compiled loops count bits word by word. Written as LLVM vectors of eight words, the count is one instruction where
the processor has AVX-512 VPOPCNTDQ; elsewhere LLVM puts the same sum together from what there is, so the result is the
same on every machine.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

Words = npt.NDArray[np.uint64]

LANES = 8
"""Words of a vector: 512 bits."""

_VECTOR = ir.VectorType(ir.IntType(64), LANES)
_READ, _KEEP, _DATA = (ir.Constant(ir.IntType(32), value) for value in (0, 3, 1))


def _address(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:  # noqa: ANN401 - numba's types
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [index])


def _intrinsic(builder: Any, name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401
    function = ir.FunctionType(result, arguments)
    return cgutils.get_or_insert_function(builder.module, function, name)  # type: ignore[no-untyped-call]


@intrinsic
def count_word(typing_context: Any, word: Any) -> Any:  # noqa: ANN401, ARG001 - numba's signature
    """Bits set in one 64-bit word."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def count_eight(typing_context: Any, a: Any, at: Any, b: Any, there: Any) -> Any:  # noqa: ANN401, ARG001
    """Bits common to the eight words of ``a`` from ``at`` and the eight of ``b`` from ``there`` (flat arrays)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        words = []
        for array_type, array, index in zip(signature.args[::2], arguments[::2], arguments[1::2], strict=True):
            address = _address(context, builder, array_type, array, index)
            words.append(builder.load(builder.bitcast(address, ir.PointerType(_VECTOR)), align=8))
        count = _intrinsic(builder, "llvm.ctpop.v8i64", _VECTOR, _VECTOR)
        add = _intrinsic(builder, "llvm.vector.reduce.add.v8i64", ir.IntType(64), _VECTOR)
        return builder.call(add, [builder.call(count, [builder.and_(*words)])])

    return types.int64(a, types.intp, b, types.intp), generate


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ANN401, ARG001 - numba's signature
    """Ask for the cache line of ``array`` (flat) that holds ``index``, before it is needed; changes nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        address = _address(context, builder, signature.args[0], *arguments)
        pointer = builder.bitcast(address, ir.PointerType(ir.IntType(8)))
        ask = _intrinsic(builder, "llvm.prefetch.p0", ir.VoidType(), pointer.type, *([ir.IntType(32)] * 3))
        builder.call(ask, [pointer, _READ, _KEEP, _DATA])
        return context.get_dummy_value()

    return types.none(array, types.intp), generate


@njit(nogil=True, cache=True, forceinline=True)
def common_bits(a: Words, at: int, b: Words, there: int, words: int) -> int:
    """Bits common to ``words`` words of ``a`` from ``at`` and as many of ``b`` from ``there`` (flat arrays)."""
    total = 0
    whole = words - words % LANES
    for word in range(0, whole, LANES):
        total += count_eight(a, at + word, b, there + word)  # type: ignore[call-arg] # numba adds the typing context
    for word in range(whole, words):
        total += count_word(a[at + word] & b[there + word])  # type: ignore[call-arg]
    return total
