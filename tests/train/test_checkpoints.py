"""Checkpoints: which is whole, and what stands in the way of a new run."""

import zipfile
from pathlib import Path

import pytest

from schemas.errors import UserError
from train.checkpoints import begin, finish, is_whole, last_whole

torch = pytest.importorskip("torch")
from safetensors.torch import save_file  # noqa: E402

KEY = {"seed": 1, "stages": [{"learning_rate": 1e-4}]}


def make(folder: Path, step: int) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    (path / "trainer_state.json").write_text("{}", encoding="utf-8")
    save_file({"w": torch.zeros(64)}, path / "adapter_model.safetensors")
    for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
        torch.save({"x": torch.zeros(64)}, path / name)
    return path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def spoil(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        place = next(entry for entry in archive.infolist() if entry.file_size == 256)
    data = bytearray(path.read_bytes())
    data[place.header_offset + 200] ^= 255
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: (path / "trainer_state.json").unlink(),
        lambda path: (path / "trainer_state.json").write_text('{"a": '),
        lambda path: (path / "optimizer.pt").unlink(),
        lambda path: cut(path / "optimizer.pt"),
        lambda path: spoil(path / "optimizer.pt"),
        lambda path: cut(path / "rng_state.pth"),
        lambda path: cut(path / "adapter_model.safetensors"),
        lambda path: (path / "adapter_model.safetensors").unlink(),
    ],
    ids=[
        "no state",
        "half a state",
        "no optimizer",
        "cut optimizer",
        "flipped bit",
        "cut rng",
        "cut weights",
        "no weights",
    ],
)
def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, damage: object) -> None:
    older, newer = make(tmp_path, 9), make(tmp_path, 10)
    assert last_whole(tmp_path) == newer
    damage(newer)  # type: ignore[operator]
    assert not is_whole(newer)
    assert last_whole(tmp_path) == older


def test_no_checkpoint(tmp_path: Path) -> None:
    assert last_whole(tmp_path / "absent") is None
    (tmp_path / "checkpoint-x").mkdir()
    assert last_whole(tmp_path) is None


def test_a_run_begins_is_left_and_goes_on(tmp_path: Path) -> None:
    assert begin(tmp_path, KEY, resume=False, fresh=False) is False
    assert begin(tmp_path, KEY, resume=False, fresh=False) is False  # nothing was finished: nothing is lost
    make(tmp_path / "checkpoints-1", 5)
    with pytest.raises(UserError, match="checkpoint 5") as fault:
        begin(tmp_path, KEY, resume=False, fresh=False)
    assert "--resume" in fault.value.hint
    assert begin(tmp_path, KEY, resume=True, fresh=False) is True
    with pytest.raises(UserError, match="stages changed"):
        begin(tmp_path, {**KEY, "stages": []}, resume=True, fresh=False)
    assert (tmp_path / "checkpoints-1" / "checkpoint-5").is_dir()
    assert begin(tmp_path, KEY, resume=False, fresh=True) is False
    assert not (tmp_path / "checkpoints-1").exists()


def test_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run was begun"):
        begin(tmp_path, KEY, resume=True, fresh=False)
    begin(tmp_path, KEY, resume=False, fresh=False)
    with pytest.raises(UserError, match="no checkpoint was finished"):
        begin(tmp_path, KEY, resume=True, fresh=False)


def test_a_finished_run_gives_way(tmp_path: Path) -> None:
    begin(tmp_path, KEY, resume=False, fresh=False)
    make(tmp_path / "checkpoints-1", 5)
    finish(tmp_path)
    assert begin(tmp_path, KEY, resume=False, fresh=False) is False
    assert not (tmp_path / "checkpoints-1").exists()
