"""Indicators by city, town and village; targets split by town and year; figures of documents checked."""

from optimizer.places.indicators.claims import HAILING_CLAIMS, QIDONG_CLAIMS, check_claims
from optimizer.places.indicators.definitions import INDICATORS
from optimizer.places.indicators.measure import measure_indicators, split_targets
from optimizer.places.indicators.result import Claim, ClaimCheck, Indicator, IndicatorRow, SplitRow

__all__ = [
    "HAILING_CLAIMS",
    "INDICATORS",
    "QIDONG_CLAIMS",
    "Claim",
    "ClaimCheck",
    "Indicator",
    "IndicatorRow",
    "SplitRow",
    "check_claims",
    "measure_indicators",
    "split_targets",
]
