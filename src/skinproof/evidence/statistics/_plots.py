"""`plot_*` methods of fitted models: each draws what the function of the same subject in `pictures` tells."""

from __future__ import annotations

from typing import Any

from skinproof.evidence.figures.style import WIDE


class PairwisePlots:
    """For `MetaAnalysis`. Methods return a matplotlib Figure `width` px wide; options go to the function named.

    Raises:
        ImportError: matplotlib (the optional extra `skinproof[figures]`) is not installed.
    """

    def plot_forest(self, scale: Any = None, *, width: int = WIDE, **options: Any) -> Any:
        """Forest plot; see `pictures.forest_picture`."""
        return _drawn("forest", self, width, scale, **options)

    def plot_funnel(self, scale: Any = None, *, width: int = WIDE, **options: Any) -> Any:
        """Funnel plot with contours of significance; see `pictures.funnel_picture`."""
        return _drawn("funnel", self, width, scale, **options)


class NetworkGraphPlot:
    """For every model of a network; as `PairwisePlots`."""

    def plot_network(self, *, width: int = WIDE, **options: Any) -> Any:
        """Graph of the network; see `pictures.network_picture`."""
        return _drawn("network", self, width, **options)


class NetworkPlots(NetworkGraphPlot):
    """For `NetworkMetaAnalysis`; as `PairwisePlots`."""

    def plot_forest(self, reference: str | None = None, *, width: int = WIDE, **options: Any) -> Any:
        """Each treatment against one; see `pictures.network_forest_picture`."""
        return _drawn("network_forest", self, width, reference, **options)

    def plot_league(self, scale: Any = None, *, width: int = WIDE, **options: Any) -> Any:
        """League table as a heat map; see `pictures.league_picture`."""
        return _drawn("league", self, width, scale, **options)

    def plot_contribution(self, comparison: str | None = None, *, width: int = WIDE, **options: Any) -> Any:
        """What estimates rest on; see `pictures.contribution_picture`."""
        return _drawn("contribution", self, width, comparison, **options)

    def plot_net_heat(self, *, width: int = WIDE, **options: Any) -> Any:
        """Inconsistency between designs; see `pictures.net_heat_picture`."""
        return _drawn("net_heat", self, width, **options)

    def plot_funnel(self, order: Any, *, width: int = WIDE, **options: Any) -> Any:
        """Comparison-adjusted funnel; see `pictures.adjusted_funnel_picture`."""
        return _drawn("adjusted_funnel", self, width, order, **options)

    def plot_ranks(self, *, width: int = WIDE, **options: Any) -> Any:
        """Rankogram; see `pictures.rankogram_picture`."""
        return _drawn("rankogram", self, width, **options)


class ComponentPlots(NetworkGraphPlot):
    """For `ComponentNetwork`; as `PairwisePlots`."""

    def plot_components(self, scale: Any = None, *, width: int = WIDE, **options: Any) -> Any:
        """What each part adds; see `pictures.components_picture`."""
        return _drawn("components", self, width, scale, **options)


class CoursePlots:
    """For `TimeCourse`; as `PairwisePlots`."""

    def plot_course(self, scale: Any = None, *, width: int = WIDE, **options: Any) -> Any:
        """Effects over weeks; see `pictures.course_picture`."""
        return _drawn("course", self, width, scale, **options)


def _drawn(kind: str, fit: Any, width: int, *given: Any, **options: Any) -> Any:
    from . import pictures

    return getattr(pictures, f"{kind}_picture")(fit, *given, **options).figure(width)
