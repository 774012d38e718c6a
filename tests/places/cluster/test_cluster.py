"""Groups against trying everything and against published optima; every limit against a case it changes."""

from __future__ import annotations

import dataclasses
import itertools
from random import Random

import numpy as np
import pytest

from optimizer.common.errors import InputError
from optimizer.common.status import Status
from optimizer.io.location_files import read_pmed, read_sscflp
from optimizer.places.cluster import ClusterOptions, GroupNetwork, cluster_institutions, cluster_network
from optimizer.places.cluster import network as networks
from optimizer.places.mixed import solve_milp
from optimizer.places.model import Ban, GivenDistance, Institution, PlacesProblem, Pool
from optimizer.places.referee.cluster_check import check_groups


def drawn(seed, n=6):
    random = Random(seed)
    ids = [f"I{k}" for k in range(n)]
    return PlacesProblem(
        name="drawn",
        institutions=tuple(Institution(id=one, level=random.choice(["", "示范"])) for one in ids),
        pools=tuple(Pool(id=f"P{one}", institution=one, capacity=random.randint(5, 20)) for one in ids),
        distances=tuple(
            GivenDistance(origin=a, destination=b, metres=random.randint(1, 30))
            for a, b in itertools.combinations(ids, 2)
        ),
    )


def by_hand(problem, options):
    """(left out, number of groups if free, cost) of the best groups, by trying every leader for everybody."""
    ids = sorted(one.id for one in problem.institutions)
    level = {one.id: one.level for one in problem.institutions}
    places = {pool.institution: pool.capacity for pool in problem.pools}
    metres = {frozenset((one.origin, one.destination)): one.metres for one in problem.distances}
    may = [i for i in ids if i in options.leaders or not options.leader_levels or level[i] in options.leader_levels]
    best = None
    for choice in itertools.product([None, *may], repeat=len(ids)):
        of = dict(zip(ids, choice, strict=True))
        leaders = {one for one in ids if of[one] == one}
        if any(leader is not None and leader not in leaders for leader in choice):
            continue
        if not set(options.leaders) <= leaders or (options.groups is not None and len(leaders) != options.groups):
            continue
        groups = {one: [m for m in ids if of[m] == one and m != one] for one in leaders}
        if any(not options.least_members <= len(g) <= (options.most_members or 99) for g in groups.values()):
            continue
        if any(sum(places[m] for m in g) > (options.capacity or 999) for g in groups.values()):
            continue
        pairs = [frozenset((one, m)) for one, g in groups.items() for m in g]
        if any(metres[p] > (options.max_distance_m or 999) for p in pairs):
            continue
        left_out = sum(one is None for one in choice)
        rank = (left_out, len(leaders) if options.groups is None else 0, sum(metres[p] for p in pairs))
        best = rank if best is None or rank < best else best
    return best


