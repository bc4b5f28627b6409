"""What clinicians decide by: screening, plans, progression. Pure rules over plain values.

Every clinical number stands in a TOML file beside its rules, one a kind, with its source and how it was come by
(`station.clinic.signed`): a clinician can sign the file, or change it. Decisions are keys with values, worded at the
edge. Nothing here reads a clock or the records.
"""
