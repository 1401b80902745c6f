"""The readers' grades as they are kept: query, source and grade, a pair a line."""

from collections import defaultdict
from pathlib import Path
from typing import Final

from eval.retrieval.measures import Grades
from research_agent.errors import DataError

GRADES: Final = Path(__file__).with_name("grades.tsv")
SECOND: Final = Path(__file__).with_name("grades-second.tsv")


def read_grades(path: Path) -> dict[str, dict[str, int]]:
    """The grades by query and source.

    Raises:
        DataError: a line is no pair with its grade.
    """
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            query, source, grade = line.split("\t")
            grades[query][source] = int(grade)
        except ValueError as error:
            raise DataError(f"{path}, line {number}: expected query, source and grade, came {line[:80]!r}.") from error
    return dict(grades)


def both_readers(first: Grades, second: Grades) -> list[tuple[int, int]]:
    """The grades of both readers for the pairs that the second one graded."""
    return [(first[query][source], grade) for query, of in second.items() for source, grade in of.items()]
