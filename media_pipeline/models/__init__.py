"""Models: what is needed, where it lies, how it comes here and how it is checked."""

from media_pipeline.models.folder import ModelFolder, default_root
from media_pipeline.models.installer import InstallOptions, Progress, install
from media_pipeline.models.manifest import MANIFEST, Model, ModelFile, model_named

__all__ = [
    "MANIFEST",
    "InstallOptions",
    "Model",
    "ModelFile",
    "ModelFolder",
    "Progress",
    "default_root",
    "install",
    "model_named",
]
