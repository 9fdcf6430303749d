"""Wrong formulas: every one is refused. True ones in the same style are not."""

from __future__ import annotations

import pytest

from claims.formula import check_formulas
from tests.formula import Block, blocks, page

WRONG, TRUE = blocks("wrong.txt"), blocks("true.txt")


def test_the_lists_are_long_enough() -> None:
    assert len(WRONG) >= 200
    assert len(TRUE) >= 200


@pytest.mark.parametrize("block", WRONG, ids=lambda b: b[-1][:60])
def test_a_wrong_formula_is_refused(block: Block) -> None:
    report = check_formulas("page.md", page(block))
    assert report.formulas[-1].verdict in ("false", "refused")
    assert report.formulas[-1].message
    assert report.problems
    assert "more than the reader can do" not in report.formulas[-1].message


@pytest.mark.parametrize("block", TRUE, ids=lambda b: b[-1][:60])
def test_a_true_formula_is_verified(block: Block) -> None:
    report = check_formulas("page.md", page(block))
    assert [(f.verdict, f.message) for f in report.formulas[-1:]] == [("verified", "")]
    assert not [f for f in report.formulas if f.verdict in ("false", "refused")]
