"""Tests mirror the packages; ``tests/media.py`` brings test media, ``tests/conftest.py`` the fixtures."""
