"""The kinds of arrays that go through the planners of cover."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.int8]
Flags = NDArray[np.bool_]
Numbers = NDArray[Any]
