"""MBNMAtime's `mb.run` on the engine's quadrature: arms, one shape, effects relative, half-time shared by all."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from rcall import Call, Constant, Name, NotSupported, parse
from reval import Session, topic

from skinproof.evidence.statistics.bayes_priors import HalfNormal
from skinproof.evidence.statistics.bayes_time_course import BayesTimeCourse, bayes_time_course_arms

SHAPES = {"tpoly": ("linear", "1", "d.1"), "tloglin": ("log-linear", "rate", "rate"), "temax": ("emax", "emax", "emax")}
DRAWS = 3000


@topic("time-course-nma")
def time_course_nma(session: Session, check: Mapping[str, Any]) -> dict[str, Any]:
    fun = next((arg.value for arg in _arguments(check["call"]) if arg.name == "fun"), None)
    if not isinstance(fun, Call) or fun.name not in SHAPES:
        raise NotSupported("this time-course function")
    shape, pooled, parameter = SHAPES[fun.name]
    options = {arg.name: arg.value.value for arg in fun.args if arg.name and isinstance(arg.value, Constant)}
    wanted = {f"pool.{pooled}": "rel", "degree": 1.0, "pool.et50": "abs", "method.et50": "common"}
    random = options.pop(f"method.{pooled}", "common") == "random"
    if any(wanted.get(name) != value for name, value in options.items()):
        raise NotSupported(f"{fun.name} with {options}")
    if session.checks[session.at]["value"].get("priors") is None:
        raise NotSupported("priors that the file does not tell")
    priors = {name: _sd(text) for name, text in check["value"]["priors"].items()}
    data = session.frames["dat"]
    treatments = check["value"]["treatments"]
    course = bayes_time_course_arms(
        data["y"], data["se"], data["time"], data["studyID"].tolist(), data["treatment"].tolist(),
        shape=shape, tau_prior=HalfNormal(priors[f"sd.{parameter}"]) if random else None,
        change=not _from_baseline(data), reference=treatments[0], study_sd=priors["mu.1"], effect_sd=priors[parameter],
        half_time_prior=HalfNormal(priors["et50"]) if shape == "emax" else None, correlation=0.0,
    )  # fmt: skip
    return _told(course, parameter, treatments)


@topic("bayesian-nma")
def bayesian_nma(session: Session, check: Mapping[str, Any]) -> None:
    raise NotSupported("events under a binomial likelihood; the engine's Bayesian networks take normal contrasts")


def _arguments(call: str) -> Any:
    tree = parse(call)
    if not isinstance(tree, Call) or tree.name != "mb.run":
        raise NotSupported(call[:40])
    known = {"fun", "n.chains", "n.iter", "n.burnin", "n.thin", "jags.seed"}
    if any(arg.name not in known and not isinstance(arg.value, Name) for arg in tree.args):
        raise NotSupported("mb.run with more than a function of time")
    return tree.args


def _sd(text: str) -> float:
    """Of a JAGS normal, written with its precision; half of it where truncated."""
    found = re.match(r"dnorm\(([^,]+),([^)]+)\)", text.replace(" ", ""))
    if found is None or abs(float(found[1])) > 1e-4:
        raise NotSupported(f"the prior {text}")
    return float(found[2]) ** -0.5


def _from_baseline(data: Mapping[str, Any]) -> bool:
    """Whether all studies tell their values at week 0, and so have a level (in MBNMAtime too); none may do so."""
    with_zero = set(data["studyID"][data["time"] == 0].tolist())
    if with_zero and with_zero != set(data["studyID"].tolist()):
        raise NotSupported("studies with and without values at week 0")
    return bool(with_zero)


def _told(course: BayesTimeCourse, parameter: str, treatments: list[str]) -> dict[str, Any]:
    zero = dict.fromkeys(("mean", "sd", "q2.5", "q50", "q97.5"), 0.0)
    posterior: dict[str, dict[str, float]] = {f"{parameter}[1]": zero}
    for place, name in enumerate(treatments[1:], start=2):
        posterior[f"{parameter}[{place}]"] = _exact(course.effect(name))
    if course.half_time is not None:
        posterior["et50"] = _exact(course.half_time)
    if course.tau is not None:
        posterior[f"sd.{parameter}"] = _exact(course.tau)
    found = course.residual_deviance(DRAWS)
    posterior["totresdev"] = _drawn(found.values)
    posterior["deviance"] = _drawn(found.values + course.deviance_constant)
    pd = found.effective_parameters
    # MBNMAtime's DIC is the median deviance with pD.
    return {"posterior": posterior, "pD": pd, "DIC": posterior["deviance"]["q50"] + pd}


def _exact(posterior: Any) -> dict[str, float]:
    ends = {f"q{100 * p:g}": posterior.quantile(p) for p in (0.025, 0.5, 0.975)}
    return {"mean": posterior.mean, "sd": posterior.sd, **ends}


def _drawn(values: np.ndarray) -> dict[str, float]:
    """With Monte Carlo errors: of a mean, and of the 2.5 % quantile of a normal, the widest of the three."""
    mcse = float(values.std()) / math.sqrt(len(values))
    ends = {f"q{100 * p:g}": float(np.quantile(values, p)) for p in (0.025, 0.5, 0.975)}
    return {"mean": float(values.mean()), "sd": float(values.std()), **ends, "mcse": mcse, "mcse.quantiles": 2.7 * mcse}
