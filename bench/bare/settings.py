"""The product's database, and nothing else of it."""

from commonward.config.settings import DATABASES as DATABASES
from commonward.config.settings import DEFAULT_AUTO_FIELD as DEFAULT_AUTO_FIELD
from commonward.config.settings import SECRET_KEY as SECRET_KEY

ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = ["bench.bare"]
# It gives each answer its length, without which every one would be sent in chunks.
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "bench.bare.application"
USE_TZ = True
