"""Skills that a service needs where the sheet does not say: an assumption, announced whenever it is used."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.visits.model import SkillRequirement

__all__ = ["SERVICE_SKILLS"]

SERVICE_SKILLS: Mapping[str, tuple[SkillRequirement, ...]] = {
    "CLEAN": (SkillRequirement(skill="养老护理", level=1),),
    "WALK": (SkillRequirement(skill="养老护理", level=1),),
    "BATH": (SkillRequirement(skill="养老护理", level=2),),
    "CARE": (SkillRequirement(skill="养老护理", level=2),),
    "REHAB": (SkillRequirement(skill="康复治疗"),),
    "NURSE": (SkillRequirement(skill="护士"),),
    "ASSESS": (SkillRequirement(skill="能力评估"),),
}
"""By code of the service. No document fixes these; what anyone may do, or for which usage differs, is not listed.

``养老护理`` is the skill of care workers (grade 五级 = level 1 … 一级 = level 5).
"""
