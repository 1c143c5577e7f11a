"""The only place that touches private parts of aiortc 1.16 and aioice 0.13.

Both are pinned. ``tests/media_pipeline/rtc/test_aiortc_private.py`` names every part used here
and fails with a sentence when a new version has moved one.
"""
