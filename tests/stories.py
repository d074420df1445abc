"""Stories for tests: two of each region and one for each danger, and the files they would be."""

from __future__ import annotations

from dataclasses import replace

from training.anatomy.patients.referrals import referrals
from training.anatomy.patients.stories import Story
from training.anatomy.segments import REGIONS, segments_of
from training.content.templates import fits

TEXT = """\
A {age}-year-old carpenter has had pain {place} for five months. It came on in the second week of a
roof that had to be closed before the snow, without any one moment to blame; the {other_side} side
has been quiet throughout.

Long days on the scaffold make it worse, and a weekend on the sofa helps for an evening. Tablets
dulled it, massage of the {side} side felt good for a day. He has lost no weight, has no fever, and
walks, sleeps and digests as ever. He takes no medicines and has never been seriously ill."""

SPANS = {
    "cervical": ((0, 4), (4, 8)),
    "thoracic": ((1, 5), (6, 12)),
    "lumbar": ((0, 3), (1, 5)),
    "sacral": ((0, 3), (1, 5)),
}
SEGMENTS_OF = {region: segments_of(region) for region in REGIONS}

SOUND = tuple(
    Story(
        id=f"try-carpenter-{region[:2]}-{number}",
        title=f"The {REGIONS.index(region) + 1}. {('roof', 'wall')[number]} before the snow",
        region=region,
        answers=SEGMENTS_OF[region][first:last],
        referral="",
        bank="sign-off",
        difficulty=(2, 4 + number),
        ages=(28, 85),
        variants=3 + 2 * number,
        text=TEXT,
    )
    for region in REGIONS
    for number, (first, last) in enumerate(SPANS[region])
)
DANGEROUS = tuple(
    replace(
        story,
        id=f"try-danger-{story.region[:2]}-{one.id}",
        title=f"{story.title}, with {one.id}",
        answers=("refer",),
        referral=one.id,
        bank="exam",
    )
    for story in SOUND[::2]
    for one in referrals()
    if fits(one, story.region)
)
STORIES = (*SOUND, *DANGEROUS)


def template(story: Story) -> str:
    """The file of a story."""
    referral = f"referral: {story.referral}\n" if story.referral else ""
    return (
        f"---\nid: {story.id}\ntitle: {story.title}\nregion: {story.region}\nanswers: [{', '.join(story.answers)}]\n"
        f"{referral}bank: {story.bank}\ndifficulty: {list(story.difficulty)}\nages: {list(story.ages)}\n"
        f"variants: {story.variants}\n---\n## History\n\n{story.text}\n"
    )
