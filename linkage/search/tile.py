"""Eight filters against eight others: 64 Dice comparisons in vector registers, without a store.

Plain compiled loops over words stay scalar, and one pair per vector ends in a horizontal sum. Here filters lie word by
word, eight records beside each other, so that a vector holds the same word of eight records; each of eight other
records is spread over all lanes, and common bits are counted by lane (``vpopcntq`` with AVX-512; on other machines
LLVM writes the same sum with what they have). A comparison leaves the registers only as one bit of a mask.
"""

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 8

_I64 = ir.IntType(64)
_WORDS = ir.VectorType(_I64, LANES)
_REALS = ir.VectorType(ir.DoubleType(), LANES)
_LANE = ir.VectorType(ir.IntType(32), LANES)
_BYTES = 8

# numba hands over LLVM builders and types without annotations.
# ruff: noqa: ANN401


class _Tile:
    """Writes the code of one tile; ``arguments`` are those of ``passing`` with arrays as pointers to their data."""

    def __init__(self, builder: Any, arguments: Sequence[Any]) -> None:
        self.builder = builder
        (self.left, self.right, self.left_ones, self.right_ones, self.left_rest, self.right_rest) = arguments[:6]
        (self.left_bars, self.right_bars, self.i, self.j, self.words, self.head) = arguments[6:]
        signature = ir.FunctionType(_WORDS, [_WORDS])
        insert: Any = cgutils.get_or_insert_function
        self.ctpop = insert(builder.module, signature, "llvm.ctpop.v8i64")

    def number(self, value: int) -> Any:
        return ir.Constant(_I64, value)

    def spread(self, pointer: Any, offset: Any, vector: Any) -> Any:
        """One number in all lanes."""
        one = self.builder.load(self.builder.gep(pointer, [offset]))
        first = self.builder.insert_element(ir.Constant(vector, ir.Undefined), one, ir.Constant(ir.IntType(32), 0))
        return self.builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), ir.Constant(_LANE, [0] * LANES))

    def eight(self, pointer: Any, offset: Any, vector: Any) -> Any:
        """Eight numbers that lie beside each other."""
        place = self.builder.bitcast(self.builder.gep(pointer, [offset]), ir.PointerType(vector))
        return self.builder.load(place, align=_BYTES)

    def count(self, first: Any, last: Any, sums: Sequence[Any]) -> list[Any]:
        """Add the common bits of words ``first`` to ``last`` (one at least) to ``sums``, one vector per left record."""
        builder = self.builder
        before, loop, after = builder.block, builder.append_basic_block("words"), builder.append_basic_block("counted")
        builder.branch(loop)
        builder.position_at_end(loop)
        word = builder.phi(_I64)
        word.add_incoming(first, before)
        running = [builder.phi(_WORDS) for _ in sums]
        size = builder.mul(self.words, self.number(LANES))
        inside = builder.mul(word, self.number(LANES))
        theirs = self.eight(self.right, builder.add(builder.mul(self.j, size), inside), _WORDS)
        ours = builder.add(builder.mul(self.i, size), inside)
        added = []
        for record, (total, start) in enumerate(zip(running, sums, strict=True)):
            one = self.spread(self.left, builder.add(ours, self.number(record)), _WORDS)
            added.append(builder.add(total, builder.call(self.ctpop, [builder.and_(one, theirs)])))
            total.add_incoming(start, before)
            total.add_incoming(added[-1], loop)
        following = builder.add(word, self.number(1))
        word.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, last), loop, after)
        builder.position_at_end(after)
        return added

    def mask(self, sums: Sequence[Any], *, bound: bool) -> Any:
        """One bit per pair that passes, or with ``bound`` per pair that still may, left record by left record."""
        builder = self.builder
        ours, theirs = (builder.mul(group, self.number(LANES)) for group in (self.i, self.j))
        right_ones = self.eight(self.right_ones, theirs, _REALS)
        right_bar = self.eight(self.right_bars, theirs, _REALS)
        mask = self.number(0)
        for record, total in enumerate(sums):
            place = builder.add(ours, self.number(record))
            left_bar = self.spread(self.left_bars, place, _REALS)
            lower = self.smaller(left_bar, right_bar)
            need = builder.fmul(lower, builder.fadd(self.spread(self.left_ones, place, _REALS), right_ones))
            common = builder.sitofp(total, _REALS)
            if bound:
                right_rest = self.eight(self.right_rest, theirs, _REALS)
                rest = self.smaller(self.spread(self.left_rest, place, _REALS), right_rest)
                common = builder.fadd(common, rest)
            bits = builder.bitcast(builder.fcmp_ordered(">=", common, need), ir.IntType(LANES))
            mask = builder.or_(mask, builder.shl(builder.zext(bits, _I64), self.number(record * LANES)))
        return mask

    def smaller(self, one: Any, other: Any) -> Any:
        return self.builder.select(self.builder.fcmp_ordered("<", one, other), one, other)

    def write(self) -> Any:
        """The mask: of the pairs that pass, or 0 where after ``head`` words no pair can pass any more."""
        builder = self.builder
        sums = self.count(self.number(0), self.head, [ir.Constant(_WORDS, [0] * LANES)] * LANES)
        short, rest, full = (builder.append_basic_block(name) for name in ("short", "rest", "full"))
        counted = builder.block
        builder.cbranch(builder.icmp_signed("<", self.head, self.words), short, full)
        builder.position_at_end(short)
        hopeful = self.mask(sums, bound=True)
        done = builder.append_basic_block("done")
        builder.cbranch(builder.icmp_signed("!=", hopeful, self.number(0)), rest, done)
        builder.position_at_end(rest)
        all_words = self.count(self.head, self.words, sums)
        rested = builder.block
        builder.branch(full)
        builder.position_at_end(full)
        final = []
        for total, added in zip(sums, all_words, strict=True):
            final.append(builder.phi(_WORDS))
            final[-1].add_incoming(total, counted)
            final[-1].add_incoming(added, rested)
        passing_pairs = self.mask(final, bound=False)
        builder.branch(done)
        builder.position_at_end(done)
        result = builder.phi(_I64)
        result.add_incoming(self.number(0), short)
        result.add_incoming(passing_pairs, full)
        return result


