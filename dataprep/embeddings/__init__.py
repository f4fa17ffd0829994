"""Sentence embeddings: from a local model folder or an OpenAI-compatible endpoint, each text embedded once."""

from dataprep.embeddings.cached import embed
from dataprep.embeddings.embedder import BATCH, Embedder, Vectors
from dataprep.embeddings.local import open_folder
from dataprep.embeddings.served import open_endpoint
from dataprep.recipe.embedding import EmbeddingModel

__all__ = ["BATCH", "Embedder", "Vectors", "embed", "open_embedder"]


def open_embedder(config: EmbeddingModel) -> Embedder:
    """The embedder that a recipe names.

    Raises:
        UserError: If the folder is no model, or the endpoint can't be asked.
        MissingExtra: If torch, transformers or openai is absent.
    """
    if config.model is not None:
        return open_folder(config.model)
    return open_endpoint(config.endpoint or "", config.name or "", key_env=config.api_key_env)
