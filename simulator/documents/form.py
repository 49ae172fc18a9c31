"""The base of every form of a document: what pydantic checks, strictly, and the pieces that all forms share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, NoReturn

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from simulator.documents.wording import say

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text that is not empty."""


class Form(BaseModel):
    """The base of every form: unknown keys refused, nothing converted, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True)

    @classmethod
    def stand_ins(cls) -> Mapping[str, Any]:
        """Values for required keys, used only to check the rest of a document in which they are wrong or missing."""
        return {}


class Bilingual(Form):
    """A text in English and Chinese; `title["en"]`."""

    en: Text
    zh: Text

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


NO_NAME: Final = "-"
"""A stand-in for a name, that nothing has."""

NO_TITLE: Final = {"en": NO_NAME, "zh": NO_NAME}
"""A stand-in for a title."""


def refuse(sentence: str, **values: Any) -> NoReturn:
    """Refuse from inside a validator."""
    raise PydanticCustomError("refused", "{sentence}", {"sentence": say(sentence, **values)})
