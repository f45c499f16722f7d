"""Cost estimates as the service answers them."""

from collections.abc import Mapping
from typing import Any

from quire.costs import CostEstimate, CostEvent

Document = dict[str, Any]


def cost_document(estimate: CostEstimate | None) -> Document | None:
    """A cost estimate as the service answers it; None if there is none."""
    if estimate is None:
        return None
    return {
        "currencyCode": estimate.currency_code,
        "events": [
            {
                "dimensionId": event.dimension_id,
                "dimensionName": event.dimension_name,
                "measureUnit": event.measure_unit,
                "amountBilled": event.amount_billed,
                "amountConsumed": event.amount_consumed,
                "unitPrice": event.unit_price,
            }
            for event in estimate.events
        ],
        "estimatedTotal": estimate.estimated_total,
    }


def parse_cost(document: Any) -> CostEstimate | None:
    """The cost estimate in an answer; None if there is none in it."""
    if not isinstance(document, Mapping):
        return None
    events = document.get("events")
    return CostEstimate(
        currency_code=document.get("currencyCode") or "",
        events=tuple(_event(event) for event in events) if isinstance(events, list) else (),
        estimated_total=_amount(document.get("estimatedTotal")),
    )


def _event(document: Any) -> CostEvent:
    fields = document if isinstance(document, Mapping) else {}
    return CostEvent(
        dimension_id=fields.get("dimensionId") or "",
        dimension_name=fields.get("dimensionName") or "",
        measure_unit=fields.get("measureUnit") or "",
        amount_billed=_amount(fields.get("amountBilled")),
        amount_consumed=_amount(fields.get("amountConsumed")),
        unit_price=_amount(fields.get("unitPrice")),
    )


def _amount(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
