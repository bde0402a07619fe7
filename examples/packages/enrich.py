"""Enriches orders: the package of the configs in ../configs. It needs nothing but Pulsar's Python runtime."""

import json
from datetime import datetime, timezone

from pulsar import Function


class Enrich(Function):
    """Adds a region, the total and the time to each order; what is no order goes to the log and is dropped."""

    def process(self, input, context):
        try:
            order = json.loads(input)
            total = sum(line["price"] * line["quantity"] for line in order["lines"])
        except (KeyError, TypeError, ValueError) as error:
            context.get_logger().warning("not an order, dropped: %s", error)
            return None
        order["region"] = context.get_user_config_value("region") or "unknown"
        order["total"] = round(total, 2)
        order["enrichedAt"] = datetime.now(timezone.utc).isoformat()
        return json.dumps(order)
