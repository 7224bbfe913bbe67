"""The variance components of `multilevel`: the marginal variance they make, and where its likelihood is highest."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Struct = Literal["CS", "HCS", "UN", "DIAG", "ID", "AR", "HAR", "CAR"]
RHO_MAX = 1 - 1e-8


@dataclass(frozen=True)
class Inner:
    """Random effects of the levels of `inner` within the groups of `outer`, correlated by `struct`."""

    inner: Sequence[Hashable]
    outer: Sequence[Hashable]
    struct: Struct = "CS"


@dataclass(frozen=True)
class Gls:
    beta: Array
    vcov: Array
    residuals: Array


def gls(y: Array, x: Array, m: Array) -> Gls:
    root = np.linalg.cholesky(m)
    xs, ys = np.linalg.solve(root, x), np.linalg.solve(root, y)
    q, r = np.linalg.qr(xs)
    solved = np.linalg.inv(r)
    beta = solved @ (q.T @ ys)
    return Gls(beta, solved @ solved.T, y - x @ beta)


@dataclass(frozen=True)
class State:
    m: Array
    beta: Array
    vcov: Array
    loglik: float
    py: Array
    p: Array  # the projection P, or M⁻¹ for maximum likelihood


class Components:
    """The model's pieces, and its likelihood as a function of the components."""

    def __init__(
        self, y: Array, x: Array, v: Array, factors: dict[str, Sequence[Hashable]], inner: Inner | None,
        restricted: bool,
    ) -> None:  # fmt: skip
        self.y, self.x, self.v, self.restricted = y, x, v, restricted
        self.factors, self.inner = factors, inner
        self.same = [shared(labels, y.size, name) for name, labels in factors.items()]
        self.levels: list[Hashable] = []
        if inner is not None:
            if inner.struct not in get_args(Struct):
                raise ValueError(f"structure {inner.struct!r} is not one of {', '.join(get_args(Struct))}")
            self.groups = shared(inner.outer, y.size, "outer")
            self.levels = sorted(set(inner.inner), key=lambda each: (isinstance(each, str), each))
            self.at = np.array([self.levels.index(each) for each in inner.inner])
            if self.at.size != y.size:
                raise ValueError(f"inner has {self.at.size} labels for {y.size} effects")
        j = len(self.levels)
        struct = inner.struct if inner else None
        self.tau_count = 0 if struct is None else j if struct in ("HCS", "UN", "DIAG", "HAR") else 1
        pairs = j * (j - 1) // 2
        self.rho_count = {"UN": pairs, "CS": 1, "HCS": 1, "AR": 1, "HAR": 1, "CAR": 1}.get(str(struct), 0)
        low = 0.0 if struct == "CAR" else -RHO_MAX
        variances = len(self.same) + self.tau_count
        self.lower = np.array([0.0] * variances + [low] * self.rho_count)
        self.upper = np.array([math.inf] * variances + [RHO_MAX] * self.rho_count)

    def split(self, theta: Array) -> tuple[Array, Array, Array]:
        s, t = len(self.same), self.tau_count
        return theta[:s], theta[s : s + t], theta[s + t :]

    def held(self, fixed: dict[str, Sequence[float]]) -> tuple[Array, NDArray[np.bool_]]:
        """Values of the components that are fixed, and which those are; NaN among the values leaves one free.

        Raises:
            ValueError: an unknown name, another number of values, or values out of bounds.
        """
        s, t = len(self.same), self.tau_count
        places = {"sigma2": slice(0, s), "tau2": slice(s, s + t), "rho": slice(s + t, None)}
        values = np.full(self.lower.size, np.nan)
        for name, given in fixed.items():
            if name not in places:
                raise ValueError(f"{name!r} is none of the components sigma2, tau2 and rho")
            told = np.asarray(given, dtype=np.float64)
            if told.shape != values[places[name]].shape:
                raise ValueError(f"{name} has {told.size} values for {values[places[name]].size} components")
            values[places[name]] = told
        held = ~np.isnan(values)
        if (held & ~((values >= self.lower) & (values <= self.upper))).any():
            raise ValueError("a fixed component is below zero, or a correlation is not within -1 and 1")
        return np.where(held, values, 0.0), held

    def correlation(self, rho: Array) -> tuple[Array, list[Array]]:
        """Correlations of the inner levels, and their derivative in each rho."""
        j = len(self.levels)
        struct = self.inner.struct if self.inner else "ID"
        if not self.rho_count:
            return np.eye(j), []
        if struct == "UN":
            made, slopes = np.eye(j), []
            for value, (a, b) in zip(rho, combinations(range(j), 2), strict=True):
                slope = np.zeros((j, j))
                slope[a, b] = slope[b, a] = 1.0
                made += value * slope
                slopes.append(slope)
            return made, slopes
        if struct in ("CS", "HCS"):
            off = np.ones((j, j)) - np.eye(j)
            return np.eye(j) + rho[0] * off, [off]
        places = np.array(self.levels, dtype=np.float64) if struct == "CAR" else np.arange(j, dtype=np.float64)
        lag = np.abs(places[:, None] - places[None, :])
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(lag == 0, 0.0, lag * np.sign(rho[0]) ** (lag - 1) * np.abs(rho[0]) ** (lag - 1))
            made = np.where(lag == 0, 1.0, np.sign(rho[0]) ** lag * np.abs(rho[0]) ** lag)
        return made, [np.nan_to_num(slope)]

    def marginal(self, theta: Array) -> tuple[Array, list[Array]]:
        """M and its derivative in each component."""
        sigma2, tau2, rho = self.split(theta)
        m, slopes = self.v.copy(), []
        for value, same in zip(sigma2, self.same, strict=True):
            m += value * same
            slopes.append(same)
        if self.inner is not None:
            r, r_slopes = self.correlation(rho)
            r = r[np.ix_(self.at, self.at)]
            tau = np.sqrt(tau2 if tau2.size > 1 else np.full(len(self.levels), tau2[0]))[self.at]
            m += np.outer(tau, tau) * r * self.groups
            for place in range(self.tau_count):
                mine = self.at == place if self.tau_count > 1 else np.ones(self.at.size, dtype=bool)
                with np.errstate(divide="ignore", invalid="ignore"):
                    half = np.where(mine, 0.5 / np.maximum(tau, 1e-12), 0.0)
                slope = (np.outer(half, tau) + np.outer(tau, half)) * r * self.groups
                slopes.append(self.groups * r if self.tau_count == 1 else slope)
            slopes += [np.outer(tau, tau) * s[np.ix_(self.at, self.at)] * self.groups for s in r_slopes]
        return m, slopes

    def state(self, theta: Array) -> State:
        m, _ = self.marginal(theta)
        return self.state_of(m)

    def state_of(self, m: Array) -> State:
        """The fit at a marginal variance.

        Raises:
            LinAlgError: M is not positive definite.
        """
        k, p = self.x.shape
        root = np.linalg.cholesky(m)
        w = np.linalg.inv(root)
        w = w.T @ w
        fit = gls(self.y, self.x, m)
        py = w @ fit.residuals
        log_det = 2 * float(np.log(np.diag(root)).sum())
        loglik = -0.5 * (log_det + float(fit.residuals @ py))
        projection = w
        if self.restricted:
            projection = w - w @ self.x @ fit.vcov @ self.x.T @ w
            _, of_x = np.linalg.slogdet(self.x.T @ self.x)
            _, of_inverse = np.linalg.slogdet(fit.vcov)
            loglik += 0.5 * float(of_x) + 0.5 * float(of_inverse) - 0.5 * (k - p) * math.log(2 * math.pi)
        else:
            loglik -= 0.5 * k * math.log(2 * math.pi)
        return State(m, fit.beta, fit.vcov, loglik, py, projection)

    def fitted(self, fixed: dict[str, Sequence[float]]) -> Array:
        """The components at the highest likelihood, by Fisher scoring within their bounds from several starts."""
        spread = max(float(np.var(self.y)), 1e-4 * float(np.mean(np.diag(self.v))))
        variances = len(self.same) + self.tau_count
        values, held = self.held(fixed)
        s, t = len(self.same), self.tau_count
        if not self.lower.size or held.all():
            return values
        best, best_value = values, -math.inf
        for share, rho in ((0.5, 0.5), (0.05, 0.1), (1.0, -0.2), (0.001, 0.3)):
            start = np.concatenate(
                [np.full(variances, share * spread / max(1, s + (t > 0))), np.full(self.rho_count, rho)]
            )
            start = np.clip(np.where(held, values, start), self.lower, self.upper)
            try:
                theta, value = self._scoring(start, held)
            except np.linalg.LinAlgError:
                continue
            if value > best_value + 1e-9:
                best, best_value = theta, value
        if best_value == -math.inf:
            raise ValueError("no components were found at which the model's variance is positive definite")
        return best

    def _scoring(self, theta: Array, held: NDArray[np.bool_]) -> tuple[Array, float]:
        m, slopes = self.marginal(theta)
        state = self.state_of(m)
        for _ in range(300):
            score = np.array([0.5 * (state.py @ d @ state.py - np.sum(state.p * d)) for d in slopes])
            pd = [state.p @ d for d in slopes]
            information = np.array([[0.5 * np.sum(a * b.T) for b in pd] for a in pd])
            stuck = held | ((theta <= self.lower) & (score < 0)) | ((theta >= self.upper) & (score > 0))
            go = np.flatnonzero(~stuck)
            if not go.size:
                break
            inner = information[np.ix_(go, go)] + 1e-12 * np.diag(np.diag(information)[go] + 1e-12)
            step = np.zeros_like(theta)
            step[go] = np.linalg.solve(inner, score[go])
            size, moved = 1.0, False
            while size > 1e-10:
                trial = np.clip(theta + size * step, self.lower, self.upper)
                try:
                    trial_m, trial_slopes = self.marginal(trial)
                    trial_state = self.state_of(trial_m)
                except np.linalg.LinAlgError:
                    size /= 2
                    continue
                if trial_state.loglik >= state.loglik - 1e-13 * max(1.0, abs(state.loglik)):
                    moved = True
                    break
                size /= 2
            if not moved:
                break
            change = np.abs(trial - theta) / np.maximum(np.abs(theta), 1e-8)
            theta, state, slopes = trial, trial_state, trial_slopes
            if change.max() < 1e-11:
                break
        return theta, state.loglik


def shared(labels: Sequence[Hashable], k: int, name: str) -> Array:
    """1 where two effects share a level."""
    if len(labels) != k:
        raise ValueError(f"{name} has {len(labels)} labels for {k} effects")
    codes = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    at = np.array([codes[label] for label in labels])
    return np.asarray(at[:, None] == at[None, :], dtype=np.float64)
