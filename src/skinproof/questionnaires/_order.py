"""The order in which items can be worked out, given what each looks at; and the loop, where there is one."""

from __future__ import annotations

from collections.abc import Sequence


def order_of(looks_at: Sequence[Sequence[int]]) -> list[int] | None:
    """All places, what each looks at before it and otherwise as near to their own order as can be; None in a loop."""
    done = [False] * len(looks_at)
    order: list[int] = []
    for start in range(len(looks_at)):
        path = [start]
        walking = {start}
        while path:
            place = path[-1]
            ahead = next((other for other in looks_at[place] if not done[other]), None)
            if done[place] or ahead is None:
                if not done[place]:
                    done[place] = True
                    order.append(place)
                walking.discard(path.pop())
            elif ahead in walking:
                return None
            else:
                path.append(ahead)
                walking.add(ahead)
    return order


def loop_in(looks_at: Sequence[Sequence[int]]) -> list[int]:
    """The shortest way from some place back to itself, that place first and last; looks_at must hold a loop."""
    best: list[int] = []
    for start in range(len(looks_at)):
        ways = {start: [start]}
        edge = [start]
        while edge and not (best and len(ways[edge[0]]) >= len(best)):
            place = edge.pop(0)
            for other in looks_at[place]:
                if other == start:
                    best = min(best or [*ways[place], start], [*ways[place], start], key=len)
                    edge = []
                    break
                if other not in ways:
                    ways[other] = [*ways[place], other]
                    edge.append(other)
    return best
