"""The smallest reverse mode that is right: a graph of numbers.

A `Value` remembers what it was made of, and its slope with respect to each.
Sorted by birth, the youngest first, every value comes before what it was made
of: one walk in that order carries the slopes back to the leaves. Nothing
recurses: a chain may be as long as memory.

After Karpathy's micrograd (https://github.com/karpathy/micrograd), which
teaches this in a hundred lines: the idea, not the code. Wrong input is a
TypeError or a ValueError; where a float overflows, Python's OverflowError
says so.
"""

# --8<-- [start:imports]
import itertools
import math
from numbers import Real
from operator import attrgetter
from typing import Any

_birth = itertools.count().__next__  # a number for each Value, in their order


# --8<-- [end:imports]
# --8<-- [start:Value]
class Value:
    """A number that knows how it was made: y.backward() puts ∂y/∂x in x.grad.

    Args:
        data: a real number; it becomes a float.
        inputs: what it was made of: pairs of a value x and the slope in x.

    Raises:
        TypeError: if data is not a real number.

    Examples:
        >>> w, x = Value(3), Value(2)
        >>> y = (w * x - 7) ** 2
        >>> y.backward()
        >>> y, w.grad, x.grad
        (Value(1.0), -4.0, -6.0)
    """

    __slots__ = ("born", "data", "grad", "inputs")

    def __init__(
        self, data: Any, inputs: tuple[tuple["Value", float], ...] = ()
    ) -> None:
        self.data: float = data if type(data) is float else _float(data)
        self.inputs = inputs
        self.grad = 0.0
        self.born = _birth()

    def __repr__(self) -> str:
        return f"Value({self.data})"

    def __add__(self, other: Any) -> "Value":
        other = other if type(other) is Value else _value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other: Any) -> "Value":
        other = other if type(other) is Value else _value(other)
        return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other: Any) -> "Value":
        other = other if type(other) is Value else _value(other)
        slopes = (self, other.data), (other, self.data)
        return Value(self.data * other.data, slopes)

    def __truediv__(self, other: Any) -> "Value":
        other = other if type(other) is Value else _value(other)
        if other.data == 0:
            raise ValueError(f"{self} / {other}: no number is divided by 0")
        y = self.data / other.data
        return Value(y, ((self, 1 / other.data), (other, -y / other.data)))

    def __pow__(self, other: Any) -> "Value":
        a = self.data
        b = other.data if isinstance(other, Value) else _float(other)
        if (a < 0 and b % 1) or (a == 0 and b < 1 and b != 0):
            raise ValueError(
                f"{a} ** {b} is not real, or its slope is not finite"
            )
        y = a**b
        in_base = (self, b * a ** (b - 1) if b else 0.0)
        if not isinstance(other, Value):
            return Value(y, (in_base,))
        if a < 0 or (a == 0 and b == 0):
            no = f"{a} ** {b} has no slope in its exponent"
            raise ValueError(f"{no}: is it to be a constant?")
        return Value(y, (in_base, (other, y * math.log(a) if a else 0.0)))

    def __neg__(self) -> "Value":
        return Value(-self.data, ((self, -1.0),))

    def __radd__(self, other: Any) -> "Value":
        return _value(other) + self

    def __rsub__(self, other: Any) -> "Value":
        return _value(other) - self

    def __rmul__(self, other: Any) -> "Value":
        return _value(other) * self

    def __rtruediv__(self, other: Any) -> "Value":
        return _value(other) / self

    def __rpow__(self, other: Any) -> "Value":
        return _value(other) ** self

    def exp(self) -> "Value":
        """eˣ."""
        y = math.exp(self.data)
        return Value(y, ((self, y),))

    def log(self) -> "Value":
        """ln x, of x > 0."""
        if not self.data > 0:
            raise ValueError(f"log wants a number above 0, got {self}")
        return Value(math.log(self.data), ((self, 1 / self.data),))

    def tanh(self) -> "Value":
        """tanh x, whose slope is 1 − tanh² x."""
        y = math.tanh(self.data)
        return Value(y, ((self, 1 - y * y),))

    def relu(self) -> "Value":
        """max(x, 0), whose slope at 0 is 0, by convention."""
        y, slope = (self.data, 1.0) if self.data > 0 else (0.0, 0.0)
        return Value(y, ((self, slope),))

    def backward(self) -> None:
        """Adds ∂self/∂x to x.grad of each leaf x; sets it for every other.

        A leaf is made of nothing: a parameter, an input, a constant. Its grad
        accumulates over calls, until `zero_grad`.
        """
        if not math.isfinite(self.data):
            raise ValueError(f"backward wants a finite number, got {self}")
        values = self._made_of()
        for value in values:
            if value.inputs:
                value.grad = 0.0
        self.grad += 1.0
        for value in values:
            for x, slope in value.inputs:
                x.grad += slope * value.grad

    def zero_grad(self) -> None:
        """Sets grad to 0 here and in all that this value was made of."""
        for value in self._made_of():
            value.grad = 0.0

    def _made_of(self) -> list["Value"]:
        """This value and all that it was made of, the youngest first."""
        found, waiting = {self}, [self]
        while waiting:
            for x, _ in waiting.pop().inputs:
                if x not in found:
                    found.add(x)
                    waiting.append(x)
        return sorted(found, key=attrgetter("born"), reverse=True)


# --8<-- [end:Value]
# --8<-- [start:number]
def _value(number: Any) -> Value:
    """The number as a Value; a constant is a leaf."""
    return number if isinstance(number, Value) else Value(number)


def _float(data: Any) -> float:
    if isinstance(data, bool) or not isinstance(data, Real):
        raise TypeError(f"a Value is one real number, got {data!r}")
    return float(data)


# --8<-- [end:number]
