"""What texts are about: script-aware terms, principal axes, clusters and the terms that label them."""
