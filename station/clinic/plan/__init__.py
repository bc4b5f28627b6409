"""From what was found to a plan: drills, start levels, dose and review date, each line with its reason.

`station.clinic.plan.planning.planned` is one pure function; `rules.toml`, `presets.toml` and `drills.toml` have the
numbers.
"""
