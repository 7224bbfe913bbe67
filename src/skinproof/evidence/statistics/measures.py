"""The formulas of `escalc`, one function a measure: columns and variance type to effects and variances.

Source where none is named: Viechtbauer 2010 (J Stat Softw 36(3)) and the references there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, hyp2f1, ndtri, stdtrit

Array = NDArray[np.float64]
Formula = Callable[[Mapping[str, Array], str], tuple[Array, Array]]


def j_exact(m: Array) -> Array:
    """Hedges' correction J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)); NaN below two degrees of freedom."""
    m = np.asarray(m, dtype=np.float64)
    with np.errstate(all="ignore"):
        found = np.exp(gammaln(m / 2) - np.log(np.sqrt(m / 2)) - gammaln((m - 1) / 2))
    corrected: Array = np.where(m > 1, found, np.nan)
    return corrected


def _sizes(x: Mapping[str, Array]) -> tuple[Array, Array, Array, Array]:
    n1, n2 = x["ai"] + x["bi"], x["ci"] + x["di"]
    return n1, n2, x["ai"] / n1, x["ci"] / n2


def _rr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n1, n2, p1, p2 = _sizes(x)
    return np.log(p1) - np.log(p2), 1 / x["ai"] - 1 / n1 + 1 / x["ci"] - 1 / n2


