"""Errors: exit codes, and the way from one process to another."""

import pickle

import pytest

from schemas import errors

FAULTS: list[errors.GristmillError] = [
    errors.GristmillError("茶", hint="倒水"),
    errors.UserError("a", hint="b"),
    errors.ConfigError("r.yaml", ["line 1: 错", "line 2: b"], hint="mend it"),
    errors.InputError("no rows"),
    errors.MissingExtra("the conversion", package="opencc", extra="opencc"),
    errors.RuntimeFault("disk"),
    errors.ConservationError("3 in, 2 out"),
    errors.ArtifactError("changed", hint="gristmill data -c RECIPE"),
]


def test_every_class_is_here() -> None:
    classes = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    assert {type(fault) for fault in FAULTS} == {kind for kind in classes if issubclass(kind, errors.GristmillError)}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_fault_arrives_as_what_it_was(fault: errors.GristmillError) -> None:
    again = pickle.loads(pickle.dumps(fault))
    assert type(again) is type(fault)
    assert (str(again), vars(again), again.args) == (str(fault), vars(fault), fault.args)
    assert (again.exit_code, vars(pickle.loads(pickle.dumps(again)))) == (fault.exit_code, vars(fault))
