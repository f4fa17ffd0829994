#!/usr/bin/env bash
# The peers of the near-duplicate and quality benchmarks, each in a virtual environment of its own.
#   bash benchmarks/peers/install.sh FOLDER
set -euo pipefail
home=${1:?give a folder for the virtual environments}
python=${PYTHON:-python3}
make_env() { [ -d "$home/$1" ] || "$python" -m venv "$home/$1"; shift; }
env_pip() { "$home/$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}"; }

for name in rensa datasketch textdedup datatrove juicer; do make_env "$name"; done
env_pip rensa rensa==0.5.0
env_pip datasketch datasketch==2.0.0
# text-dedup's own pins ask for Spark and TensorFlow, which its MinHash doesn't use.
env_pip textdedup --no-deps text-dedup==0.4.0
env_pip textdedup datasets 'click>=8.1.7,<9' click-option-group 'fire<0.8' ftfy numpy psutil regex scipy tqdm xxhash \
  zstandard bitarray rich setuptools
env_pip datatrove 'datatrove[processing]==0.10.1' orjson spacy jieba
# torch first: Data-Juicer installs a CUDA build while it runs when it finds none.
env_pip juicer torch==2.13.0
env_pip juicer py-data-juicer==1.6.1 aiohttp
echo "peers are in $home"
