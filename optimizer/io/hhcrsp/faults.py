"""What does not fit together in a published home-healthcare instance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.io.hhcrsp.wire import WireInstance, WirePatient, matrix_rows, offices_of, places_of

__all__ = ["hhcrsp_faults"]


def hhcrsp_faults(instance: WireInstance) -> Iterator[Finding]:
    """Every fault of an instance whose fields are well-formed, in the order of the file."""
    yield from _office_faults(instance)
    yield from _id_faults(instance)
    yield from _index_faults(instance)
    services = {service.id: service.default_duration for service in instance.services}
    for i, patient in enumerate(instance.patients):
        yield from _service_faults(i, patient, services)
        yield from _synchronization_faults(i, patient)
    yield from _caregiver_faults(instance, set(services))


def _office_faults(instance: WireInstance) -> Iterator[Finding]:
    if instance.central_offices is not None and instance.departing_points is not None:
        found = Text("central_offices 和 departing_points 同时出现", "both central_offices and departing_points")
        yield _fault("T130", "central_offices", "", found, Text("请只留一种", "keep one of them"))
    if not offices_of(instance):
        found = Text("没有出发点", "no place where routes start")
        action = Text("请给 central_offices 或 departing_points", "give central_offices or departing_points")
        yield _fault("T130", "central_offices", "", found, action)
    if instance.central_offices is not None and len(instance.central_offices) > 1:
        found = Text("有多个 central_offices", "more than one of the central_offices")
        action = Text("多个出发点请用 departing_points", "use departing_points for several places")
        yield _fault("T130", "central_offices", "", found, action)


def _id_faults(instance: WireInstance) -> Iterator[Finding]:
    places = [place.id for place in places_of(instance)]
    kinds = {
        "patients": places,
        "caregivers": [nurse.id for nurse in instance.caregivers],
        "services": [service.id for service in instance.services],
    }
    for where, ids in kinds.items():
        for repeated in sorted(name for name, count in Counter(ids).items() if count > 1):
            found = Text("编号重复", "the id is used more than once")
            yield _fault("T131", where, repeated, found, Text("请改成不同的编号", "give each its own id"))


def _index_faults(instance: WireInstance) -> Iterator[Finding]:
    rows = matrix_rows(instance)
    if sorted(rows) != list(range(len(rows))):
        found = Text("distance_matrix_index 有缺或重复", "distance_matrix_index values are missing or repeated")
        action = Text(f"请用 0 至 {len(rows) - 1},各一次", f"use 0 to {len(rows) - 1}, each of them once")
        yield _fault("T132", "distances", "", found, action)


def _service_faults(i: int, patient: WirePatient, services: dict[str, float | None]) -> Iterator[Finding]:
    for j, need in enumerate(patient.required_caregivers):
        where = f"patients[{i}].required_caregivers[{j}]"
        if need.service not in services:
            found = Text(
                f"服务“{need.service}”不在 services 里", f'the service "{need.service}" is not among the services'
            )
            yield _fault("T133", where, patient.id, found, Text("请补上该服务", "add the service"))
        elif need.duration is None and services[need.service] is None:
            found = Text("没有时长", "no duration")
            yield _fault("T133", where, patient.id, found, Text("请给 duration 或 default_duration", "give a duration"))


def _synchronization_faults(i: int, patient: WirePatient) -> Iterator[Finding]:
    where = f"patients[{i}].synchronization"
    if len(patient.required_caregivers) < 2:
        return
    synchronization = patient.synchronization
    if synchronization is None:
        found = Text("两项服务没有说明先后", "two services and no synchronization")
        yield _fault("T134", where, patient.id, found, Text("请补上 synchronization", "add a synchronization"))
    elif synchronization.type == "sequential" and synchronization.distance is None:
        found = Text("先后服务没有间隔", "a sequence without a distance")
        yield _fault("T134", where, patient.id, found, Text("请给 distance [最小, 最大]", "give distance [min, max]"))
    elif synchronization.distance is not None and synchronization.distance[0] > synchronization.distance[1]:
        found = Text("最小间隔大于最大间隔", "the smallest distance is above the largest")
        yield _fault("T134", where, patient.id, found, Text("请对调或放宽", "swap or widen them"))


def _caregiver_faults(instance: WireInstance, services: set[str]) -> Iterator[Finding]:
    offices = {office.id for office in offices_of(instance)}
    caregivers = {nurse.id for nurse in instance.caregivers}
    rows = {place.id: row for place, row in zip(places_of(instance), matrix_rows(instance), strict=True)}
    for i, nurse in enumerate(instance.caregivers):
        if nurse.starting_point_id is not None and nurse.starting_point_id not in offices:
            found = Text(f"出发点“{nurse.starting_point_id}”不存在", f'there is no place "{nurse.starting_point_id}"')
            where = f"caregivers[{i}].starting_point_id"
            yield _fault(
                "T135", where, nurse.id, found, Text("请写 departing_points 里的编号", "name a departing point")
            )
        if nurse.starting_point_id is None and instance.departing_points is not None:
            found = Text("没有出发点", "no starting_point_id")
            yield _fault("T135", f"caregivers[{i}]", nurse.id, found, Text("请补上", "add it"))
        if (
            nurse.distance_matrix_index is not None
            and rows.get(nurse.starting_point_id or "") != nurse.distance_matrix_index
        ):
            found = Text(
                "distance_matrix_index 与出发点不符", "distance_matrix_index is not that of its starting point"
            )
            yield _fault("T132", f"caregivers[{i}]", nurse.id, found, Text("请改正", "correct it"))
        for unknown in sorted(set(nurse.abilities) - services):
            found = Text(f"技能“{unknown}”不在 services 里", f'the ability "{unknown}" is not among the services')
            yield _fault("T133", f"caregivers[{i}].abilities", nurse.id, found, Text("请补上该服务", "add the service"))
    for i, patient in enumerate(instance.patients):
        for unknown in sorted(set(patient.incompatible_caregivers or ()) - caregivers):
            found = Text(f"护理员“{unknown}”不存在", f'there is no caregiver "{unknown}"')
            where = f"patients[{i}].incompatible_caregivers"
            yield _fault("T135", where, patient.id, found, Text("请改正编号", "correct the id"))


def _fault(code: str, where: str, name: str, found: Text, action: Text) -> Finding:
    return Finding(code=code, where=where, ids=(name,) if name else (), found=found, action=action)
