"""1+N groups of institutions: chosen or given leaders, bounds, capacity, radius; exact, with bound."""

from optimizer.places.cluster.network import GroupNetwork
from optimizer.places.cluster.result import ClusterOptions, ClusterResult, Group, LeftOut, Member
from optimizer.places.cluster.solve import cluster_institutions, cluster_network

__all__ = [
    "ClusterOptions",
    "ClusterResult",
    "Group",
    "GroupNetwork",
    "LeftOut",
    "Member",
    "cluster_institutions",
    "cluster_network",
]
