"""Ways to tell somebody: each takes an event or raises `relevo.cycle.event.NotSent`."""
