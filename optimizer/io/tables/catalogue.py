"""Skills that a service needs where the sheet does not say: an assumption, announced whenever it is used."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.visits.model import SkillRequirement

__all__ = ["SERVICE_SKILLS"]

SERVICE_SKILLS: Mapping[str, tuple[SkillRequirement, ...]] = {
    "CLEAN": (SkillRequirement(skill="护理", level=1),),
    "WALK": (SkillRequirement(skill="护理", level=1),),
    "BATH": (SkillRequirement(skill="护理", level=2),),
    "CARE": (SkillRequirement(skill="护理", level=2),),
    "REHAB": (SkillRequirement(skill="康复"),),
    "NURSE": (SkillRequirement(skill="护士"),),
    "TALK": (SkillRequirement(skill="社工"),),
    "NEWB": (SkillRequirement(skill="儿保"),),
    "ASSESS": (SkillRequirement(skill="评估"),),
}
"""By code of the service. No document fixes these; services that anyone may do are not listed."""
