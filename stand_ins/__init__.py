"""Local stand-ins of all services that connectors ask: `python -m stand_ins` (docs/live-demo.md).

Their answers have the shape of the real services' and prove nothing of their content.
"""

from stand_ins.behaviour import Behaviour
from stand_ins.counting import Asked, breaches
from stand_ins.serving import StandIns, serving, started

__all__ = ["Asked", "Behaviour", "StandIns", "breaches", "serving", "started"]
