"""Answers that a question's key marks right, or wrong."""

from __future__ import annotations

from training.content.documents import Question


def response_to(question: Question, *, right: bool) -> dict[str, object]:
    """An answer that the key marks right, or one that it marks wrong."""
    match question.kind:
        case "choice":
            return {"option": next(option.id for option in question.options if option.right is right)}
        case "choices":
            chosen = [option.id for option in question.options if option.right]
            others = [option.id for option in question.options if not option.right]
            return {"options": chosen if right else [*chosen, *others[:1]] if others else chosen[1:]}
        case "segment":
            if question.segments == ("refer",):
                return {"segment": "refer"} if right else {"segment": "C6", "side": "left"}
            side = question.side or "left"
            if right:
                return {"segment": question.segments[0], "side": side}
            return {"segment": "S5" if "S5" not in question.segments else "C1", "side": side}
        case "order":
            steps = [item.id for item in question.items]
            return {"items": steps if right else [*steps[1:], steps[0]]}
        case "number":
            assert question.number is not None
            return {"number": question.number if right else question.number + 10 * (question.tolerance + 1)}
