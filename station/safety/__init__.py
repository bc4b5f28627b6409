"""Whether, and how much, the platform may vibrate. Imports nothing of the web, the records or the catalogue of drills.

Read in this order: `limits` (the numbers), `values` (what goes in and out), `dose`, `watching` (how long things have
been wrong), `rules` (the verb `permit`), `arming` (the table of states), `guard` (one tick of all that),
`invariants` (what must hold after every tick).
"""
