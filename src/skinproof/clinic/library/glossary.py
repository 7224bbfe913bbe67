"""What our own words mean."""

OWN_WORDS = (
    (
        "Certainty",
        "How sure one can be that a result would hold if the study were done again, larger and better. Four levels.",
    ),
    (
        "Finding",
        "What all our studies show together on one question: one treatment, one comparison, one outcome.",
    ),
    (
        "Dummy treatment",
        "Something that looks like the treatment and does nothing, so that hope and habit are the same on both sides.",
    ),
    ("Randomised", "Chance decided who got which treatment. That makes the groups alike at the start."),
    ("Interval", "The range in which the true value likely lies. A wide one means that little is known."),
    (
        "Risk ratio",
        "How many times as many people had the result with the treatment as without. One means no difference.",
    ),
    ("Standardised difference", "A difference between groups, measured in steps of how much people differ anyway."),
    (
        "Adds",
        "What a treatment does on top of another. If laser with exosomes beats laser, the gain is what exosomes add.",
    ),
    (
        "p-value",
        "How often chance alone would give such a difference. It does not say how large or how useful it is.",
    ),
    ("Stand-in", "Something a machine or a microscope finds, such as collagen. You may not see or feel it."),
    (
        "Prescription-only medicine",
        "A medicine that a prescriber must decide on with you. It may not be advertised to the public.",
    ),
    ("Not known", "We looked in our library and found nothing. It does not mean no."),
)
