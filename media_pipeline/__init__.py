"""One candidate's media: tracks in, frames, voice activity, turns, recognition, vision, speech out."""

import os

# onnxruntime's official Linux wheels report usage to their maker since 1.29 (seen with 1.31: look-ups of
# the collector's name at the first session) unless this stands before its first import. Nothing may leave
# the host (docs/decisions/0005-nothing-leaves.md; tests/browser/whole/test_nothing_leaves.py holds us to it).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