def _or(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    a, b, c, d = x["ai"], x["bi"], x["ci"], x["di"]
    return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d


def _scaled_or(factor: float) -> Formula:
    def formula(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
        yi, vi = _or(x, kind)
        return yi * factor, vi * factor**2

    return formula


def _rd(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n1, n2, p1, p2 = _sizes(x)
    v1, v2 = p1, p2
    if kind == "AV":
        v1, v2 = (np.full_like(p, np.average(p, weights=n)) for p, n in ((p1, n1), (p2, n2)))
    m1, m2 = (n1 - 1, n2 - 1) if kind == "UB" else (n1, n2)
    return p1 - p2, v1 * (1 - v1) / m1 + v2 * (1 - v2) / m2


def _peto(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """(observed − expected)/V and 1/V, V being the hypergeometric variance (Yusuf and others 1985)."""
    n1, n2, _, _ = _sizes(x)
    n, events = n1 + n2, x["ai"] + x["ci"]
    v = n1 * n2 * events * (n - events) / (n**2 * (n - 1))
    return (x["ai"] - events * n1 / n) / v, 1 / v


def _as(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n1, n2, p1, p2 = _sizes(x)
    return np.arcsin(np.sqrt(p1)) - np.arcsin(np.sqrt(p2)), 1 / (4 * n1) + 1 / (4 * n2)


def _yule(root: float) -> Formula:
    def formula(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
        log_or, v = _or(x, kind)
        yi = np.tanh(log_or * root / 2)
        return yi, root**2 / 4 * (1 - yi**2) ** 2 * v

    return formula


def _pbit(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n1, n2, p1, p2 = _sizes(x)
    z1, z2 = ndtri(p1), ndtri(p2)
    vi = 2 * np.pi * (p1 * (1 - p1) * np.exp(z1**2) / n1 + p2 * (1 - p2) * np.exp(z2**2) / n2)
    return z1 - z2, vi


def _irr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return np.log(x["x1i"] / x["t1i"]) - np.log(x["x2i"] / x["t2i"]), 1 / x["x1i"] + 1 / x["x2i"]


def _ird(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return x["x1i"] / x["t1i"] - x["x2i"] / x["t2i"], x["x1i"] / x["t1i"] ** 2 + x["x2i"] / x["t2i"] ** 2


def _irsd(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    yi = np.sqrt(x["x1i"] / x["t1i"]) - np.sqrt(x["x2i"] / x["t2i"])
    return yi, 1 / (4 * x["t1i"]) + 1 / (4 * x["t2i"])


def pooled(x: Mapping[str, Array]) -> Array:
    """Pooled standard deviation of two groups."""
    n1, n2 = x["n1i"], x["n2i"]
    sd: Array = np.sqrt(((n1 - 1) * x["sd1i"] ** 2 + (n2 - 1) * x["sd2i"] ** 2) / (n1 + n2 - 2))
    return sd


def _md(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    yi = x["m1i"] - x["m2i"]
    if kind == "HO":
        return yi, pooled(x) ** 2 * (1 / x["n1i"] + 1 / x["n2i"])
    return yi, x["sd1i"] ** 2 / x["n1i"] + x["sd2i"] ** 2 / x["n2i"]


def _cohens_d(x: Mapping[str, Array]) -> Array:
    if "di" in x:
        return x["di"]
    per_group = np.sqrt(1 / x["n1i"] + 1 / x["n2i"])
    if "ti" in x:
        return np.asarray(x["ti"] * per_group)
    if "pi" in x:
        return np.asarray(np.sign(x["pi"]) * stdtrit(x["n1i"] + x["n2i"] - 2, 1 - np.abs(x["pi"]) / 2) * per_group)
    return (x["m1i"] - x["m2i"]) / pooled(x)


def _smd(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n1, n2 = x["n1i"], x["n2i"]
    m = n1 + n2 - 2
    j, d = j_exact(m), _cohens_d(x)
    g, base = j * d, 1 / n1 + 1 / n2
    if kind == "LS2":
        return g, j**2 * (base + d**2 / (2 * (n1 + n2)))
    if kind == "UB":
        return g, base + (1 - (m - 2) / (m * j**2)) * g**2
    mean = np.average(g, weights=n1 + n2) if kind == "AV" else g
    return g, base + mean**2 / (2 * (n1 + n2))


def _smdh(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Standardised by the square root of the mean variance (Bonett 2008, Psychol Methods 13:99)."""
    v1, v2, m1, m2 = x["sd1i"] ** 2, x["sd2i"] ** 2, x["n1i"] - 1, x["n2i"] - 1
    j = j_exact(m1 + m2)
    g = j * (x["m1i"] - x["m2i"]) / np.sqrt((v1 + v2) / 2)
    v = g**2 * (v1**2 / m1 + v2**2 / m2) / (2 * (v1 + v2) ** 2) + (v1 / m1 + v2 / m2) / ((v1 + v2) / 2)
    return g, j**2 * v


def _smd1(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Glass's delta: standardised by the spread of group 2."""
    g = j_exact(x["n2i"] - 1) * (x["m1i"] - x["m2i"]) / x["sd2i"]
    return g, 1 / x["n1i"] + 1 / x["n2i"] + g**2 / (2 * x["n2i"])


def _smd1h(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    g = j_exact(x["n2i"] - 1) * (x["m1i"] - x["m2i"]) / x["sd2i"]
    return g, (x["sd1i"] / x["sd2i"]) ** 2 / x["n1i"] + 1 / x["n2i"] + g**2 / (2 * x["n2i"])


def _rom(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Log ratio of means (Hedges, Gurevitch and Curtis 1999)."""
    n1, n2, m1, m2 = x["n1i"], x["n2i"], x["m1i"], x["m2i"]
    s1, s2 = (pooled(x), pooled(x)) if kind == "HO" else (x["sd1i"], x["sd2i"])
    cv1, cv2 = s1 / m1, s2 / m2
    if kind == "AV":  # one coefficient of variation a group, over all studies
        cv1, cv2 = (np.full_like(c, np.average(c, weights=n)) for c, n in ((cv1, n1), (cv2, n2)))
    elif kind == "AVHO":  # one over all groups
        cv1 = cv2 = np.full_like(cv1, np.sum(n1 * cv1 + n2 * cv2) / np.sum(n1 + n2))
    return np.log(m1 / m2), cv1**2 / n1 + cv2**2 / n2


def _vr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    h1, h2 = 1 / (2 * (x["n1i"] - 1)), 1 / (2 * (x["n2i"] - 1))
    return np.log(x["sd1i"] / x["sd2i"]) + h1 - h2, h1 + h2


def _cvr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    spread, v = _vr(x, kind)
    means, of_means = _rom(x, "LS")
    return spread - means, v + of_means


def _change_sd(x: Mapping[str, Array]) -> Array:
    sd: Array = np.sqrt(x["sd1i"] ** 2 + x["sd2i"] ** 2 - 2 * x["ri"] * x["sd1i"] * x["sd2i"])
    return sd


def _mc(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return x["m1i"] - x["m2i"], _change_sd(x) ** 2 / x["ni"]


def _smcc(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n = x["ni"]
    d = x["ti"] / np.sqrt(n) if "ti" in x else x["di"] if "di" in x else (x["m1i"] - x["m2i"]) / _change_sd(x)
    j = j_exact(n - 1)
    return j * d, j**2 * (1 / n + d**2 / (2 * n)) if kind == "LS2" else 1 / n + (j * d) ** 2 / (2 * n)


def _smcr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n, j = x["ni"], j_exact(x["ni"] - 1)
    d = (x["m1i"] - x["m2i"]) / x["sd1i"]
    base = 2 * (1 - x["ri"]) / n
    return j * d, j**2 * (base + d**2 / (2 * n)) if kind == "LS2" else base + (j * d) ** 2 / (2 * n)


def _smcrh(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Standardised by the first spread, which need not equal the second (Bonett 2008); "LS" as metafor since 4.6."""
    j, m = j_exact(x["ni"] - 1), x["ni"] - 1
    d = (x["m1i"] - x["m2i"]) / x["sd1i"]
    g = j * d
    base = _change_sd(x) ** 2 / (x["sd1i"] ** 2 * m)
    return g, j**2 * (base + g**2 / (2 * m)) if kind == "LS2" else base + g**2 / (2 * m)


def _smcrp(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n, r = x["ni"], x["ri"]
    m = 2 * (n - 1) / (1 + r**2)
    g = j_exact(m) * (x["m1i"] - x["m2i"]) / np.sqrt((x["sd1i"] ** 2 + x["sd2i"] ** 2) / 2)
    return g, 2 * (1 - r) / n + g**2 * (1 + r**2) / (4 * n)


def _romc(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    cv1, cv2 = x["sd1i"] / x["m1i"], x["sd2i"] / x["m2i"]
    return np.log(x["m1i"] / x["m2i"]), (cv1**2 + cv2**2 - 2 * x["ri"] * cv1 * cv2) / x["ni"]


def _margins(x: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    n = x["ai"] + x["bi"] + x["ci"] + x["di"]
    return n, (x["ai"] + x["bi"]) / n, (x["ai"] + x["ci"]) / n


def _mprr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    _, p1, p2 = _margins(x)
    return np.log(p1 / p2), (x["bi"] + x["ci"]) / ((x["ai"] + x["bi"]) * (x["ai"] + x["ci"]))


def _mprd(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n, p1, p2 = _margins(x)
    return p1 - p2, (x["bi"] + x["ci"]) / n**2 - (x["bi"] - x["ci"]) ** 2 / n**3


def _mpor(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Marginal odds ratio of matched pairs, the covariance of the two logits taken off (Becker and Balagtas 1993)."""
    n, p1, p2 = _margins(x)
    covariance = (x["ai"] * x["di"] - x["bi"] * x["ci"]) / n**3 / (p1 * (1 - p1) * p2 * (1 - p2))
    v = 1 / (n * p1 * (1 - p1)) + 1 / (n * p2 * (1 - p2))
    return np.log(p1 / (1 - p1)) - np.log(p2 / (1 - p2)), v - 2 * covariance


def _mporc(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return np.log(x["bi"] / x["ci"]), 1 / x["bi"] + 1 / x["ci"]


def _mporm(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Marginal odds ratio from the two margins and the phi correlation (Zou 2007): here the cells are marginal."""
    a, b, c, d = x["ai"], x["bi"], x["ci"], x["di"]
    n1, n2 = a + b, c + d
    n = (n1 + n2) / 2
    p1, p2 = a / n1, c / n2
    v1, v2 = 1 / (n1 * p1 * (1 - p1)), 1 / (n2 * p2 * (1 - p2))
    covariance = x["ri"] / (n * np.sqrt(p1 * (1 - p1) * p2 * (1 - p2)))
    return np.log(a / b) - np.log(c / d), v1 + v2 - 2 * covariance


def _pr(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    p = x["xi"] / x["ni"]
    return p, p * (1 - p) / x["ni"]


def _pln(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return np.log(x["xi"] / x["ni"]), 1 / x["xi"] - 1 / x["ni"]


def _plo(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    rest = x["ni"] - x["xi"]
    return np.log(x["xi"] / rest), 1 / x["xi"] + 1 / rest


def _pas(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return np.arcsin(np.sqrt(x["xi"] / x["ni"])), 1 / (4 * x["ni"])


def _pft(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    n, e = x["ni"], x["xi"]
    return (np.arcsin(np.sqrt(e / (n + 1))) + np.arcsin(np.sqrt((e + 1) / (n + 1)))) / 2, 1 / (4 * n + 2)


def _cor(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return x["ri"], (1 - x["ri"] ** 2) ** 2 / (x["ni"] - 1)


def _ucor(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    """Corrected for bias (Olkin and Pratt 1958)."""
    yi = x["ri"] * hyp2f1(0.5, 0.5, (x["ni"] - 2) / 2, 1 - x["ri"] ** 2 + 0j).real
    return yi, (1 - yi**2) ** 2 / (x["ni"] - 1)


def _zcor(x: Mapping[str, Array], kind: str) -> tuple[Array, Array]:
    return np.arctanh(x["ri"]), 1 / (x["ni"] - 3)


LS = ("LS",)
TABLES = ("RR", "OR", "RD", "PETO", "AS", "YUQ", "YUY", "PBIT", "OR2DL", "OR2DN")
UNCORRECTED = ("AS",)
MEASURES: dict[str, tuple[Formula, tuple[str, ...]]] = {
    "RR": (_rr, LS), "OR": (_or, LS), "RD": (_rd, ("LS", "UB", "AV")), "PETO": (_peto, LS), "AS": (_as, LS),
    "YUQ": (_yule(1.0), LS), "YUY": (_yule(0.5), LS), "PBIT": (_pbit, LS),
    "OR2DL": (_scaled_or(np.sqrt(3) / np.pi), LS), "OR2DN": (_scaled_or(1 / 1.65), LS),
    "IRR": (_irr, LS), "IRD": (_ird, LS), "IRSD": (_irsd, LS),
    "MD": (_md, ("LS", "HO")), "SMD": (_smd, ("LS", "LS2", "UB", "AV")), "SMDH": (_smdh, LS), "SMD1": (_smd1, LS),
    "SMD1H": (_smd1h, LS), "ROM": (_rom, ("LS", "HO", "AV", "AVHO")), "CVR": (_cvr, LS), "VR": (_vr, LS),
    "MC": (_mc, LS), "SMCC": (_smcc, ("LS", "LS2")), "SMCR": (_smcr, ("LS", "LS2")), "SMCRH": (_smcrh, ("LS", "LS2")),
    "SMCRP": (_smcrp, LS), "ROMC": (_romc, LS), "MPRR": (_mprr, LS), "MPOR": (_mpor, LS), "MPRD": (_mprd, LS),
    "MPORC": (_mporc, LS), "MPORM": (_mporm, LS), "PR": (_pr, LS), "PLN": (_pln, LS), "PLO": (_plo, LS),
    "PAS": (_pas, LS), "PFT": (_pft, LS), "COR": (_cor, LS), "UCOR": (_ucor, LS), "ZCOR": (_zcor, LS),
}  # fmt: skip
