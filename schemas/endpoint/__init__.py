"""OpenAI-compatible endpoints: where one is, what is asked, what comes back, and what goes wrong on the way."""

from schemas.endpoint.cache import Cache, key_of
from schemas.endpoint.client import ask
from schemas.endpoint.exchange import Reply, Request
from schemas.endpoint.settings import Endpoint, Price

__all__ = ["Cache", "Endpoint", "Price", "Reply", "Request", "ask", "key_of"]
