"""Finding and loading tasks: ours, those of a team's folders, and standard ones, from the hub or from local files."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalsuite.harness.library import need_library, quiet
from evalsuite.harness.settings import Harness
from schemas.errors import MissingExtra, UserError

READERS = {".json": "json", ".jsonl": "json", ".csv": "csv", ".parquet": "parquet"}
"""Suffix of a local data file -> what `datasets` reads it with."""


def load_tasks(settings: Harness, *, own: Sequence[Any] = ()) -> dict[str, Any]:
    """Load all that a recipe names.

    Standard tasks cost 15 to 25 seconds more than those of a folder: the library reads its 14,000 files.

    Args:
        settings: Of the recipe.
        own: What `own_tasks` made.

    Returns:
        `tasks` and `groups` by name, and `group_map`, as TaskManager.load gives them.

    Raises:
        MissingExtra: Without lm-evaluation-harness, or a package that a task needs.
        UserError: If a name is unknown, a folder or file absent, the hub out of reach, or a task unfit to run here.
    """
    need_library()
    loaded: dict[str, Any] = {"tasks": {task.task_name: task for task in own}, "groups": {}, "group_map": {}}
    with quiet():
        manager = _manager(settings) if settings.tasks else None
        for name in settings.tasks:
            for part, found in _load(manager, name, settings.data.get(name)).items():
                loaded[part] |= found
    if not loaded["tasks"]:
        raise UserError("eval.harness names nothing to run", hint="eval.harness.own: [choice]")
    for name, task in loaded["tasks"].items():
        _accept(name, task)
    return loaded


def standard_folder() -> Path:
    """Where the installed library keeps its tasks."""
    import lm_eval.tasks

    return Path(lm_eval.tasks.__file__).parent


def _manager(settings: Harness) -> Any:
    from lm_eval.tasks import TaskManager

    folders = [Path(folder) for folder in settings.folders]
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"eval.harness.folders: no such folder: {folder}", hint="name a folder of YAML tasks")
    manager = TaskManager(include_path=[*folders], include_defaults=False)
    if all(_whole(manager.task_index, name) for name in settings.tasks):
        return manager
    return TaskManager(include_path=[standard_folder(), *folders], include_defaults=False)


def _whole(index: Mapping[str, Any], name: Any) -> bool:
    """Whether a name and, of a group, all members are known; a group of one's own may name standard tasks."""
    if name not in index:
        return False
    members = (index[name].cfg or {}).get("task")
    if not isinstance(members, list):
        return True
    return all(_whole(index, member.get("task") if isinstance(member, dict) else member) for member in members)


def _load(manager: Any, name: str, file: str | None) -> dict[str, Any]:
    if name not in manager.task_index:
        near = difflib.get_close_matches(name, manager.all_tasks, n=3, cutoff=0.6)
        told = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UserError(f"eval.harness.tasks: no task is named {name}{told}", hint="lm-eval ls tasks")
    try:
        found: dict[str, Any] = manager.load([name if file is None else _local(manager, name, Path(file))])
    except UserError:
        raise
    except ImportError as fault:
        raise _missing(name, fault) from fault
    except ConnectionError as fault:
        raise UserError(
            f"{name} needs the hub, which can't be reached: {fault}",
            hint=f"name a local file in the recipe: eval.harness.data.{name}: FILE",
        ) from fault
    except Exception as fault:  # task files hold code: whatever it raises, the recipe named it
        raise _unloadable(name, fault) from fault
    return found


def _local(manager: Any, name: str, file: Path) -> dict[str, Any]:
    """The task's whole configuration with its data replaced: the library doesn't fill up a partial one."""
    from lm_eval.tasks._yaml_loader import load_yaml

    reader = READERS.get(file.suffix.lower())
    path = manager.task_index[name].yaml_path
    if reader is None or not file.is_file():
        told = "no such file" if reader else "not a .json, .jsonl, .csv or .parquet file"
        raise UserError(f"eval.harness.data.{name}: {told}: {file}", hint="name an existing data file")
    config = {} if path is None else load_yaml(path)
    split = config.get("test_split") or config.get("validation_split")
    if not isinstance(config.get("task"), str) or split is None or "class" in config:
        raise UserError(f"eval.harness.data.{name}: {name} is not a single task", hint="name its parts instead")
    for key in ("training_split", "validation_split", "dataset_name", "custom_dataset"):
        config.pop(key, None)
    if isinstance(shots := config.get("fewshot_config"), dict):
        shots.pop("split", None)
    # Examples come from the file too: of the same split, so that a question is never its own example.
    return config | {
        "dataset_path": reader,
        "dataset_kwargs": {"data_files": {split: str(file.resolve())}},
        "test_split": split,
        "fewshot_split": split,
    }


def _accept(name: str, task: Any) -> None:
    if getattr(task, "UNSAFE_CODE", False):
        raise UserError(f"{name} runs code that the model writes, which gristmill never does", hint="leave it out")
    if getattr(task, "MULTIMODAL", False):
        raise UserError(f"{name} needs images or sound", hint="leave it out of eval.harness.tasks")


def _missing(name: str, fault: ImportError) -> UserError:
    # The library wraps some of them once more.
    inner = fault if isinstance(fault, ModuleNotFoundError) else fault.__cause__
    package = getattr(inner, "name", None)
    if package is None:
        return _unloadable(name, fault)
    return MissingExtra(f"The task {name}", package=package.partition(".")[0])


def _unloadable(name: str, fault: Exception) -> UserError:
    return UserError(f"The task {name} can't be loaded: {type(fault).__name__}: {fault}", hint="mend its YAML or data")
