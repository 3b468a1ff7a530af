"""The live stream's own process (granian --interface asgi), beside the WSGI application."""

import os
import resource

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
django.setup()

from commonward.config import logs  # noqa: E402 (Django first)
from commonward.config.schema import own_schema  # noqa: E402 (Django first)
from commonward.doors.live.application import Live  # noqa: E402 (Django first)

# Each listener is an open file; the usual soft limit of 1,024 is meant for other programs.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))

logs.process_is("live")
own_schema()
application = Live()
