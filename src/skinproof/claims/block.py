"""One block of a text read for its promises: sentence by sentence, remembering who was spoken of and in whose voice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

from skinproof.language import Laid, Match, quotations

from .above import goes_on, inherited, instructs, last_outcome, lead_of, refutes, voice_left
from .answers import answered
from .bare import bars, comes_back, doubted, lacking, listed_harms, named_harms, of_the_condition, price_list, unlikely
from .context import Context, Group, groups
from .lexicon import GENERAL, Outcome, words
from .marks import Sentence
from .model import Found, Stance, Unrecognised
from .own import lived, told_of_own
from .pairs import Pair, direction, good, pairs, unpaired
from .promises import Reading

_ITEM = 14  # words and signs of a list item that may be an outcome alone
_ALONE = 3  # of one that is the judgement and no more: "unproven."
_SELDOM = (["rarely"], ["seldom"])  # "it rarely stings"
_THREE = 3
_LATELY = 4  # blocks
_LIVED = 2  # blocks over which a writer's own story goes on
_CROSSED = frozenset("❌✗✘✖")  # before an item that is not so
_OF_SOMETHING = ("mechanism", "regulatory", "efficacy")
_WISH = 3  # words between "want to" and what is wanted


class Reader:
    """Reads the sentences of one block in order, remembering who was spoken of."""

    def __init__(self, whole: Laid, at: int, context: Context, marked: list[list[Sentence]]) -> None:
        text, laid = whole.text, whole.blocks
        self.whole, self.at = whole, at
        self.text, self.block, self.sentences, self.main = text, laid[at], marked[at], context.main
        self.subjects = context.governing(laid, at)
        self.first: tuple[str, ...] = ()
        self.rivals = context.over(laid, at, context.rivals)
        self.marked_before = marked[max(0, at - _LATELY) : at]
        self.several = self.rivals  # the last two or more that were named together
        asked = at > 0 and laid[at - 1].kind == "question"
        self.barred = asked and bars(text.plain[laid[at - 1].start : laid[at - 1].end])
        self.spoken_of = last_outcome(marked[at - 1]) if asked else None
        self.about = context.about
        self.lead = lead_of(laid, at, marked, context) or self._label_leads()
        self.instructs = instructs(whole, at)
        self.named_above = at > 0 and self.block.heading is not None and self.block.heading in context.of_block
        self.stance = inherited(whole, at, context) or ("reported" if at in context.posts else None)
        self.lived = bool(context.lived) and not context.lived.isdisjoint(range(at - _LIVED, at))
        mark_ = text.plain[max(0, self.block.start - 3) : self.block.start] if self.block.kind == "item" else ""
        self.crossed = self.lead != "harms" and not _CROSSED.isdisjoint(mark_)
        self.quoted = list(quotations(text.plain, self.block.start, self.block.end))

    def _label_leads(self) -> str | None:
        """What "Suitable for: lines, dull skin" lists behind its label."""
        if not self.sentences:
            return None
        label = self.sentences[0]
        if self.block.label is None:
            return None
        if label.start >= self.block.label:
            return "times" if any(time.start < label.start for time in label.times) else None
        if label.has("harms"):
            return "harms"
        acts = [m for m in label.kinds("effect") if m.entry.value.sense not in ("show", "cause", "bad")]
        return "promises" if label.has("promises") or (len(label.tokens) <= _ALONE and acts) else None

    def read(self) -> tuple[list[Found], list[Unrecognised]]:
        found: list[Found] = []
        missed: list[Unrecognised] = []
        since = 0  # where the sentence before this one starts
        voice: Stance | None = None  # of the sentence before
        for sentence in () if self.instructs else self.sentences:
            here, carried = groups(sentence), self.subjects
            if self.block.label and sentence.start == self.block.start:
                labelled = tuple(
                    m.id for m in sentence.treatments if sentence.tokens.ends[m.last - 1] <= self.block.label
                )
                carried = labelled or carried
            elif self.first and any(m.id == GENERAL for m in sentence.kinds("treatment")[:1]):
                carried = self.first  # "Topical skincare …", after one ingredient of it
            if all(group.role != "subject" or group.names == ("other",) for group in here):
                aside = [group for group in here if group.role != "subject"]  # "both creams" are no third one
                if len(self.several) > 1 and sentence.has("together"):
                    carried, here = self.several[:1], [*aside, Group(self.several[1:], 0, 0, "with")]
                elif len(self.several) > 1 and sentence.has("both"):
                    carried, here = self.several, aside
                elif sentence.has("three") and len(three := self._named_last(sentence)) == _THREE:
                    carried, here = three, aside
            reading = Reading(self.text, sentence, here, carried, self.main, rivals=self.rivals, meant=self.spoken_of)
            if self._promising(sentence):
                made = sorted(_once(self._rows(reading)), key=lambda row: row.at)
                if voice and goes_on(sentence):
                    made = [replace(row, stance=voice) if row.stance == "asserted" else row for row in made]
                voice = voice_left(sentence, made, voice)
                made = [self._in_whose_voice(row) for row in made]
                made = [row if row.concept or row.concern else self._for_what(sentence, row) for row in made]
                made = told_of_own(sentence, mine := lived(sentence), self.lived, made)
                self.lived = self.lived or mine
                if found and refutes(sentence):
                    back = next((at for at in range(len(found), 0, -1) if found[at - 1].at < since), 0)
                    found[back:] = [replace(row, stance="denied") for row in found[back:]]
                found += made
                since = sentence.start
                if not made:
                    missed += self._missed(reading)
            self.spoken_of = last_outcome([sentence]) or self.spoken_of
            if len(sentence.treatments) > 1:
                named = tuple(dict.fromkeys(m.id for m in sentence.treatments))
                self.several = named if len(named) > 1 else self.several
            own = [group for group in here if group.role == "subject"]
            self.subjects = (
                reading.who(own[0].first).subjects if own else self._compared_with(sentence, found) or carried
            )
            self.first = self.first or (self.subjects if own else ())
        found = self._apart_from_label(found)
        found += answered(self.whole, self.at, self.subjects, self.stance, found)
        return found, missed

    def _for_what(self, sentence: Sentence, row: Found) -> Found:
        """ "Blocks the hormone" and "licensed" name no problem: it is the title's, the sentence's, or one spoken of."""
        if row.kind not in _OF_SOMETHING:
            return row
        named: list[Outcome] = [match.entry.value for match in sentence.kinds("outcome")]
        meant = next((each for each in (self.about, *named, self.spoken_of) if each and each.concern), None)
        return replace(row, concern=meant.concern) if meant else row

    def _named_last(self, sentence: Sentence) -> tuple[str, ...]:
        """The three treatments named last before this sentence."""
        before = [s for block in self.marked_before for s in block] + self.sentences
        names = [m.id for s in before if s.start < sentence.start for m in s.treatments if m.id != "other"]
        return tuple(dict.fromkeys(names[::-1]))[:_THREE][::-1]

    def _compared_with(self, sentence: Sentence, found: list[Found]) -> tuple[str, ...]:
        """ "Compare that with X, which …": what the sentence named and promised something of."""
        last = found[-1] if found else None
        named = last and last.treatment in {match.id for match in sentence.treatments}
        start = self.text.plain[sentence.start : sentence.start + 9].lower()
        return (str(last.treatment),) if last and named and start.startswith("compare") else ()

    def _in_whose_voice(self, row: Found) -> Found:
        """A promise that the line above, or a quotation, puts in another's mouth."""
        if row.stance != "asserted":
            return row
        if self.crossed and row.direction in ("improves", "reduces"):
            return replace(row, stance="denied")
        if row.direction == "none" and row.kind == "efficacy":
            return row  # "Results differ.", under "What our clients say"
        quote = bisect_right(self.quoted, row.at, key=itemgetter(0)) - 1
        within = quote >= 0 and row.at < self.quoted[quote][1]
        stance = self.quoted[quote][2] if within else self.stance
        return replace(row, stance=stance) if stance else row

    def _promising(self, sentence: Sentence) -> bool:
        """Whether this kind of sentence can promise: no question, no advice, a heading only if it has a verb."""
        if sentence.asks or self.block.kind == "question":
            return False
        if sentence.opens_with("advice") and ":" not in sentence.tokens.words[1:-1]:
            return False
        if of_the_condition(sentence):
            return False
        if self.block.kind != "heading":
            return True
        explains = sentence.tokens.words[:1][0] in words().grammar.asks
        told = sentence.tokens.words
        verbs = (m for m in sentence.kinds("effect", "state") if m.entry.value.part == "verb")
        named = {match.first for match in sentence.treatments}  # "Resurface Peel" is a name
        return not explains and any(not told[m.last - 1].endswith("ing") and m.last not in named for m in verbs)

    def _rows(self, reading: Reading) -> Iterator[Found]:
        sentence = reading.sentence
        here = [pair for pair in pairs(sentence) if not self._only_wished(sentence, pair)]
        if sentence.opens_with("advice"):  # "Expect no miracles: scars soften"
            here = [pair for pair in here if pair.first > sentence.tokens.words.index(":", 1)]
        if not here and (meant := self._meant(sentence)):
            here = [meant]
        if not here:
            here = list(doubted(sentence))
        bare = [made for match in unpaired(sentence, here) if (made := self._bare(sentence, match))]
        reading.paired = [pair for pair in named_harms([*here, *bare]) if not comes_back(sentence, pair)]
        reading.paired += listed_harms(sentence, reading.paired)
        for pair in reading.paired:
            yield from reading.of_pair(pair)
        if held := self._held(reading):
            yield from reading.of_statement(held)
        if not reading.paired and (missing := lacking(sentence)):
            yield from reading.of_statement(missing)
        costs = False
        for match in _separate(sentence.said):
            for row in reading.of_statement(match):
                costs = costs or row.kind == "cost"
                yield row
        if (
            sentence.sums
            and not costs
            and sentence.has("price")
            and self.block.kind != "cell"
            and len(sentence.tokens) > 6
            and not price_list(sentence)
        ):
            first = sentence.token_at(sentence.sums[0].start)
            yield from reading.of_price(first, sentence.token_at(sentence.sums[0].end - 1) + 1)

    def _held(self, reading: Reading) -> Match | None:
        """ "… and last six to nine months": how long it holds, where no phrase of the lexicon says so."""
        sentence = reading.sentence
        if any(match.id in ("lasting", "returns") for match in sentence.said):
            return None
        for time in sentence.times:
            if time.role != "lasting" or time.weeks[0] < 1 or time.start < sentence.start:
                continue
            first = sentence.token_at(time.start)
            clause = sentence.clause_at(first)
            if sentence.tokens.words[first] in ("last", "lasts", "lasted") and not any(
                clause[0] <= match.first < clause[1] for match in sentence.kinds("harm")
            ):
                return Match(words().lasting, first, sentence.token_at(time.end - 1) + 1)
        return None

    def _meant(self, sentence: Sentence) -> Pair | None:
        """ "It can fade them", "they may vanish": what was spoken of last."""
        told = sentence.tokens.words
        meant = self.spoken_of
        if meant is None:
            return None
        for match in sentence.kinds("effect"):
            after = told[match.last : match.last + 2]
            if match.entry.value.part == "verb" and after and (after[0] == "them" or after == ["their", "appearance"]):
                way = direction(meant, match.entry.value)
                last = match.last + (1 if after[0] == "them" else 2)
                if way is not None:
                    return Pair(meant, way, match.first, last, (match.first, match.first), match)
            if (
                match.entry.value.sense == "down"
                and meant.thing == "bad"
                and "they" in told[match.first - 3 : match.first]
            ):
                return Pair(meant, good(meant), match.first, match.last, (match.first, match.first), match)
        return None

    def _only_wished(self, sentence: Sentence, pair: Pair) -> bool:
        """ "If you want to reduce lines": a condition or a wish, not a promise."""
        if sentence.under("unless", *pair.tokens[: 1 if pair.direction == "harms" else 2]):
            return True
        acts, thing = pair.tokens
        if pair.effect and pair.effect.id == "help-people":
            return False
        return any(0 <= acts - cue.last <= 1 or 0 <= thing - cue.last < _WISH for cue in sentence.other.get("wish", ()))

    def _bare(self, sentence: Sentence, match: Match) -> Pair | None:
        """An outcome alone: in a list of benefits or of risks, or an unwanted effect that a sentence mentions."""
        outcome: Outcome = match.entry.value
        if any(0 <= match.first - cue.last <= _WISH for cue in sentence.other.get("wish", ())):
            return None
        if outcome.harm and self.barred and not sentence.treatments:
            return None  # whom it does not suit
        if outcome.harm and not sentence.under("unless", match.first):
            seldom = sentence.gap(max(0, match.first - 1), match.first) in _SELDOM or unlikely(sentence, match)
            return Pair(
                outcome, "safe" if seldom else "harms", match.first, match.last, (match.first, match.first), None
            )
        in_label = self.block.label is not None and sentence.start < self.block.label
        lead = self.lead
        if lead is None and self.named_above and sentence.tokens.words[0] == "for":
            lead = "promises"  # "For lines, scars and sun damage.", under the treatment's name
        if lead is None or outcome.wide or outcome.thing == "neutral" or in_label or len(sentence.tokens) > _ITEM:
            return None
        if lead == "times" and (outcome.thing != "good" or sentence.kinds("effect", "state") or sentence.scopes):
            return None  # "Day 1: redness" is no promise, "Month 3: early regrowth" is
        if lead == "harms":
            told = outcome.thing == "bad" and not sentence.kinds("effect", "state") and not sentence.scopes
            if not (outcome.also_harm or told):
                return None
            return Pair(outcome, "harms", match.first, match.last, (match.first, match.first), None)
        if outcome.treated and self.block.kind == "cell":
            outcome = outcome.treated
        return Pair(outcome, good(outcome), match.first, match.last, (match.first, match.first), None)

    def _apart_from_label(self, found: list[Found]) -> list[Found]:
        """ "Fade dark spots: it may lighten sun damage": the label only where the rest promises nothing."""
        label = self.block.label
        if label is None or not any(row.at >= label for row in found) or self._says_it_all():
            return found
        return [row for row in found if row.at >= label]

    def _says_it_all(self) -> bool:
        """Whether the label is a clause with its subject: "X works on bumps rather than on redness: …"."""
        label = self.sentences[0]
        verbs = [m for m in label.kinds("effect", "state") if m.entry.value.part == "verb"]
        return bool(verbs and label.treatments) and label.treatments[0].first == 0

    def _missed(self, reading: Reading) -> Iterator[Unrecognised]:
        """A sentence that names a treatment and promises something that no word of the lexicon fits."""
        sentence = reading.sentence
        named = [group for group in reading.groups if group.role == "subject"]
        acts = [m for m in sentence.kinds("effect", "state") if m.entry.value.sense in ("up", "down", "good")]
        if self.block.kind == "heading" or not (named or (sentence.kinds("treatment") and reading.carried)):
            return
        if acts or sentence.has("boast", "hedge"):
            whole = self.text.given[sentence.start : sentence.end]
            yield Unrecognised(whole, sentence.start, (named[0].names if named else reading.carried)[0])


def _once(rows: Iterator[Found]) -> Iterator[Found]:
    """The same promise made twice in one breath counts once."""
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        listed = (
            row.span if row.kind == "safety" and row.concept not in ("pain", "downtime") else None
        )  # unwanted effects are listed one by one
        key = (
            row.treatment,
            row.concern,
            row.concept,
            row.direction,
            row.stance,
            row.kind,
            row.weeks,
            row.free,
            row.says if row.kind == "regulatory" else None,
            listed,
        )
        if key not in seen:
            seen.add(key)
            yield row


def _separate(said: list[Match]) -> Iterator[Match]:
    """Statements without their echoes: "safe and well tolerated" says one thing."""
    last: Match | None = None
    for match in said:
        if last is None or match.id != last.id or match.first - last.last > 1:
            yield match
        last = match
