"""An optional language model, any OpenAI-compatible endpoint: asked with care, never trusted."""
