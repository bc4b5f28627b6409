"""The physical world: volts in, vibration out. Knows no patient, no drill, no file and no web.

`hw.registry.open_rig` opens a rig by its name: a Pi's devices (`hw.pi`) or modelled ones (`hw.simulated`). Load cells
are read in `hw.ads1115`; the motor is driven in `hw.pigpio`, on a Pi 5 in `hw.pi5`.

Other rooms see `hw.ports` (what a device can do), `hw.values` (what passes through the ports), `hw.errors` and
`hw.settings`, and the rules that stand on these alone: `hw.contacts`, `hw.corners`, `hw.interlock`, `hw.mechanics` and
`hw.speed_map`. The devices' folders are for this package.
"""
