"""`python -m house.reference`: write the pages of docs/reference anew."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
    django.setup()
    from house.reference.pages import write

    for name in write():
        print(f"reference: {name} is made anew")
