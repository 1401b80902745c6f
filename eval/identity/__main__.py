"""Print precision and recall of identity resolution on the labelled pairs, and every error."""

import sys
from collections import Counter

from eval.identity.pairs import read_pairs
from eval.identity.score import bound_without_errors, resolve


def main() -> int:
    """Print the score; 1 where two works were taken for one, 0 otherwise."""
    pairs = read_pairs()
    found = resolve(pairs)
    labels = Counter(pair.label for pair in pairs)
    print(f"{len(pairs)} pairs: {labels['same']} of one work, {labels['different']} of two")
    print(f"precision {found.precision}, 95 % by bootstrap")
    if found.precision.value == 1:
        print(f"          none of {found.joined} is wrong: at least {bound_without_errors(found.joined):.3f}, exactly")
    print(f"recall    {found.recall}")
    of_group = Counter(pair.group for pair in pairs)
    right = Counter(outcome.pair.group for outcome in found.outcomes if outcome.right)
    print("\n" + "\n".join(f"{group:12} {right[group]:3} of {count:3}" for group, count in of_group.items()))
    for outcome in found.errors:
        pair = outcome.pair
        print(f"\n{pair.id}: {'joined' if outcome.joined else 'not joined'}, but {pair.label} ({pair.why})")
        print(
            *(f"  {side.service}: {side.title!r}, {side.authors}, {side.year}" for side in (pair.one, pair.other)),
            sep="\n",
        )
    return int(any(outcome.joined for outcome in found.errors))


if __name__ == "__main__":
    sys.exit(main())
