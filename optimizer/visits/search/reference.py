"""One pointer instead of many arrays as the argument of compiled functions.

numba passes a tuple of arrays by value, seven words for each array at every call. Here the tuple is written into memory
once, by ``bind``; an entry function gets its address from ``by_reference`` and hands that on, and ``k.node`` reads one
array through it. What is read never changes, and the compiler is told so. Arrays read in this way take no index below
zero, so the compiled code need not look for one at every access (a third of all instructions, measured). Uncompiled, a
kernel is its own reference.
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
    import operator

    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.core.typing.templates import AttributeTemplate
    from numba.extending import infer_getattr, intrinsic, lower_builtin, lower_getattr_generic, models, register_model
    from numba.np.arrayobj import getitem_array_tuple, getitem_arraynd_intp, load_item, make_array, store_item

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

    class Rows(types.Array):  # type: ignore[misc]
        """An array of the kernel: rows first, no index below zero."""

        def __init__(self, array: Any) -> None:
            super().__init__(array.dtype, array.ndim, array.layout, name=f"Rows({array.name})", aligned=array.aligned)

    register_model(Rows)(models.ArrayModel)

    def _item(context: Any, builder: Any, rows: Any, value: Any, kinds: Any, indices: Any) -> Any:
        """Where one item lies."""
        array = make_array(rows)(context, builder, value)
        places = [context.cast(builder, index, kind, types.intp) for index, kind in zip(indices, kinds, strict=True)]
        shape = cgutils.unpack_tuple(builder, array.shape, rows.ndim)
        strides = cgutils.unpack_tuple(builder, array.strides, rows.ndim)
        return cgutils.get_item_pointer2(context, builder, array.data, shape, strides, rows.layout, places)

    @lower_builtin(operator.getitem, Rows, types.Integer)  # type: ignore[untyped-decorator]
    def _get_row(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, kind = signature.args
        if rows.ndim > 1:  # a part of a table
            return getitem_arraynd_intp(context, builder, signature, arguments)
        return load_item(context, builder, rows, _item(context, builder, rows, arguments[0], [kind], [arguments[1]]))

    @lower_builtin(operator.getitem, Rows, types.BaseTuple)  # type: ignore[untyped-decorator]
    def _get_cell(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, kinds = signature.args
        if len(kinds) < rows.ndim or not all(isinstance(kind, types.Integer) for kind in kinds):
            return getitem_array_tuple(context, builder, signature, arguments)
        indices = cgutils.unpack_tuple(builder, arguments[1], len(kinds))
        return load_item(context, builder, rows, _item(context, builder, rows, arguments[0], kinds, indices))

    @lower_builtin(operator.setitem, Rows, types.Integer, types.Any)  # type: ignore[untyped-decorator]
    def _set_row(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, kind, given = signature.args
        value = context.cast(builder, arguments[2], given, rows.dtype)
        pointer = _item(context, builder, rows, arguments[0], [kind], [arguments[1]])
        store_item(context, builder, rows, value, pointer)

    @infer_getattr
    class ReferenceAttribute(AttributeTemplate):  # type: ignore[misc]
        """The fields of the tuple."""

        key = Reference

        def generic_resolve(self, reference: Reference, name: str) -> Any:
            """Type of one field."""
            fields = reference.target.instance_class._fields
            return Rows(reference.target[fields.index(name)]) if name in fields else None

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
