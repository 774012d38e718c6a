"""One pointer instead of many arrays as the argument of compiled functions.

numba passes a tuple of arrays by value, seven words for each array at every call. Here the tuple is written into memory
once, by ``bind``; an entry function gets its address from ``by_reference`` and hands that on, and ``k.node`` reads one
array through it. What is read never changes, and the compiler is told so. Uncompiled, a kernel is its own reference.
"""

# mypy: disable-error-code="no-untyped-call,override,call-arg,assignment"
from __future__ import annotations

from typing import Any, TypeVar

from optimizer.visits.search.compiled import compiled, is_compiling

__all__ = ["TABLE_WORDS", "bind", "by_reference"]

TABLE_WORDS = 16
"""Words kept for each array of a kernel; seven are used, and two more for each further dimension."""


Arrays = TypeVar("Arrays")


def bind(arrays: Any) -> None:
    """Write where the arrays lie into ``arrays.table``; to be done once, before anything else."""


def by_reference(arrays: Arrays) -> Arrays:
    """The kernel, or another tuple with a ``table``, passed by reference from here on."""
    return arrays


if is_compiling():
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.core.typing.templates import AttributeTemplate
    from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model

    class Reference(types.Type):  # type: ignore[misc]
        """The address of a named tuple."""

        def __init__(self, target: Any) -> None:
            self.target = target
            super().__init__(name=f"Reference({target.name})")

        @property
        def key(self) -> Any:
            """What makes two references the same type."""
            return self.target

    @register_model(Reference)
    class ReferenceModel(models.PrimitiveModel):  # type: ignore[misc]
        """A pointer."""

        def __init__(self, manager: Any, reference: Reference) -> None:
            super().__init__(manager, reference, manager.lookup(reference.target).get_value_type().as_pointer())

    @infer_getattr
    class ReferenceAttribute(AttributeTemplate):  # type: ignore[misc]
        """The fields of the tuple."""

        key = Reference

        def generic_resolve(self, reference: Reference, name: str) -> Any:
            """Type of one field."""
            fields = reference.target.instance_class._fields
            return reference.target[fields.index(name)] if name in fields else None

    @lower_getattr_generic(Reference)  # type: ignore[untyped-decorator]
    def _load_field(context: Any, builder: Any, reference: Reference, address: Any, name: str) -> Any:
        index = reference.target.instance_class._fields.index(name)
        return _load_constant(builder, cgutils.gep_inbounds(builder, address, 0, index))

    def _load_constant(builder: Any, address: Any) -> Any:
        """Load an aggregate piece by piece; the compiler may assume that it never changes."""
        kind = address.type.pointee
        if not isinstance(kind, ir.Aggregate):
            loaded = builder.load(address)
            loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
            return loaded
        value = ir.Constant(kind, ir.Undefined)
        for i in range(len(kind)):
            piece = _load_constant(builder, cgutils.gep_inbounds(builder, address, 0, i))
            value = builder.insert_value(value, piece, i)
        return value

    def _address(context: Any, builder: Any, arrays: Any, value: Any) -> Any:
        """The memory of ``arrays.table`` as the place of the tuple."""
        index = arrays.instance_class._fields.index("table")
        table = context.make_array(arrays[index])(context, builder, builder.extract_value(value, index))
        return builder.bitcast(table.data, value.type.as_pointer())

    @intrinsic  # type: ignore[untyped-decorator]
    def _by_reference(typing_context: Any, arrays: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return _address(context, builder, arrays, arguments[0])

        return Reference(arrays)(arrays), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def _bind(typing_context: Any, arrays: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            builder.store(arguments[0], _address(context, builder, arrays, arguments[0]))
            return context.get_dummy_value()

        return types.void(arrays), generate

    @compiled
    def bind(arrays: Any) -> None:  # noqa: D103 (see above)
        _bind(arrays)

    by_reference = _by_reference