@intrinsic
def passing(  # noqa: PLR0913, PLR0917 - a compiled kernel takes arrays, not objects
    typing_context: Any,  # noqa: ARG001 - numba's signature
    left: Any,
    right: Any,
    left_ones: Any,
    right_ones: Any,
    left_rest: Any,
    right_rest: Any,
    left_bars: Any,
    right_bars: Any,
    i: Any,  # noqa: ARG001
    j: Any,  # noqa: ARG001
    words: Any,  # noqa: ARG001
    head: Any,  # noqa: ARG001
) -> Any:
    """Return 64 bits: 8 r + c says whether record r of group ``i`` and record c of group ``j`` pass.

    They pass where their common bits are at least min(their bars) * (their ones together). ``left``, ``right``: tiles
    (``packing``) of ``words`` words. ``..._ones``, ``..._bars``: float64 by place; a place without a record has
    infinite ones and never passes. ``head``: words after which a tile is left where common bits so far plus the
    smaller ``..._rest`` (ones after ``head``) cannot reach what is needed; ``words`` for never.
    """
    arrays = (left, right, left_ones, right_ones, left_rest, right_rest, left_bars, right_bars)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = zip(signature.args[: len(arrays)], arguments[: len(arrays)], strict=True)
        pointers = [context.make_array(kind)(context, builder, value).data for kind, value in kinds]
        return _Tile(builder, [*pointers, *arguments[len(arrays) :]]).write()

    return types.uint64(*arrays, types.int64, types.int64, types.int64, types.int64), generate


@intrinsic
def lowest_bit(typing_context: Any, mask: Any) -> Any:  # noqa: ARG001
    """The number of the lowest bit set in a 64-bit mask that is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def bits_set(typing_context: Any, word: Any) -> Any:  # noqa: ARG001
    """Bits set in a 64-bit word."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate
