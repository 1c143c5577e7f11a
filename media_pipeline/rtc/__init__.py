"""One candidate's WebRTC connection: from packets to audio frames and pictures on session time.

``connection.py`` puts it together. What touches private parts of aiortc and aioice is in
``aiortc_private/`` and nowhere else.
"""
