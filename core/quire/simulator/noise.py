"""Which noise a job asks for: the options of IonQ's and of Quantinuum's services, honoured or refused."""

from collections.abc import Mapping
from typing import Any

import attrs

from quire.model import NoiseModel, TargetSpec
from quire.simulator.faults import PayloadError

_IDEAL = "ideal"
_SWITCH, _RATES = "error-model", "error-params"
_QUANTINUUM = "quantinuum"
# The names of Quantinuum's own interface for its emulators' errors.
_MEASUREMENT, _SCALE = "p_meas", "scale"
# Of a factor; a number that a float cannot hold is none.
_MOST = 1e9
_KNOWN = ("p1", "p2", _MEASUREMENT, _SCALE, "p1_scale", "p2_scale", "meas_scale")


def noise_names(target: TargetSpec) -> tuple[str, ...]:
    """The input parameters about noise that a target takes."""
    if not target.noise_models:
        return ()
    return ("noise", _SWITCH, _RATES) if target.provider_id == _QUANTINUUM else ("noise",)


def read_noise(target: TargetSpec, params: Mapping[str, Any]) -> NoiseModel | None:
    """The noise that a job asks for; None for an ideal machine.

    Args:
        target: Its target.
        params: Its input parameters, of which the target takes all.

    Raises:
        PayloadError: There is no such noise, or it cannot be simulated.
    """
    chosen = _model(target, params.get("noise"))
    switch, rates = params.get(_SWITCH), params.get(_RATES)
    if switch is not None and not isinstance(switch, bool):
        raise PayloadError(f"{_SWITCH} must be true or false, not {switch!r}")
    if switch is False:
        if chosen is not None or rates is not None:
            raise PayloadError(f"{_SWITCH} is false, and noise or {_RATES} asks for errors")
        return None
    if chosen is None and (switch or rates is not None):
        chosen = target.noise_models[0]
    return chosen if rates is None or chosen is None else _with_rates(chosen, rates)


def _model(target: TargetSpec, noise: Any) -> NoiseModel | None:
    if noise is None:
        return None
    if not isinstance(noise, Mapping) or not isinstance(noise.get("model"), str):
        raise PayloadError(f'noise must be an object such as {{"model": "{_IDEAL}"}}, not {noise!r}')
    unknown = sorted(map(str, set(noise) - {"model", "seed"}))
    if unknown:
        raise PayloadError(f"noise has unknown keys {', '.join(unknown)}; it takes model and seed")
    models = {model.name: model for model in target.noise_models}
    name = noise["model"]
    if name != _IDEAL and name not in models:
        raise PayloadError(f"unknown noise model {name!r}; {target.id} has {', '.join((_IDEAL, *models))}")
    return models.get(name)


def _with_rates(model: NoiseModel, rates: Any) -> NoiseModel:
    if not isinstance(rates, Mapping):
        raise PayloadError(f"{_RATES} must be an object of probabilities by name, not {rates!r}")
    # What is not simulated may be turned off, which it is.
    asked = {str(name) for name, value in rates.items() if value not in (0, False)}
    unknown = sorted(asked - set(_KNOWN))
    if unknown:
        raise PayloadError(
            f"{_RATES} has {', '.join(unknown)}, which is not simulated; there are {', '.join(_KNOWN)}"
        )
    scale = _factor(rates, _SCALE)
    one, two = (
        _probability(name, _given(rates, name, default) * scale * _factor(rates, f"{name}_scale"), most)
        for name, default, most in (("p1", model.one_qubit, 3 / 4), ("p2", model.two_qubit, 15 / 16))
    )
    pair = rates.get(_MEASUREMENT, model.measurement)
    if not isinstance(pair, list | tuple):
        pair = (pair, pair)
    if len(pair) != 2:
        raise PayloadError(f"{_MEASUREMENT} must be a probability or two, not {pair!r}")
    factor = scale * _factor(rates, "meas_scale")
    zero, of_one = (_probability(_MEASUREMENT, _number(_MEASUREMENT, value) * factor, 1) for value in pair)
    return attrs.evolve(model, one_qubit=one, two_qubit=two, measurement=(zero, of_one))


def _given(rates: Mapping[str, Any], name: str, default: float) -> float:
    return _number(name, rates[name]) if name in rates else default


def _factor(rates: Mapping[str, Any], name: str) -> float:
    return _given(rates, name, 1.0)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        raise PayloadError(f"{_RATES}: {name} must be a number from 0 to {_MOST:g}, not {value!r}")
    return float(value)


def _probability(name: str, value: float, most: float) -> float:
    # Errors that are likelier than 3/4, or 15/16 on two qubits, would leave more than the most mixed state.
    if not 0 <= value <= most:
        raise PayloadError(f"{_RATES}: {name} comes to {value}, and may be {most} at most")
    return value
