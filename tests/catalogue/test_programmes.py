"""Programmes of outside packages: documents may name them, and those who run documents get their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from simulator import catalogue
from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.errors import ModelError
from simulator.language.vocabulary import ProgrammeSignature

Install = Callable[..., None]


class Choir(Programme):
    """A programme that another package brings."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature("choir", {"en": "Choir", "zh": "合唱团"}, {}, "sings")

    def run(self) -> Process:
        """Sing every month."""
        return self.every(1.0)

    def act(self, period: float) -> None:
        """Sing."""
        self.delivery = 1.0


class OtherPurchase(Choir):
    """One whose name is taken."""

    signature: ClassVar[ProgrammeSignature] = PROGRAMMES["purchase"].signature


class Entry:
    """What an installed package registers."""

    def __init__(self, registered: object) -> None:
        self.registered = registered
        self.value = f"outside:{getattr(registered, '__name__', registered)}"

    def load(self) -> object:
        """The object itself."""
        return self.registered


def forget() -> None:
    """What was found is looked for anew."""
    catalogue.programmes.cache_clear()
    catalogue.vocabulary.cache_clear()


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    def installed(*registered: object) -> None:
        def entry_points(group: str) -> list[Entry]:
            assert group == catalogue.ENTRY_POINTS
            return [Entry(each) for each in registered]

        monkeypatch.setattr(catalogue, "entry_points", entry_points)
        forget()

    yield installed
    forget()


def test_alone_there_are_the_built_in_ones(install: Install) -> None:
    install()
    assert dict(catalogue.programmes()) == dict(PROGRAMMES)
    assert list(catalogue.vocabulary().programmes) == list(PROGRAMMES)


def test_an_outside_programme_is_known_by_name_and_by_class(install: Install) -> None:
    install(Choir)
    assert catalogue.programmes()["choir"] is Choir
    assert set(catalogue.programmes()) == {*PROGRAMMES, "choir"}
    assert catalogue.vocabulary().programmes["choir"] is Choir.signature
    assert catalogue.programmes() is catalogue.programmes()


def test_a_name_that_is_taken_is_refused(install: Install) -> None:
    install(OtherPurchase)
    with pytest.raises(ModelError, match="two programmes are called 'purchase'; the second is outside:OtherPurchase"):
        catalogue.vocabulary()
    install(Choir, Choir)
    with pytest.raises(ModelError, match="two programmes are called 'choir'"):
        catalogue.programmes()


@pytest.mark.parametrize("registered", ["a text", int, Programme])
def test_what_is_no_programme_is_refused(install: Install, registered: object) -> None:
    install(registered)
    with pytest.raises(ModelError, match=r"outside:.* is registered as a programme, but is no subclass of Programme"):
        catalogue.programmes()
