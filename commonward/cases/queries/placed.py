"""Where cases were, as points alone: for counting by cells, never for listing."""

from datetime import datetime

import numpy as np
import numpy.typing as npt

from commonward.cases.models import Case

Floats = npt.NDArray[np.float64]


def placed(area_path: str, since: datetime, until: datetime) -> tuple[Floats, Floats]:
    """Latitudes and longitudes (degrees) of the cases opened below an area's path (1 query)."""
    rows = Case.objects.filter(
        area_path__startswith=area_path, opened_at__gte=since, opened_at__lt=until,
        lat__isnull=False, lon__isnull=False,
    ).values_list("lat", "lon")  # fmt: skip
    found = np.array(list(rows), np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
