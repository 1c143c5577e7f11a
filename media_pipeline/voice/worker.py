"""The voice process: one sentence in, its Opus packets out. Run by ``piper.py``.

    python -m media_pipeline.voice.worker VOICE.onnx VOICE.onnx.json THREADS AHEAD_NICENESS

The only place where Piper (GPL-3, an optional extra) is imported; nothing of it is linked into the
server, which talks to this program over a pipe. Like the vision process it is confined first.
"""

from media_pipeline.sandbox import UNAVAILABLE, confine_or_exit

if __name__ == "__main__":
    confine_or_exit()

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np

from media_pipeline.cores import lower_priority
from media_pipeline.voice.opus import encode
from media_pipeline.voice.questions import asked
from media_pipeline.worker_process import serve

LONG_SENTENCE = (
    "Thank you for telling me about the time when the night shift was two people short and you had to "
    "decide, with nobody to ask, which of the three orders had to wait until the next morning."
)


def main(model_file: Path, config_file: Path, threads: int, ahead_niceness: int) -> None:
    try:
        from piper import PiperVoice  # noqa: PLC0415 - optional, and only in this process
        from piper.config import PiperConfig  # noqa: PLC0415
    except ImportError as error:
        print(f"The extra `piper` is not installed ({error.name})", file=sys.stderr, flush=True)
        sys.exit(UNAVAILABLE)
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415

    # PiperVoice.load takes every core; the ears need them.
    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin while they wait for each other cost 40 % more CPU, and more time on a busy machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    voice = PiperVoice(
        config=PiperConfig.from_dict(json.loads(config_file.read_text("utf-8"))),
        session=InferenceSession(str(model_file), options, providers=["CPUExecutionProvider"]),
    )

    def speak(phrase: str) -> bytes:
        chunks = list(voice.synthesize(phrase))
        if not chunks:
            return msgspec.msgpack.encode([])
        samples = np.concatenate([chunk.audio_int16_array for chunk in chunks])
        return msgspec.msgpack.encode(encode(samples, chunks[0].sample_rate))

    ahead = ThreadPoolExecutor(1, initializer=lower_priority, initargs=(ahead_niceness,))

    def answer(question: bytes) -> bytes:
        # A thread cannot go back to its old priority (that takes a privilege), so there is one for each.
        phrase, is_ahead = asked(question)
        return ahead.submit(speak, phrase).result() if is_ahead else speak(phrase)

    def warm_up() -> None:
        # The first synthesis is slow; nobody should wait for it. And memory for the longest sentence so far
        # is kept: asked for here, it does not grow in the middle of somebody's interview.
        speak(LONG_SENTENCE)

    serve(answer, prepare=warm_up)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
