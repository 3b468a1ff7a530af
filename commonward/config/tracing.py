"""Traces by OpenTelemetry (链路追踪), where a site names a collector; else nothing here is imported.

What is told of a part of the work is its name, how long it took, the name of a route, the number
of a case, a status (`core.causes.FACTS`): no statement, no address, no header, no word of anybody.
A fault is told by its kind, never by its words.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from django.conf import settings

from commonward.core import causes
from commonward.core.causes import Cause, Going

WANTED = (
    "COMMONWARD_OTEL is set, and OpenTelemetry is not installed: install the extra "
    "commonward[otel], or take the setting away."
)


def start(process: str) -> None:
    """Tell the collector of this process, if the site names one; raises SystemExit without the extra."""
    if not settings.OTEL or causes.TRACER:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,  # (an extra)
        )
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 (an extra)
    except ImportError as fault:
        raise SystemExit(WANTED) from fault
    exporter = OTLPSpanExporter(endpoint=f"{settings.OTEL.rstrip('/')}/v1/traces")
    causes.TRACER.append(Told(BatchSpanProcessor(exporter), process, settings.OTEL_PART))


class Told:
    """Hands each part of the work to a processor of OpenTelemetry; `part` of all traces is kept."""

    def __init__(self, processor: Any, process: str, part: float) -> None:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 (an extra)
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 (an extra)
        from opentelemetry.sdk.trace.sampling import (  # noqa: PLC0415 (an extra)
            ParentBased,
            TraceIdRatioBased,
        )

        # Not `Resource.create`: that would tell of the host, its user and its command line.
        resource = Resource(
            {
                "service.name": "commonward",
                "service.version": version("commonward"),
                "service.instance.id": process,
            }
        )
        self.provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(part)), resource=resource
        )
        self.provider.add_span_processor(processor)
        self._tracer = self.provider.get_tracer("commonward")

    @contextmanager
    def span(
        self, name: str, kind: str, parent: Cause | None, going: Callable[[Cause], Going]
    ) -> Iterator[Going]:
        """One part; its facts are read when it ends."""
        from opentelemetry import trace  # noqa: PLC0415 (an extra)
        from opentelemetry.context import Context  # noqa: PLC0415 (an extra)

        above = Context()
        if parent is not None:
            given = trace.SpanContext(
                int(parent.trace, 16), int(parent.span, 16), True, trace.TraceFlags(parent.kept)
            )
            above = trace.set_span_in_context(trace.NonRecordingSpan(given), above)
        span = self._tracer.start_span(name, context=above, kind=trace.SpanKind[kind.upper()])
        own = span.get_span_context()
        one = going(Cause(f"{own.trace_id:032x}", f"{own.span_id:016x}", own.trace_flags.sampled))
        try:
            yield one
        except BaseException as fault:
            # The words of a fault may be somebody's; its kind is ours.
            span.set_attribute("commonward.fault", type(fault).__name__)
            span.set_status(trace.StatusCode.ERROR)
            raise
        finally:
            for fact, value in one.facts.items():
                span.set_attribute(f"commonward.{fact}", value)
            route = one.facts.get("route")
            if kind == "server" and route:
                span.update_name(str(route))
            if int(one.facts.get("status", 0)) >= 500:
                span.set_status(trace.StatusCode.ERROR)
            span.end()
