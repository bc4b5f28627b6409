"""The physical world: volts in, vibration out. Knows no patient, no drill, no file and no web.

Other rooms use `hw.ports` (what a device can do), `hw.values` (what passes through the ports), `hw.errors`
and `hw.registry.open_rig` (a rig by its name). Nothing else of this package is for them.
"""
