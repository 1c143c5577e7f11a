"""The decoder threads of the process, shared by all connections."""

from __future__ import annotations

from media_pipeline.rtc.lanes import LanePool
from media_pipeline.rtc.options import RtcOptions


class MediaThreads:
    """Audio has threads of its own, so that a picture never delays a word."""

    def __init__(self, options: RtcOptions) -> None:
        self.options = options
        self.audio = LanePool(options.audio_threads, "viva-audio")
        self.video = LanePool(options.video_threads, "viva-video")

    def close(self) -> None:
        self.audio.close()
        self.video.close()
