"""Which model makes the vectors of texts."""

from pathlib import Path

from pydantic import model_validator

from schemas.config import Section


class EmbeddingModel(Section):
    """An embedding model: a local folder, or an endpoint and a name."""

    model: Path | None = None
    """A local sentence-embedding model folder."""
    endpoint: str | None = None
    """Base URL of an OpenAI-compatible `/embeddings` endpoint, with `name` as its model."""
    name: str | None = None
    api_key_env: str | None = None
    """Environment variable with the key. Null: none for a server of one's own network, else `OPENAI_API_KEY`."""

    @model_validator(mode="after")
    def _one_embedder(self) -> "EmbeddingModel":
        if (self.model is None) == (self.endpoint is None):
            raise ValueError("name either a model folder or an endpoint")
        if (self.endpoint is None) != (self.name is None):
            raise ValueError("endpoint and name go together: the name is the model that the endpoint serves")
        return self
