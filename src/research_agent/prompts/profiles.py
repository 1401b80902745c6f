"""Load model profiles from `prompts/profiles/*.yaml`."""

from functools import cache

import yaml
from pydantic import ValidationError

from research_agent.errors import DataError, UnknownNameError
from research_agent.model.prompt import ModelProfile
from research_agent.resources import resource


@cache
def profile_names() -> tuple[str, ...]:
    """Ids of the shipped profiles, sorted."""
    return tuple(sorted(path.stem for path in resource("prompts", "profiles").glob("*.yaml")))


@cache
def load_profile(name: str) -> ModelProfile:
    """The profile with this id, or the one that lists this model name.

    Raises:
        UnknownNameError: no profile has this id or model, with the near matches.
        DataError: the profile's file is not a valid profile.
    """
    wanted = name.strip().lower()
    names = profile_names()
    if wanted in names:
        return _read(wanted)
    profiles = [_read(known) for known in names]
    for profile in profiles:
        if wanted in profile.models:
            return profile
    known = [*names, *(model for profile in profiles for model in profile.models)]
    raise UnknownNameError("model profile", name, known)


@cache
def _read(name: str) -> ModelProfile:
    path = resource("prompts", "profiles", f"{name}.yaml")
    try:
        return ModelProfile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise DataError(f"{path} is not a model profile: {error}") from error
