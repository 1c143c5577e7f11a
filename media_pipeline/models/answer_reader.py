"""The answer reader's files: the first layers of a language model, cut out of its published weights.

What is published is a whole model (GGUF: 28 layers in 4 and 6 bits); what Viva runs is its first half
without the part that writes, in CTranslate2's form with 8 bits, as speech recognition runs. The cut needs no
randomness and no matrix product, so its files have hashes of their own in the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.errors import ModelError

if TYPE_CHECKING:
    from gguf import GGUFReader

Floats = NDArray[np.float32]
Weights = Callable[[str], Iterator[Floats]]
"""A tensor by its name, some rows at a time."""

_ROWS = 16_384
"""The largest matrix has 150 000; as floats all of it would want a gigabyte."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The shape the weights must have, and how many layers of them are taken."""

    name: str
    take: int
    heads: int
    key_value_heads: int
    width: int
    rotary_base: float
    norm_epsilon: float
    architecture: str = "qwen2"


QWEN_CODER_1_5B = Layers("qwen2.5-coder-1.5b, 14 of 28 layers", 14, 12, 2, 1_536, 1e6, 1e-6)
"""Of 8, 14 and 18 layers the fourteen tell as much as the eighteen, the eight less (decision 0052)."""

_SPLITS_TEXT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
"""How Qwen2 splits a text before byte pairs are joined; from the model's published tokenizer."""


def cut_answer_reader(source: Path, into: Path, layers: Layers = QWEN_CODER_1_5B) -> None:
    """Write the reader's files for the weights in ``source`` (GGUF) into the folder ``into``.

    About half a minute and 1.5 GB of memory for the shipped one, beside the mapped file. Raises
    ``ModelError`` where the file is of another kind than ``layers`` says.
    """
    from gguf import GGUFReader, dequantize  # noqa: PLC0415 (only who installs the reader loads it)

    read = GGUFReader(source)
    _check(read, layers)
    tensors = {tensor.name: tensor for tensor in read.tensors}
    tokens, merges = (read.fields[f"tokenizer.ggml.{part}"].contents() for part in ("tokens", "merges"))
    del read  # half a gigabyte: it holds an array for each token and each merge

    def weights(name: str) -> Iterator[Floats]:
        tensor = tensors[name]
        for begin in range(0, len(tensor.data), _ROWS):
            rows = dequantize(tensor.data[begin : begin + _ROWS], tensor.tensor_type)
            yield np.require(rows, np.float32, ["C", "W"])

    _write_layers(weights, tokens, into, layers)
    _write_tokenizer(tokens, merges, into / "tokenizer.json")
    about = json.dumps({"name": layers.name}) + "\n"
    (into / "prepared.json").write_text(about, encoding="utf-8")


def _check(read: GGUFReader, layers: Layers) -> None:
    kind = layers.architecture
    wanted: dict[str, Any] = {
        "general.architecture": kind,
        f"{kind}.attention.head_count": layers.heads,
        f"{kind}.attention.head_count_kv": layers.key_value_heads,
        f"{kind}.embedding_length": layers.width,
        f"{kind}.rope.freq_base": layers.rotary_base,
        f"{kind}.attention.layer_norm_rms_epsilon": layers.norm_epsilon,
    }
    for name, value in wanted.items():
        found = read.fields[name].contents() if name in read.fields else None
        if found is None or not (
            found == value if isinstance(value, str) else np.isclose(found, value, atol=0)
        ):
            raise ModelError(f"These weights are not those of {layers.name}: {name} is {found}, not {value}.")


def _write_layers(weights: Weights, tokens: list[str], into: Path, layers: Layers) -> None:
    from ctranslate2.specs import common_spec, transformer_spec  # noqa: PLC0415 (slow to load)

    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        layers.take,
        layers.heads,
        activation=common_spec.Activation.SWISH,
        pre_norm=True,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=0,
        rotary_interleave=False,
        rotary_base=layers.rotary_base,
        num_heads_kv=layers.key_value_heads,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    _in_8_bits(decoder.embeddings, weights("token_embd.weight"))
    decoder.layer_norm.gamma = np.ones(layers.width, dtype=np.float32)
    for number, layer in enumerate(decoder.layer):
        _fill(layer, weights, f"blk.{number}.")
    # Where the whole model would turn what it holds into chances of the next word, this one gives it out.
    _in_8_bits(decoder.projection, [np.eye(layers.width, dtype=np.float32)])
    spec.register_vocabulary(tokens)
    spec.config.layer_norm_epsilon = layers.norm_epsilon
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "", tokens[0], tokens[0]
    spec.validate()
    spec.optimize()
    spec.save(str(into))


def _fill(layer: Any, weights: Weights, begin: str) -> None:
    def qkv(kind: str) -> Iterator[Floats]:
        return chain.from_iterable(weights(f"{begin}attn_{name}.{kind}") for name in "qkv")

    def all_of(rows: Iterable[Floats]) -> Floats:
        return np.concatenate(list(rows))

    attention, feed_forward = layer.self_attention, layer.ffn
    attention.layer_norm.gamma = all_of(weights(f"{begin}attn_norm.weight"))
    _in_8_bits(attention.linear[0], qkv("weight"))
    attention.linear[0].bias = all_of(qkv("bias"))
    _in_8_bits(attention.linear[1], weights(f"{begin}attn_output.weight"))
    feed_forward.layer_norm.gamma = all_of(weights(f"{begin}ffn_norm.weight"))
    for part, name in (("linear_0", "gate"), ("linear_0_noact", "up"), ("linear_1", "down")):
        _in_8_bits(getattr(feed_forward, part), weights(f"{begin}ffn_{name}.weight"))


def _in_8_bits(part: Any, rows: Iterable[Floats]) -> None:
    """As CTranslate2's own ``optimize("int8")``, some rows at a time: all matrices at once want 4 GB."""
    weights, scales = [], []
    for weight in rows:
        largest = np.maximum(weight.max(axis=1), -weight.min(axis=1))
        largest[largest == 0] = 127.0
        scale = np.float32(127.0) / largest
        np.multiply(weight, scale[:, None], out=weight)
        weights.append(np.rint(weight, out=weight).astype(np.int8))
        scales.append(scale)
    part.weight, part.weight_scale = np.concatenate(weights), np.concatenate(scales)


def _write_tokenizer(tokens: list[str], merges: list[str], target: Path) -> None:
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers  # noqa: PLC0415

    pairs = [(first, second) for first, _, second in (merge.partition(" ") for merge in merges)]
    tokenizer = Tokenizer(models.BPE(vocab={token: n for n, token in enumerate(tokens)}, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLITS_TEXT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.save(str(target))