OPTIONS = [
    ClusterOptions(groups=2),
    ClusterOptions(groups=2, least_members=1, most_members=2),
    ClusterOptions(groups=2, capacity=30),
    ClusterOptions(groups=3, max_distance_m=12),
    ClusterOptions(max_distance_m=15),
    ClusterOptions(groups=2, leaders=("I1",), most_members=3),
    ClusterOptions(groups=2, leader_levels=("示范",), leaders=("I0", "I1")),
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("seed", range(3))
def test_best_groups(seed, options):
    problem = drawn(seed, 5)
    result = cluster_institutions(problem, options)
    assert check_groups(problem, result) == ()
    best = by_hand(problem, options)
    rank = (len(result.left_out), len(result.groups) if options.groups is None else 0, result.cost)
    assert rank == best
    assert result.bound == result.cost
    assert result.status is (Status.OPTIMAL if not best[0] else Status.INFEASIBLE)


def test_given_leaders_are_the_groups():
    problem = drawn(1)
    result = cluster_institutions(problem, ClusterOptions(leaders=("I2", "I4")))
    assert [group.leader for group in result.groups] == ["I2", "I4"]
    assert check_groups(problem, result) == ()


def test_a_ban_keeps_two_apart():
    problem = drawn(1, 3)
    free = cluster_institutions(problem, ClusterOptions(leaders=("I0", "I1")))
    leader = next(group.leader for group in free.groups if group.members)
    banned = dataclasses.replace(problem, bans=(Ban(first="I2", second=leader),))
    held = cluster_institutions(banned, ClusterOptions(leaders=("I0", "I1")))
    assert next(group.leader for group in held.groups if group.members) != leader
    assert {finding.code for finding in check_groups(banned, free)} == {"R726", "R727"}


def test_broken_asks_are_findings():
    with pytest.raises(InputError) as caught:
        cluster_institutions(drawn(1), ClusterOptions(groups=0, leaders=("X",), least_members=3, most_members=2))
    assert [finding.code for finding in caught.value.findings] == ["P712", "P713"]
    with pytest.raises(InputError) as caught:
        cluster_institutions(PlacesProblem(name="empty"))
    assert [finding.code for finding in caught.value.findings] == ["P711"]


@pytest.mark.parametrize(("name", "optimum"), [("pmed1", 5819), ("pmed3", 4250), ("pmed5", 1355)])
def test_published_medians(shared_data, name, optimum):
    result = cluster_network(read_pmed(shared_data / "places" / "pmed" / f"{name}.txt"))
    assert result.status is Status.OPTIMAL
    assert result.cost == pytest.approx(optimum)
    assert result.bound == pytest.approx(optimum)


@pytest.mark.parametrize(("name", "optimum"), [("p1", 8848), ("p5", 8838), ("p13", 8252), ("p41", 6589)])
def test_published_single_source_locations(shared_data, name, optimum):
    result = cluster_network(read_sscflp(shared_data / "places" / "sscflp_holmberg" / name))
    assert result.status is Status.OPTIMAL
    assert result.cost == pytest.approx(optimum)
    assert result.bound == pytest.approx(optimum)


def test_published_single_source_location_of_thirty_sites(shared_data):
    result = cluster_network(read_sscflp(shared_data / "places" / "sscflp_holmberg" / "p25"))
    assert (result.cost, result.bound) == (pytest.approx(11630), pytest.approx(11630))
    assert result.status is Status.OPTIMAL


def _single_source(seed, tight):
    """Leaders with little room, members with demands, some pairs not allowed."""
    rng = np.random.default_rng(seed)
    h, m = int(rng.integers(3, 7)), int(rng.integers(6, 16))
    demand = rng.integers(1, 9, m).astype(float)
    capacity = np.ceil(rng.uniform(0.7, 1.3, h) * demand.sum() * tight / h)
    return GroupNetwork(
        leader_ids=tuple(f"L{j}" for j in range(h)),
        member_ids=tuple(f"M{i:02d}" for i in range(m)),
        cost=rng.integers(1, 100, (h, m)).astype(float),
        allowed=rng.random((h, m)) < 0.8,
        open_cost=rng.integers(20, 200, h).astype(float),
        capacity=capacity,
        demand=demand,
        own=np.full(h, -1),
        must_lead=rng.random(h) < 0.1,
    )


@pytest.mark.parametrize("tight", [1.0, 1.2, 1.8])
def test_branching_on_leaders_agrees_with_the_whole_programme(monkeypatch, tight):
    found = 0
    for seed in range(15):
        network = _single_source(seed, tight)
        monkeypatch.setattr(networks, "BRANCHED_FROM", 10_000)
        whole = networks.best_groups(network)
        monkeypatch.setattr(networks, "BRANCHED_FROM", 0)
        branched = networks.best_groups(network)
        assert branched.all_impossible == whole.all_impossible
        assert branched.solution.cost == pytest.approx(whole.solution.cost)
        if "branching" not in branched.solution.method:
            continue
        found += 1
        members = np.arange(len(network.member_ids))
        load = np.bincount(branched.leader_of, network.demand, minlength=len(network.capacity))
        assert branched.solution.bound == pytest.approx(branched.solution.cost)
        assert network.allowed[branched.leader_of, members].all()
        assert (load <= network.capacity).all()
        assert branched.leads[branched.leader_of].all()
        assert branched.leads[network.must_lead].all()
        cost = network.cost[branched.leader_of, members].sum() + network.open_cost[branched.leads].sum()
        assert cost == pytest.approx(branched.solution.cost)
    assert found > 3


def test_branching_that_runs_out_of_time_states_a_bound_that_holds(shared_data):
    network = read_sscflp(shared_data / "places" / "sscflp_holmberg" / "p25")
    result = cluster_network(network, time_limit_s=0.3)
    assert result.bound <= 11630 <= result.cost


def test_both_ways_to_the_solver_agree_and_the_file_for_auditors_is_written(shared_data, tmp_path, monkeypatch):
    network = read_sscflp(shared_data / "places" / "sscflp_holmberg" / "p1")
    cluster_network(network, lp_file=tmp_path / "groups.lp")
    assert "Minimize" in (tmp_path / "groups.lp").read_text()

    def direct(program, **options):
        return solve_milp(program, **options, pulp_limit=0)

    monkeypatch.setattr(networks, "solve_milp", direct)
    result = cluster_network(network)
    assert (result.method, result.cost) == ("HiGHS", pytest.approx(8848))


def test_reading_stops_at_the_first_nul_byte(shared_data, tmp_path):
    path = tmp_path / "p1"
    raw = (shared_data / "places" / "sscflp_holmberg" / "p1").read_bytes()
    path.write_bytes(raw + b"\0\0" + b"39. 336. 332.\n")
    assert (read_sscflp(path).cost == read_sscflp(shared_data / "places" / "sscflp_holmberg" / "p1").cost).all()


@pytest.mark.parametrize("reader", [read_pmed, read_sscflp])
@pytest.mark.parametrize("text", ["", "hello", "3 2 1 4", "10 50\n1 2"])
def test_broken_files_are_findings(tmp_path, reader, text):
    path = tmp_path / "file.txt"
    path.write_text(text)
    with pytest.raises(InputError):
        reader(path)


def test_too_few_institutions_for_the_groups_asked_for():
    result = cluster_institutions(drawn(1, 5), ClusterOptions(groups=2, least_members=2))
    assert (result.status, result.groups, len(result.left_out)) == (Status.INFEASIBLE, (), 5)
