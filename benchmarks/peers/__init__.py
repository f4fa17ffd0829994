"""Peers: the same job done with other libraries, each in a virtual environment of its own (`install.sh`)."""
